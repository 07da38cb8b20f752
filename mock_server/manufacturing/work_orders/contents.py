"""What a work order shows of its BOM or recipe: materials, work, by-products and planned cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from mock_server.manufacturing.decimals import EXACT, MAX_QUANTITY, ZERO, shown
from mock_server.manufacturing.formulas import AnyFormula, Bom, Lookup, formula_of_recipe, order_needs
from mock_server.manufacturing.refusals import too_much
from mock_server.manufacturing.units import expected_output, to_uom
from mock_server.manufacturing.work_orders.body import made_from
from mock_server.manufacturing.work_orders.costs import (
    Gross,
    Hours,
    at_rate,
    check_amounts,
    labour,
    minutes_of,
    planned_cost,
)
from mock_server.manufacturing.work_orders.records import (
    SnapshotNeed,
    SnapshotWork,
    WorkOrder,
    WorkOrderByProduct,
    WorkOrderMaterial,
    WorkOrderOperation,
    WorkOrderSnapshot,
)

_MAX_SEQUENCE = 9999


def with_contents(lookup: Lookup, order: WorkOrder, source: AnyFormula) -> WorkOrder:
    """A copy of the order that says what its BOM or recipe says now, with the snapshot for completion.

    Refuses figures beyond the contract's bounds (`explosion_too_large`).
    """
    planned = order.planned_quantity
    formula = (
        order_needs.formula_of_bom(lookup, source, planned)
        if isinstance(source, Bom)
        else formula_of_recipe(lookup, source, planned)
    )
    materials: list[WorkOrderMaterial] = []
    spent, exact = ZERO, Fraction(0)
    for need in formula.needs:
        material = _material(lookup, order, need)
        materials.append(material)
        if isinstance(need.rate, Decimal):
            spent = EXACT.add(spent, EXACT.multiply(material.required_quantity, need.rate))
        else:
            exact += Fraction(material.required_quantity) * need.rate
    operations, work = _operations(order.work_order_number, formula)
    # As they are shown minutes are rounded, and so would be the standard of one unit.
    hours = [
        Hours(
            each.setup_minutes + each.run_minutes,
            each.cost_per_hour,
            formula.overhead_percent if each.overhead_percent is None else each.overhead_percent,
        )
        for each in formula.work
    ]
    gross = Gross(Fraction(spent) + exact, *labour(hours), formula.other_overhead)
    by_products = [_by_product(order, output) for output in formula.side_outputs]
    cost, by_products = planned_cost(
        order.work_order_number, gross, by_products, formula.side_outputs, planned
    )
    return replace(
        made_from(order, source),
        materials=materials,
        operations=operations,
        by_products=by_products,
        planned_cost=cost,
        snapshot=WorkOrderSnapshot(
            str(formula.other_overhead),
            [str(output.share) for output in formula.side_outputs],
            [SnapshotNeed(need.item_ref_id, str(need.fixed)) for need in formula.needs if need.fixed],
            work,
        ),
    )


def _material(lookup: Lookup, order: WorkOrder, need: order_needs.Need) -> WorkOrderMaterial:
    item = lookup.item(need.item_ref_id)
    if item is None:
        raise LookupError(f"no item {need.item_ref_id}")
    required = to_uom(need.variable + need.fixed, item.uom)
    if required > MAX_QUANTITY:
        raise too_much(
            f"{shown(order.planned_quantity)} {order.uom} of {order.item_code} need more than can be shown"
        )
    unit, rate = need.unit_cost, need.rate
    cost = at_rate(required, rate)
    check_amounts(order.work_order_number, [cost], [])
    return WorkOrderMaterial(
        item.id, item.item_code, item.name, item.uom, required, ZERO, ZERO, unit, unit, cost
    )


def _operations(
    number: str, formula: order_needs.OrderFormula
) -> tuple[list[WorkOrderOperation], list[SnapshotWork]]:
    """The work in sequence; what would share a sequence with earlier work goes to the end."""
    taken: set[int] = set()
    rows: list[tuple[int, order_needs.Work]] = []
    for each in formula.work:
        sequence = each.sequence if each.sequence not in taken else _free(taken)
        taken.add(sequence)
        rows.append((sequence, each))
    rows.sort(key=lambda row: row[0])
    operations: list[WorkOrderOperation] = []
    work: list[SnapshotWork] = []
    for sequence, each in rows:
        minutes = minutes_of(number, each.setup_minutes, each.run_minutes)
        operations.append(WorkOrderOperation(sequence, each.name, minutes, None, each.cost_per_hour, None))
        own = each.overhead_percent
        percent = own if own is not None else formula.overhead_percent
        work.append(SnapshotWork(sequence, str(each.setup_minutes), str(each.run_minutes), percent))
    return operations, work


def _free(taken: set[int]) -> int:
    after = max(taken) + 1
    if after <= _MAX_SEQUENCE:
        return after
    return next(sequence for sequence in range(1, _MAX_SEQUENCE) if sequence not in taken)


def _by_product(order: WorkOrder, output: order_needs.SideOutput) -> WorkOrderByProduct:
    expected = expected_output(output.expected, output.uom)
    if expected > MAX_QUANTITY:
        raise too_much(
            f"{shown(order.planned_quantity)} {order.uom} of {order.item_code} give more"
            f" {output.item_code} than can be shown"
        )
    return WorkOrderByProduct(
        output.item_ref_id,
        output.item_code,
        output.uom,
        output.kind,
        output.cost_method,
        output.rate,
        output.cost_share_percent,
        output.sales_price,
        expected,
        None,
        ZERO,
        None,
    )
