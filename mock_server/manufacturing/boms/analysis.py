"""The report on what BOMs cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from mock_server.manufacturing.decimals import percent
from mock_server.manufacturing.formulas import Bom


@dataclass(slots=True)
class CostRow:
    """Standard cost of one BOM for its output quantity; percentages are of the cost before credits."""

    bom: Bom
    material_percent: Decimal | None
    labour_percent: Decimal | None
    overhead_percent: Decimal | None
    service_percent: Decimal | None


def cost_analysis(boms: Iterable[Bom]) -> list[CostRow]:
    """One row for each BOM given, in that order; a percentage of nothing is null."""
    return [_cost_row(bom) for bom in boms]


def _cost_row(bom: Bom) -> CostRow:
    gross = bom.total_cost + bom.by_product_credit
    return CostRow(
        bom,
        percent(bom.material_cost, gross),
        percent(bom.labour_cost, gross),
        percent(bom.overhead_cost, gross),
        percent(bom.service_cost, gross),
    )
