"""What job work would post: issues, returns, receipts of goods, and losses."""

from __future__ import annotations

from collections.abc import Sequence

from mock_server.manufacturing.journal.accounts import Account
from mock_server.manufacturing.journal.entries import Event, JournalEntry, Made, entry_of, post_stock
from mock_server.manufacturing.stock import Movement, MovementType
from mock_server.manufacturing.subcontract_orders import SubcontractOrder, SubcontractReceipt


def job_work(order: SubcontractOrder, movements: Sequence[Movement], made: Made) -> list[JournalEntry]:
    """The entries of a subcontract order, in the order of posting; `movements` are all of the order.

    A receipt has used the next movements of consumption, one for each of its materials, before it was
    received itself; what was consumed behind the last receipt was lost.
    """
    receipts = iter(order.receipts)
    consumed: list[Movement] = []
    received: list[Movement] = []
    entries: list[JournalEntry] = []
    receipt = next(receipts, None)
    for movement in movements:
        code, number = movement.item_code, order.number
        if movement.type == MovementType.SUBCONTRACT_ISSUE:
            entry = entry_of(Event.MATERIAL_ISSUED, movement, f"{code} issued on {number}")
            post_stock(entry, [movement], made)
        elif movement.type == MovementType.SUBCONTRACT_RETURN:
            entry = entry_of(Event.MATERIAL_RETURNED, movement, f"{code} returned on {number}")
            post_stock(entry, [movement], made)
        elif movement.type == MovementType.SUBCONTRACT_CONSUMPTION and receipt is None:
            entry = entry_of(Event.MATERIAL_LOST, movement, f"{code} lost on {number}")
            entry.debit(Account.MATERIAL_LOSS, movement.value)
            post_stock(entry, [movement], made)
        else:
            is_consumption = movement.type == MovementType.SUBCONTRACT_CONSUMPTION
            (consumed if is_consumption else received).append(movement)
            assert receipt is not None, movement.id
            if len(received) < _parts(receipt):
                continue
            entry = _receipt(order, receipt, consumed, received, made)
            consumed, received, receipt = [], [], next(receipts, None)
        entries.append(entry)
    return entries


def _parts(receipt: SubcontractReceipt) -> int:
    """How many movements brought the goods of a receipt in."""
    return bool(receipt.accepted_quantity) + bool(receipt.rejected_quantity)


def _receipt(
    order: SubcontractOrder,
    receipt: SubcontractReceipt,
    consumed: Sequence[Movement],
    received: Sequence[Movement],
    made: Made,
) -> JournalEntry:
    words = f"{order.item_code} received on {order.number}"
    entry = entry_of(Event.GOODS_RECEIVED, received[-1], words)
    post_stock(entry, received, made)
    post_stock(entry, consumed, made)
    entry.credit(Account.JOB_CHARGES_PAYABLE, receipt.service_cost)
    entry.credit(Account.ADDITIONAL_COST_PAYABLE, receipt.additional_cost)
    return entry
