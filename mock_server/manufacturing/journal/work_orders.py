"""What the completion of a work order would post."""

from __future__ import annotations

from collections.abc import Sequence

from mock_server.manufacturing.journal.accounts import VARIANCES, Account
from mock_server.manufacturing.journal.entries import Event, JournalEntry, Made, post_stock
from mock_server.manufacturing.stock import DocumentType, Movement, Place
from mock_server.manufacturing.work_orders import WorkOrder


def completion(order: WorkOrder, movements: Sequence[Movement], made: Made) -> JournalEntry:
    """The entry of a completed order: what was used goes into work in progress, and what was made comes out.

    Goods are received at actual cost. Their variances are therefore posted against an account of their own,
    and leave value and profit as they are.
    """
    actual, variance = order.actual_cost, order.variance
    if actual is None or variance is None or order.posted_on is None or order.completed_at is None:
        raise LookupError(f"{order.number} is not completed")
    entry = JournalEntry(
        order.id,
        Event.COMPLETION,
        order.posted_on,
        order.completed_at,
        DocumentType.WORK_ORDER.value,
        order.id,
        order.number,
        f"Completion of {order.number}, {order.item_code}",
        movements[-1].id if movements else "",
    )
    spent = actual.material + actual.labour + actual.overhead + actual.other_overhead
    entry.debit(Account.WORK_IN_PROGRESS, spent)
    post_stock(entry, [each for each in movements if each.from_place == Place.STORE], made)
    entry.credit(Account.LABOUR_ABSORBED, actual.labour)
    entry.credit(Account.OVERHEAD_ABSORBED, actual.overhead + actual.other_overhead)
    post_stock(entry, [each for each in movements if each.to_place == Place.STORE], made)
    entry.debit(Account.SCRAP_LOSS, actual.scrap_loss)
    entry.credit(Account.WORK_IN_PROGRESS, spent)
    for element, account in VARIANCES.items():
        entry.debit(account, getattr(variance, element))
    entry.credit(Account.VARIANCES_CARRIED, variance.total)
    return entry
