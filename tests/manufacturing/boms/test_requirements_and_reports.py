"""Material requirements, where-used and the two BOM reports."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from mock_server.manufacturing import boms
from mock_server.refused import Refused
from tests.manufacturing.demo import body, pune, uk
from tests.manufacturing.graphs import ASSEMBLIES, PARTS, Graph, graphs

BOOK, BOMS = pune()


@settings(max_examples=50)
@given(graphs())
def test_inv_d14_where_used_is_the_inverse_of_the_lines(graph: Graph) -> None:
    """INV-D14: a BOM uses an item exactly where one of its lines names it; archived BOMs do not count."""
    book = graph.book()
    archived = next(iter(book.boms))
    boms.archive(book, [archived])
    for item in PARTS + ASSEMBLIES:
        named = {
            bom.id
            for bom in book.boms.values()
            if bom.id != archived and item in {line.item_ref_id for line in bom.lines}
        }
        usages = [boms.usage_of(bom, item) for bom in book.boms.using(item)]
        assert {usage.bom.id for usage in usages} == named
        assert len(usages) == len(named)
        assert all(line.item_ref_id == item for usage in usages for line in usage.lines)


def test_where_used_shows_no_more_than_six_decimals() -> None:
    book = uk()[0]
    book.add("TRIKE")
    bom = boms.create(book, body("TRIKE", "WH-ALU 7 0.333333"))
    usage = boms.usage_of(bom, "WH-ALU")
    assert usage.quantity == Decimal("7.023333")


def test_where_used_sums_the_stock_quantity_of_all_lines() -> None:
    book = uk()[0]
    book.add("TRIKE")
    bom = boms.create(book, body("TRIKE", "WH-ALU 2 10|WH-ALU 1"))
    usage = boms.usage_of(bom, "WH-ALU")
    assert (len(usage.lines), usage.quantity) == (2, Decimal("3.2"))


def test_a_planned_fraction_of_a_whole_unit_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        boms.material_requirements(BOOK, BOMS["BOM-0003 2"], Decimal("1.5"))
    assert refusal.value.code == "fractional_quantity"


def test_requirements_beyond_what_can_be_shown_are_refused() -> None:
    with pytest.raises(Refused) as refusal:
        boms.material_requirements(BOOK, BOMS["BOM-0006 3"], Decimal(999999999))
    assert refusal.value.code == "explosion_too_large"


def test_a_pinned_bom_gives_its_items_cost_in_single_level_requirements() -> None:
    book = uk()[0]
    book.add("TRIKE")
    cheap = boms.create(book, body("FG-CITY-28-RED", "PT-BELL 1", Status="Draft"))
    trike = body("TRIKE", "FG-CITY-28-RED 1")
    trike["Lines"][0]["SubBomRefId"] = cheap.id
    found = boms.material_requirements(book, boms.create(book, trike), Decimal(3), "single")
    assert [(row.item_code, row.unit_cost, row.cost) for row in found.rows] == [
        ("FG-CITY-28-RED", Decimal("4.2"), Decimal("12.6"))
    ]


def test_cost_analysis_gives_the_share_of_each_element_before_credits() -> None:
    row = boms.cost_analysis([BOMS["BOM-0001 1"]])[0]
    assert (row.material_percent, row.labour_percent, row.overhead_percent, row.service_percent) == (
        Decimal("76.68"),
        Decimal("19.44"),
        Decimal("3.89"),
        Decimal("0"),
    )


def test_a_percentage_of_nothing_is_null() -> None:
    book = uk()[0]
    book.add("FREE")
    book.add("AIR")
    assert boms.cost_analysis([boms.create(book, body("FREE", "AIR 1"))])[0].material_percent is None
