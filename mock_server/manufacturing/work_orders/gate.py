"""The quality gate of a work order: what its inspections must say before it is completed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mock_server.manufacturing.decimals import ZERO, shown
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.refusals import listed
from mock_server.manufacturing.work_orders.ports import OrderBook
from mock_server.manufacturing.work_orders.records import WorkOrder
from mock_server.refused import Refused


def check_quality(book: OrderBook, order: WorkOrder, completed: Decimal) -> None:
    """Refuses what no inspection lets through (`quality_pending`, `quality_failed`), or more of it.

    The latest Completed inspection decides (DEC-8). Where every inspection names a lot, each lot has a gate
    of its own, and what the lots that passed have accepted counts together (DEC-25).
    """
    if not order.inspection_required:
        return
    done = book.inspections.completed(order.id)
    if not done:
        raise _pending(order, book.inspections.unfinished(order.id))
    deciding = done[-1:]
    if all(each.lot_number for each in (*done, *book.inspections.unfinished(order.id))):
        deciding = list({each.lot_number: each for each in done}.values())
    passed = [each for each in deciding if each.opens_gate]
    if not passed:
        raise Refused("quality_failed", f"{listed([_told(order, each) for each in deciding])}.")
    accepted = sum((each.accepted_quantity for each in passed), ZERO)
    if completed > accepted:
        names = listed([each.inspection_number for each in passed], ", ")
        raise Refused(
            "quantity_exceeds_accepted",
            f"{names} accepted {shown(accepted)}; {shown(completed)} cannot be completed.",
            pointer="/CompletedQuantity",
        )


def _pending(order: WorkOrder, waiting: Sequence[Inspection]) -> Refused:
    state = " and has none"
    if waiting:
        numbers = listed([each.inspection_number for each in waiting])
        state = f", and {numbers} {'is' if len(waiting) == 1 else 'are'} still Open"
    return Refused("quality_pending", f"{order.work_order_number} needs a completed inspection{state}.")


def _told(order: WorkOrder, inspection: Inspection) -> str:
    lot = f", lot {inspection.lot_number}," if inspection.lot_number else ""
    disposition = f", with disposition {inspection.disposition}" if inspection.disposition else ""
    return (
        f"{inspection.inspection_number} of {order.work_order_number}{lot} {inspection.result}{disposition}"
    )
