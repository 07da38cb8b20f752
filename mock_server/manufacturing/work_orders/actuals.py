"""Reads what a completion says was made and used, over the standard of the started quantity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mock_server.manufacturing.decimals import ZERO, number, shown
from mock_server.manufacturing.members import Body
from mock_server.manufacturing.refusals import refuse_value
from mock_server.manufacturing.units import check_precision, expected_output, to_uom
from mock_server.manufacturing.work_orders.costs import MAX_MINUTES
from mock_server.manufacturing.work_orders.records import WorkOrder, WorkOrderByProduct, WorkOrderSnapshot
from mock_server.manufacturing.work_orders.results import standard_minutes
from mock_server.manufacturing.work_orders.variances import Labour
from mock_server.refused import Refused


@dataclass(slots=True)
class Actuals:
    """What was made and used; materials and by-products in the order's own order, work by operation."""

    completed: Decimal
    scrapped: Decimal
    started: Decimal
    consumed: list[Decimal]
    work: list[Labour]
    outputs: list[Decimal]


def read_actuals(order: WorkOrder, snapshot: WorkOrderSnapshot, body: Body) -> Actuals:
    """The actuals of a complete body; where it says nothing, the standard of the started quantity."""
    completed = number(body["CompletedQuantity"])
    scrapped = number(body["ScrappedQuantity"]) if "ScrappedQuantity" in body else ZERO
    given = body.get("StartedQuantity")
    started = number(given) if given is not None else _default_started(order, completed + scrapped)
    _check_quantities(order, completed, scrapped, started)
    ratio = Fraction(started) / Fraction(order.planned_quantity)
    return Actuals(
        completed,
        scrapped,
        started,
        _consumed(order, snapshot, ratio, _materials(order, body)),
        _work(order, snapshot, ratio, body.get("Operations") or []),
        _outputs(order, ratio, _by_products(order, body)),
    )


def standard_use(order: WorkOrder, snapshot: WorkOrderSnapshot, ratio: Fraction) -> list[Fraction]:
    """Exact standard quantity of each material for the started quantity: linear, fixed lines whole.

    It is a share of the rounded requirement, so that the whole order uses exactly what was reserved.
    """
    fixed = {need.item_ref_id: Fraction(need.fixed) for need in snapshot.needs}
    uses: list[Fraction] = []
    for material in order.materials:
        whole = fixed.get(material.item_ref_id, Fraction(0))
        uses.append((Fraction(material.required_quantity) - whole) * ratio + whole)
    return uses


def _default_started(order: WorkOrder, made: Decimal) -> Decimal:
    return made if order.recipe_ref_id is None else order.planned_quantity


def _check_quantities(order: WorkOrder, completed: Decimal, scrapped: Decimal, started: Decimal) -> None:
    for name, quantity in (("Completed", completed), ("Scrapped", scrapped), ("Started", started)):
        check_precision(order.item_code, order.uom, quantity, f"/{name}Quantity")
    made = completed + scrapped
    if not made:
        raise Refused(
            "quantities_do_not_balance",
            "Nothing was completed and nothing scrapped: cancel the order instead.",
            pointer="/CompletedQuantity",
        )
    planned = f"{order.work_order_number} was planned for {shown(order.planned_quantity)}"
    if made > order.planned_quantity:
        raise Refused(
            "quantity_exceeds_planned",
            f"Completed {shown(completed)} and scrapped {shown(scrapped)} add up to {shown(made)};"
            f" {planned}.",
            pointer="/CompletedQuantity",
        )
    if started > order.planned_quantity:
        raise Refused(
            "quantity_exceeds_planned", f"Started {shown(started)}; {planned}.", pointer="/StartedQuantity"
        )
    if started < made:
        raise Refused(
            "quantities_do_not_balance",
            f"Completed {shown(completed)} and scrapped {shown(scrapped)} add up to {shown(made)};"
            f" only {shown(started)} were started.",
            pointer="/StartedQuantity",
        )


def _materials(order: WorkOrder, body: Body) -> dict[str, Decimal]:
    units = {material.item_ref_id: (material.item_code, material.uom) for material in order.materials}
    return _sums(order, body, "Materials", "material", "ConsumedQuantity", units)


