"""The normative figures of the demonstration data, to the last digit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from mock_server.manufacturing import boms
from mock_server.manufacturing.boms.explosion import explode
from mock_server.manufacturing.formulas import Bom
from mock_server.manufacturing.formulas.costing import CURRENT
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.demo import pune, uk

BOOK, BOMS = pune()


@pytest.fixture(scope="module")
def book() -> MemoryBook:
    return BOOK


@pytest.mark.parametrize(
    ("bom", "cost"),
    [
        ("BOM-0001 1", "1145.5"),
        ("BOM-0002 1", "1578.66"),
        ("BOM-0003 2", "1524.0896"),
        ("BOM-0003 1", "1497.5696"),
        ("BOM-0004 1", "1713.08"),
        ("BOM-0005 1", "99.3"),
        ("BOM-0006 2", "10642.1296"),
        ("BOM-0006 3", "10642.1296"),
        ("BOM-0006 4", "10642.1296"),
        ("BOM-0007 1", "63.0096"),
    ],
)
def test_the_unit_costs_of_the_bicycle_maker(bom: str, cost: str) -> None:
    assert BOMS[bom].unit_cost == Decimal(cost)
    assert BOMS[bom].cost_rollup_state == CURRENT


def test_the_front_wheel_rounds_total_and_unit_cost_each_once() -> None:
    wheel = BOMS["BOM-0003 2"]
    assert (wheel.total_cost, wheel.unit_cost) == (Decimal("15240.90"), Decimal("1524.089600"))
    assert (wheel.labour_cost, wheel.overhead_cost) == (Decimal("550.00"), Decimal("110.00"))
    assert wheel.material_cost == Decimal("14580.90")


def test_the_raw_frame_takes_off_its_offcut() -> None:
    frame = BOMS["BOM-0001 1"]
    parts = (frame.material_cost, frame.labour_cost, frame.overhead_cost, frame.by_product_credit)
    assert parts == (Decimal("899.40"), Decimal("228.00"), Decimal("45.60"), Decimal("27.50"))


def test_the_assembler_without_overhead() -> None:
    assert uk()[1].unit_cost == Decimal("375.90")


def rows(book: MemoryBook, bom: Bom, quantity: int, levels: str) -> dict[str, Decimal]:
    found = boms.material_requirements(
        book, bom, Decimal(quantity), "full" if levels == "full" else "single"
    ).rows
    assert [row.item_code for row in found] == sorted(row.item_code for row in found)
    return {row.item_code: row.required_quantity for row in found}


PARTS = {
    **dict.fromkeys(
        ["PT-CRANK", "PT-CHAIN", "PT-BRAKE", "PT-SADDLE", "PT-HBAR", "PT-PEDAL", "PK-CARTON"], Decimal(1)
    ),
    "PT-TYRE-28": Decimal(2),
    "PT-ITUBE-28": Decimal(2),
    "HW-BOLT-M5": Decimal(24),
    "HW-NUT-M5": Decimal(24),
    "HW-WASHER-M5": Decimal(48),
    "CH-GREASE": Decimal("0.03"),
}


def test_the_full_explosion_of_one_bicycle(book: MemoryBook) -> None:
    assert rows(book, BOMS["BOM-0006 3"], 1, "full") == {
        **PARTS,
        "RM-TUBE-6061": Decimal("4.41"),
        "RM-WIRE-5356": Decimal("0.165"),
        "RM-POWDER-RED": Decimal("0.198"),
        "PT-RIM-700": Decimal(2),
        "PT-SPOKE-14G": Decimal(74),
        "PT-HUB-F": Decimal(1),
        "PT-HUB-R": Decimal(1),
        "PT-RTAPE": Decimal("4.4"),
        "RM-BAR-EN8": Decimal("0.454"),
    }


def test_the_full_explosion_is_exact_before_it_is_rounded(book: MemoryBook) -> None:
    exact = explode(book, BOMS["BOM-0006 3"], 1)
    assert exact["PT-SPOKE-14G"] == Fraction("73.44")
    assert exact["RM-BAR-EN8"] == Fraction("0.4536")


def test_the_single_level_explosion_of_one_bicycle_opens_only_the_kit(book: MemoryBook) -> None:
    one = dict.fromkeys(["SF-FRAME-RED", "SF-WHEEL-F", "SF-WHEEL-R"], Decimal(1))
    assert rows(book, BOMS["BOM-0006 3"], 1, "single") == {**PARTS, **one}


@pytest.mark.parametrize(("wheels", "spokes"), [(10, 368), (40, 1469), (20, 735)])
def test_whole_units_are_rounded_up_once_for_the_whole_order(
    book: MemoryBook, wheels: int, spokes: int
) -> None:
    assert rows(book, BOMS["BOM-0003 2"], wheels, "single")["PT-SPOKE-14G"] == spokes


def test_requirements_are_costed_at_standard(book: MemoryBook) -> None:
    found = boms.material_requirements(book, BOMS["BOM-0003 2"], Decimal(40), "single")
    by_code = {row.item_code: row for row in found.rows}
    assert by_code["PT-AXLE-CNC"].unit_cost == Decimal("63.0096")
    assert by_code["PT-AXLE-CNC"].cost == Decimal("2520.38")
    assert found.total_cost == sum(row.cost for row in found.rows)
