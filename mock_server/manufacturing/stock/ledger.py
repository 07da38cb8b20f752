"""The stock ledger: the only way by which stock changes, one movement at a time, at moving average."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mock_server.manufacturing.decimals import (
    EXACT,
    MAX_AMOUNT,
    MAX_QUANTITY,
    MAX_UNIT_COST,
    ZERO,
    amount,
    shown,
    unit_cost,
)
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.stock.records import (
    DocumentType,
    Movement,
    MovementType,
    Place,
    Stock,
    StockBook,
)
from mock_server.manufacturing.stock.shortages import Shortage, insufficient_stock
from mock_server.manufacturing.stock.valuation import value_of, with_store
from mock_server.refused import Refused


class Source(NamedTuple):
    """The document that posts a movement."""

    document_type: DocumentType
    document_ref_id: str | None = None
    document_number: str | None = None


class Ledger:
    """Moves stock within one transaction of the book; a value is an amount of money for the whole quantity.

    It never lets the store fall below what is allocated (`insufficient_stock`), nor a figure grow beyond what
    the contract can show (`explosion_too_large`).
    """

    __slots__ = ("book",)

    def __init__(self, book: StockBook) -> None:
        self.book = book

    def load(self, item_ids: Iterable[str]) -> None:
        """Reads the items that are about to move and their stock, all at once."""
        wanted = list(item_ids)
        self.book.items.load(wanted)
        self.book.stock.load(wanted)

    def available(self, item_id: str) -> Decimal:
        """On hand less allocated."""
        return self.book.stock.get(item_id).available

    def allocate(self, item_id: str, quantity: Decimal) -> None:
        """Reserves available stock; nothing moves."""
        stock = self.book.stock.get(item_id)
        if quantity > stock.available:
            item = self.book.items.get(item_id)
            raise _too_little(item_id, item.item_code if item is not None else item_id, quantity, stock)
        self.book.stock.put(item_id, replace(stock, allocated=stock.allocated + _positive(quantity)))

    def release(self, item_id: str, quantity: Decimal) -> None:
        """Gives reserved stock free; nothing moves."""
        stock = self.book.stock.get(item_id)
        if quantity > stock.allocated:
            raise ValueError(f"{item_id} has {stock.allocated} allocated, not {quantity}")
        self.book.stock.put(item_id, replace(stock, allocated=stock.allocated - _positive(quantity)))

    def issue(
        self,
        item: Item,
        quantity: Decimal,
        type: MovementType,
        source: Source,
        to_place: Place | None = None,
        allocated: Decimal = ZERO,
    ) -> Movement:
        """Takes from the store at moving average, to a subcontractor or out of stock.

        `allocated` is the reservation that ends with it, whether or not all of it is used.
        """
        stock = self.book.stock.get(item.id)
        if allocated > stock.allocated:
            raise ValueError(f"{item.item_code} has {stock.allocated} allocated, not {allocated}")
        if allocated:
            stock = replace(stock, allocated=stock.allocated - allocated)
        if quantity > stock.available:
            raise _too_little(item.id, item.item_code, quantity, stock)
        value = value_of(stock, _positive(quantity))
        after = with_store(stock, stock.on_hand - quantity, stock.value - value)
        if to_place == Place.SUBCONTRACTOR:
            after.at_subcontractor += quantity
            after.at_subcontractor_value += value
        self._put(item, after)
        return self._post(item, type, quantity, value, Place.STORE, to_place, source)

    def receive(
        self,
        item: Item,
        quantity: Decimal,
        value: Decimal,
        type: MovementType,
        source: Source,
        from_place: Place | None = None,
    ) -> Movement:
        """Brings into the store, from outside or back from a subcontractor; the average follows."""
        _check_unit_cost(item, _positive(quantity), value)
        stock = self.book.stock.get(item.id)
        after = with_store(stock, stock.on_hand + quantity, stock.value + value)
        if from_place == Place.SUBCONTRACTOR:
            _take_from_subcontractor(item, after, quantity, value)
        self._put(item, after)
        return self._post(item, type, quantity, value, from_place, Place.STORE, source)

    def consume_at_subcontractor(
        self, item: Item, quantity: Decimal, value: Decimal, type: MovementType, source: Source
    ) -> Movement:
        """Uses up what a subcontractor holds; the order that issued it knows its value."""
        after = replace(self.book.stock.get(item.id))
        _take_from_subcontractor(item, after, _positive(quantity), value)
        self._put(item, after)
        return self._post(item, type, quantity, value, Place.SUBCONTRACTOR, None, source)

    def quarantine(
        self, item: Item, quantity: Decimal, value: Decimal, type: MovementType, source: Source
    ) -> Movement:
        """Sets rejected goods apart: they are neither on hand nor available."""
        _check_unit_cost(item, _positive(quantity), value)
        stock = self.book.stock.get(item.id)
        after = replace(
            stock,
            quarantine=stock.quarantine + quantity,
            quarantine_value=stock.quarantine_value + value,
        )
        self._put(item, after)
        return self._post(item, type, quantity, value, None, Place.QUARANTINE, source)

    def adjust(self, item: Item, quantity: Decimal, unit_cost: Decimal | None, source: Source) -> Movement:
        """Counts stock up (more than 0) or down (less), up at a unit cost, down at moving average.

        Without a unit cost it goes up at the moving average; an item without any, at its standard cost.
        """
        if quantity < 0:
            return self.issue(item, -quantity, MovementType.ADJUSTMENT, source)
        stock = self.book.stock.get(item.id)
        if unit_cost is not None:
            value = amount(EXACT.multiply(quantity, unit_cost))
        elif stock.on_hand:
            value = amount(Fraction(stock.value) * Fraction(quantity) / Fraction(stock.on_hand))
        else:
            cost = item.standard_cost if stock.average is None else stock.average
            value = amount(EXACT.multiply(quantity, cost or ZERO))
        return self.receive(item, quantity, value, MovementType.ADJUSTMENT, source)

    def opening(self, item: Item, quantity: Decimal, unit_cost: Decimal) -> Movement:
        """Brings in what is there when the books are opened."""
        value = amount(EXACT.multiply(quantity, unit_cost))
        return self.receive(item, quantity, value, MovementType.OPENING, Source(DocumentType.OPENING))

    def _put(self, item: Item, stock: Stock) -> None:
        quantity = max(stock.on_hand, stock.at_subcontractor, stock.quarantine)
        value = max(stock.value, stock.at_subcontractor_value, stock.quarantine_value)
        if quantity > MAX_QUANTITY or value > MAX_AMOUNT or (stock.average or ZERO) > MAX_UNIT_COST:
            raise _too_large(item)
        self.book.stock.put(item.id, stock)

    def _post(
        self,
        item: Item,
        type: MovementType,
        quantity: Decimal,
        value: Decimal,
        from_place: Place | None,
        to_place: Place | None,
        source: Source,
    ) -> Movement:
        if value < 0:
            raise ValueError(f"a movement of {item.item_code} has the value {value}")
        movement = Movement(
            id=self.book.new_id(),
            item_ref_id=item.id,
            item_code=item.item_code,
            type=type,
            quantity=quantity,
            value=value,
            from_place=from_place,
            to_place=to_place,
            posting_date=self.book.today,
            document_type=source.document_type,
            document_ref_id=source.document_ref_id,
            document_number=source.document_number,
            reverses_movement_ref_id=None,
            created_at=self.book.now,
        )
        self.book.stock.post(movement)
        return movement


def _take_from_subcontractor(item: Item, stock: Stock, quantity: Decimal, value: Decimal) -> None:
    if quantity > stock.at_subcontractor or value > stock.at_subcontractor_value:
        raise ValueError(f"subcontractors hold {stock.at_subcontractor} of {item.item_code}, not {quantity}")
    stock.at_subcontractor -= quantity
    stock.at_subcontractor_value -= value


def _check_unit_cost(item: Item, quantity: Decimal, value: Decimal) -> None:
    if unit_cost(Fraction(value) / Fraction(quantity)) > MAX_UNIT_COST:
        raise _too_large(item)


def _too_large(item: Item) -> Refused:
    return Refused(
        "explosion_too_large",
        f"The stock of {item.item_code} would be too large: quantities may reach {MAX_QUANTITY},"
        f" values {MAX_AMOUNT}, unit costs {MAX_UNIT_COST}.",
    )


def _positive(quantity: Decimal) -> Decimal:
    if quantity <= 0:
        raise ValueError(f"a quantity to move must be more than 0, not {quantity}")
    return quantity


def _too_little(item_id: str, code: str, quantity: Decimal, stock: Stock) -> Refused:
    return insufficient_stock(
        f"{code} has {shown(stock.available)} available, {shown(quantity)} are required.",
        [Shortage(item_id, code, quantity, stock.available)],
    )