def _by_products(order: WorkOrder, body: Body) -> dict[str, Decimal]:
    units = {product.item_ref_id: (product.item_code, product.uom) for product in order.by_products}
    return _sums(order, body, "ByProducts", "by-product", "ActualQuantity", units)


def _sums(
    order: WorkOrder, body: Body, member: str, noun: str, figure: str, units: dict[str, tuple[str, str]]
) -> dict[str, Decimal]:
    """Quantities by item id; entries of the same item are added up."""
    sums: dict[str, Decimal] = {}
    for index, entry in enumerate(body.get(member) or []):
        item_id = entry["ItemRefId"]
        if item_id not in units:
            raise _unknown(order, noun, "item", f"/{member}/{index}/ItemRefId")
        quantity = number(entry[figure])
        code, uom = units[item_id]
        check_precision(code, uom, quantity, f"/{member}/{index}/{figure}")
        sums[item_id] = sums.get(item_id, ZERO) + quantity
    return sums


def _consumed(
    order: WorkOrder, snapshot: WorkOrderSnapshot, ratio: Fraction, actual: dict[str, Decimal]
) -> list[Decimal]:
    """What each material gave: the actual, else the standard use rounded to its unit (DEC-3)."""
    uses = standard_use(order, snapshot, ratio)
    return [
        actual[material.item_ref_id] if material.item_ref_id in actual else to_uom(use, material.uom)
        for material, use in zip(order.materials, uses, strict=True)
    ]


def _work(
    order: WorkOrder, snapshot: WorkOrderSnapshot, ratio: Fraction, entries: list[dict[str, Any]]
) -> list[Labour]:
    minutes: dict[int, Decimal] = {}
    rates: dict[int, Decimal] = {}
    sequences = {operation.sequence for operation in order.operations}
    for index, entry in enumerate(entries):
        sequence = entry["Sequence"]
        if sequence not in sequences:
            raise _unknown(order, "operation", "sequence", f"/Operations/{index}/Sequence")
        minutes[sequence] = minutes.get(sequence, ZERO) + number(entry["ActualMinutes"])
        if minutes[sequence] > MAX_MINUTES:
            refuse_value(f"/Operations/{index}/ActualMinutes", f"adds up to more than {MAX_MINUTES}")
        if entry.get("ActualCostPerHour") is not None:
            rates[sequence] = number(entry["ActualCostPerHour"])
    work: list[Labour] = []
    for operation, each in zip(order.operations, snapshot.work, strict=True):
        standard = standard_minutes(order.work_order_number, each, ratio)
        work.append(
            Labour(
                minutes.get(operation.sequence, standard),
                standard,
                rates.get(operation.sequence, operation.cost_per_hour),
                operation.cost_per_hour,
                each.overhead_percent,
            )
        )
    return work


def _outputs(order: WorkOrder, ratio: Fraction, actual: dict[str, Decimal]) -> list[Decimal]:
    """What came of each by-product. An actual of an item that stands twice is spread as was expected."""
    outputs: list[Decimal] = []
    left = dict(actual)
    for index, product in enumerate(order.by_products):
        item_id = product.item_ref_id
        if item_id not in actual:
            outputs.append(expected_output(Fraction(product.expected_quantity) * ratio, product.uom))
            continue
        same = [each for each in order.by_products[index:] if each.item_ref_id == item_id]
        outputs.append(_part(product, same, left[item_id]))
        left[item_id] -= outputs[-1]
    return outputs


def _part(product: WorkOrderByProduct, same: list[WorkOrderByProduct], quantity: Decimal) -> Decimal:
    expected = sum((each.expected_quantity for each in same), ZERO)
    if len(same) == 1 or not expected:
        return quantity
    part = Fraction(quantity) * Fraction(product.expected_quantity) / Fraction(expected)
    return min(quantity, expected_output(part, product.uom))


def _unknown(order: WorkOrder, noun: str, key: str, pointer: str) -> Refused:
    return Refused(
        "unknown_reference", f"{order.work_order_number} has no {noun} with this {key}.", pointer=pointer
    )
