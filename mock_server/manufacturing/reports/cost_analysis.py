"""Cost analysis: what each item cost by element, month by month, against standard and the month before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from mock_server.manufacturing.decimals import MAX_UNIT_COST, ZERO, unit_cost
from mock_server.manufacturing.reports.figures import ProductionFigures, ProductionSums
from mock_server.manufacturing.reports.report import check_sums, percent

_COSTS = (
    "material_cost",
    "labour_cost",
    "overhead_cost",
    "by_product_credit",
    "scrap_loss",
    "total_cost",
    "standard_cost",
)


@dataclass(slots=True)
class CostElements:
    """Actual cost by element; overhead includes the other one, percentages are before credits.

    Service stays 0: job work has orders of its own, whose cost comes in as material.
    """

    material_cost: Decimal = ZERO
    material_percent: Decimal | None = None
    labour_cost: Decimal = ZERO
    labour_percent: Decimal | None = None
    overhead_cost: Decimal = ZERO
    overhead_percent: Decimal | None = None
    service_cost: Decimal = ZERO
    service_percent: Decimal | None = None
    by_product_credit: Decimal = ZERO
    scrap_loss: Decimal = ZERO
    total_cost: Decimal = ZERO


@dataclass(slots=True, kw_only=True)
class ProductionCost(CostElements):
    """One item in one calendar month of posting dates (`2026-04`)."""

    item_ref_id: str
    item_code: str
    uom: str
    period: str
    order_count: int = 0
    completed_quantity: Decimal = ZERO
    scrapped_quantity: Decimal = ZERO
    actual_unit_cost: Decimal | None = None
    standard_cost: Decimal = ZERO
    standard_unit_cost: Decimal | None = None
    variance: Decimal = ZERO
    variance_percent: Decimal | None = None
    unit_cost_change_percent: Decimal | None = None


@dataclass(slots=True)
class ProductionCostTotals(CostElements):
    """Sums over all rows; the percentages follow the sums."""

    order_count: int = 0
    standard_cost: Decimal = ZERO
    variance: Decimal = ZERO
    variance_percent: Decimal | None = None


class MonthOfItem(NamedTuple):
    """What the completed orders of an item add up to in one calendar month (`2026-04`)."""

    item_ref_id: str
    item_code: str
    uom: str
    month: str
    sums: ProductionSums


def production_costs(months: Iterable[MonthOfItem]) -> list[ProductionCost]:
    """One row per item and month, by item code, then month.

    A unit cost is compared with the item's row before, whichever month that is.
    """
    rows = [
        ProductionCost(
            item_ref_id=each.item_ref_id,
            item_code=each.item_code,
            uom=each.uom,
            period=each.month,
            order_count=each.sums.order_count,
            completed_quantity=each.sums.figures.completed_quantity,
            scrapped_quantity=each.sums.figures.scrapped_quantity,
            **_costs(each.sums.figures),
        )
        for each in months
    ]
    rows.sort(key=lambda row: (row.item_code, row.item_ref_id, row.period))
    before: ProductionCost | None = None
    for row in rows:
        _finish(row)
        check_sums(_amounts(row), [row.completed_quantity, row.scrapped_quantity])
        _compare(row, before if before is not None and before.item_ref_id == row.item_ref_id else None)
        before = row
    return rows


def production_cost_totals(sums: ProductionSums) -> ProductionCostTotals:
    """The totals over all rows."""
    totals = ProductionCostTotals(order_count=sums.order_count, **_costs(sums.figures))
    _finish(totals)
    check_sums(_amounts(totals))
    return totals


def _amounts(sums: ProductionCost | ProductionCostTotals) -> list[Decimal]:
    return [getattr(sums, name) for name in (*_COSTS, "variance")]


def _costs(figures: ProductionFigures) -> dict[str, Any]:
    overhead = figures.overhead + figures.other_overhead
    values = (
        figures.material,
        figures.labour,
        overhead,
        figures.by_product_credit,
        figures.scrap_loss,
        figures.total,
        figures.standard_cost,
    )
    return dict(zip(_COSTS, values, strict=True))


def _finish(sums: ProductionCost | ProductionCostTotals) -> None:
    gross = sums.total_cost + sums.by_product_credit
    sums.material_percent = percent(sums.material_cost, gross)
    sums.labour_percent = percent(sums.labour_cost, gross)
    sums.overhead_percent = percent(sums.overhead_cost, gross)
    sums.service_percent = percent(sums.service_cost, gross)
    sums.variance = sums.total_cost - sums.standard_cost
    sums.variance_percent = percent(sums.variance, sums.standard_cost)


def _compare(row: ProductionCost, before: ProductionCost | None) -> None:
    if row.completed_quantity:
        row.actual_unit_cost = _unit(row.total_cost, row.completed_quantity)
        row.standard_unit_cost = _unit(row.standard_cost, row.completed_quantity)
    if before is None or before.actual_unit_cost is None or row.actual_unit_cost is None:
        return
    change = row.actual_unit_cost - before.actual_unit_cost
    row.unit_cost_change_percent = percent(change, before.actual_unit_cost)


def _unit(cost: Decimal, good: Decimal) -> Decimal:
    """Cost of one good unit, cut off where orders without any raise it beyond what the contract shows."""
    return min(MAX_UNIT_COST, unit_cost(Fraction(cost) / Fraction(good)))
