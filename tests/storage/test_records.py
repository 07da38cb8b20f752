"""Records to JSON and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.manufacturing import Item, Vendor
from mock_server.manufacturing.formulas import Bom, Recipe
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.subcontract_orders import SubcontractOrder
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.storage.documents import exact, mapper
from mock_server.storage.rows import BOMS
from mock_server.wire import dumps, instant, plain, wire_name
from scripts.contract import PROJECT, bundle


def test_attributes_become_wire_names() -> None:
    assert [wire_name(name) for name in ("id", "item_ref_id", "hsn_sac")] == ["id", "ItemRefId", "HSN_SAC"]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_a_decimal_is_written_plainly_and_keeps_its_value(value: Decimal) -> None:
    text = plain(value)
    assert "e" not in text.lower()
    assert Decimal(text) == value
    assert not text.endswith(".")


def test_numbers_in_json_never_have_an_exponent() -> None:
    assert dumps({"a": Decimal("1E-6"), "b": Decimal("1E+3"), "c": Decimal("-0.00")}) == (
        b'{"a":0.000001,"b":1000,"c":0}'
    )


def test_moments_are_utc_with_milliseconds() -> None:
    assert instant(datetime(2026, 6, 15, 6, 30, 0, 120999, tzinfo=UTC)) == "2026-06-15T06:30:00.120Z"


def test_a_bom_survives_its_row(sandbox: Any) -> None:
    row = sandbox.database.session.driver.execute("SELECT body, internal FROM boms WHERE number = 'BOM-0006'")
    for body, internal in row.fetchall():
        bom = BOMS.read(body, internal)
        public = {**exact(body)}
        del public["OrgRefId"], public["EntityRefId"]
        assert exact(dumps(BOMS.public(bom))) == public
        assert isinstance(bom.unit_cost, Decimal)
        assert bom.effective_from is None or isinstance(bom.effective_from, date)


@pytest.mark.parametrize(
    ("record", "internal", "schema", "beside"),
    [
        (Bom, Bom.INTERNAL, "Bom", {"OrgRefId", "EntityRefId"}),
        (
            Item,
            frozenset(),
            "Item",
            {
                "AverageUnitCost",
                "CurrentStock",
                "OnHandQuantity",
                "AllocatedQuantity",
                "AvailableQuantity",
                "AtSubcontractorQuantity",
                "QuarantineQuantity",
                "StockValue",
            },
        ),
        (Vendor, frozenset(), "Vendor", set()),
        (Recipe, Recipe.INTERNAL, "Recipe", {"OrgRefId", "EntityRefId"}),
        (WorkOrder, WorkOrder.INTERNAL, "WorkOrder", {"OrgRefId", "EntityRefId", "Overdue"}),
        (Inspection, Inspection.INTERNAL, "QualityInspection", {"OrgRefId", "EntityRefId"}),
        (
            SubcontractOrder,
            SubcontractOrder.INTERNAL,
            "SubcontractOrder",
            {"OrgRefId", "EntityRefId", "Overdue", "DeliveryOverdue"},
        ),
    ],
)
def test_a_record_has_just_the_members_of_its_schema(
    record: type[Any], internal: frozenset[str], schema: str, beside: set[str]
) -> None:
    declared = bundle(PROJECT / "openapi")["components"]["schemas"][schema]["properties"]
    assert set(mapper(record, internal).names) | beside == set(declared)


def test_internal_members_of_the_contract_are_internal_in_the_record() -> None:
    whole = bundle(PROJECT / "openapi", internal=True)["components"]["schemas"]["Bom"]["properties"]
    marked = {name for name, schema in whole.items() if schema.get("x-internal")}
    assert marked
    assert marked <= {wire_name(name) for name in Bom.INTERNAL}
