"""The largest figures that the rules let through are those that the contract can show."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from mock_server.manufacturing.decimals import MAX_AMOUNT, MAX_QUANTITY, MAX_UNIT_COST
from mock_server.manufacturing.reports.report import MAX_PERCENT, MAX_SUMMED_MINUTES
from mock_server.manufacturing.work_orders.costs import MAX_MINUTES

OPENAPI = Path(__file__).resolve().parents[2] / "openapi"
REPORTS = "resources/manufacturing-reports/schemas"


@pytest.mark.parametrize(
    ("schema", "bound"),
    [
        ("shared/schemas/Amount.yaml", MAX_AMOUNT),
        ("shared/schemas/SignedAmount.yaml", MAX_AMOUNT),
        ("shared/schemas/Quantity.yaml", MAX_QUANTITY),
        ("shared/schemas/PositiveQuantity.yaml", MAX_QUANTITY),
        ("shared/schemas/SignedQuantity.yaml", MAX_QUANTITY),
        ("shared/schemas/UnitCost.yaml", MAX_UNIT_COST),
        ("shared/schemas/Minutes.yaml", MAX_MINUTES),
        (f"{REPORTS}/ReportUnitCost.yaml", MAX_UNIT_COST),
        (f"{REPORTS}/ReportMinutes.yaml", MAX_SUMMED_MINUTES),
        (f"{REPORTS}/ReportPercent.yaml", MAX_PERCENT),
        (f"{REPORTS}/ReportSignedPercent.yaml", MAX_PERCENT),
    ],
)
def test_a_bound_of_the_rules_is_that_of_the_contract(schema: str, bound: Decimal) -> None:
    read = yaml.safe_load((OPENAPI / schema).read_text("utf-8"))
    assert read["maximum"] == bound
    assert read.get("minimum", 0) in (0, -bound) or "exclusiveMinimum" in read
