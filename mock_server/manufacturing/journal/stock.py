"""What opening stock and adjustments would post."""

from __future__ import annotations

from mock_server.manufacturing.journal.accounts import Account
from mock_server.manufacturing.journal.entries import Event, JournalEntry, Made, entry_of, post_stock
from mock_server.manufacturing.stock import DocumentType, Movement

_OWN = {
    DocumentType.OPENING: (Event.OPENING, Account.OPENING_STOCK, "Opening stock of {}"),
    DocumentType.ADJUSTMENT: (Event.ADJUSTMENT, Account.STOCK_ADJUSTMENTS, "Adjustment of {}"),
}


def change_of_stock(movement: Movement, made: Made) -> JournalEntry:
    """The entry of a movement that no order has posted."""
    event, account, words = _OWN[movement.document_type]
    entry = entry_of(event, movement, words.format(movement.item_code))
    post_stock(entry, [movement], made)
    sign = 1 if movement.to_place is not None else -1
    entry.credit(account, sign * movement.value)
    return entry
