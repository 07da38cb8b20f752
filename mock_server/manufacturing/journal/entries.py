"""Journal entries: what an event would post, double entry and balanced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.journal.accounts import Account, stock_account
from mock_server.manufacturing.stock import Movement, Place


class Event(StrEnum):
    """What an entry is about."""

    OPENING = "opening"
    ADJUSTMENT = "adjustment"
    COMPLETION = "completion"
    MATERIAL_ISSUED = "material_issued"
    MATERIAL_RETURNED = "material_returned"
    GOODS_RECEIVED = "goods_received"
    MATERIAL_LOST = "material_lost"


@dataclass(slots=True)
class JournalLine:
    """A debit or a credit, more than 0; with the movement, item and quantity that it is about."""

    account: Account
    debit: Decimal
    credit: Decimal
    movement: Movement | None = None


@dataclass(slots=True)
class JournalEntry:
    """One posting; debits are credits, to the last digit."""

    id: str
    event: Event
    posting_date: date
    posted_at: datetime
    document_type: str
    document_ref_id: str | None
    document_number: str | None
    narration: str
    # The movement behind which the entry stands in the ledger; empty where nothing moved.
    last_movement: str = ""
    lines: list[JournalLine] = field(default_factory=list)

    def debit(self, account: Account, amount: Decimal, movement: Movement | None = None) -> None:
        """Adds a debit; an amount below 0 is a credit, and 0 is not posted."""
        if amount:
            debit, credit = (amount, ZERO) if amount > 0 else (ZERO, -amount)
            self.lines.append(JournalLine(account, debit, credit, movement))

    def credit(self, account: Account, amount: Decimal, movement: Movement | None = None) -> None:
        """Adds a credit; an amount below 0 is a debit."""
        self.debit(account, -amount, movement)

    @property
    def total(self) -> Decimal:
        """The debits together, which are the credits together."""
        return sum((line.debit for line in self.lines), ZERO)


class Made(frozenset[str]):
    """Ids of the items that the entity makes itself or has made."""

    def account(self, movement: Movement, place: Place) -> Account:
        """The account of a movement's item at a place."""
        return stock_account(place, movement.item_ref_id in self)


def entry_of(event: Event, movement: Movement, narration: str) -> JournalEntry:
    """An entry without lines that is dated as a movement."""
    return JournalEntry(
        movement.id,
        event,
        movement.posting_date,
        movement.created_at,
        movement.document_type.value,
        movement.document_ref_id,
        movement.document_number,
        narration,
        movement.id,
    )


def post_stock(entry: JournalEntry, movements: Iterable[Movement], made: Made) -> None:
    """Posts what movements did to stock: debits where it came to, credits where it left."""
    for movement in movements:
        if movement.to_place is not None:
            entry.debit(made.account(movement, movement.to_place), movement.value, movement)
        if movement.from_place is not None:
            entry.credit(made.account(movement, movement.from_place), movement.value, movement)
