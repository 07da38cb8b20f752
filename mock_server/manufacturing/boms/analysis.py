"""Reports on BOMs: what they cost, and which components are used most."""

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


@dataclass(slots=True)
class UsageRow:
    """How often a component is used: Active BOMs, all unarchived BOMs, and lines of these."""

    item_ref_id: str
    item_code: str
    item_name: str
    active_boms: int
    boms: int
    lines: int


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


def component_usage(boms: Iterable[Bom]) -> list[UsageRow]:
    """Components of the unarchived BOMs among those given: most Active BOMs first, then by item code."""
    rows: dict[str, UsageRow] = {}
    for bom in boms:
        if bom.is_archived:
            continue
        counted: set[str] = set()
        for line in bom.lines:
            row = rows.get(line.item_ref_id)
            if row is None:
                row = rows[line.item_ref_id] = UsageRow(
                    line.item_ref_id, line.item_code, line.item_name, 0, 0, 0
                )
            row.lines += 1
            if line.item_ref_id not in counted:
                counted.add(line.item_ref_id)
                row.boms += 1
                row.active_boms += bom.is_active
    return sorted(rows.values(), key=lambda row: (-row.active_boms, row.item_code, row.item_ref_id))
