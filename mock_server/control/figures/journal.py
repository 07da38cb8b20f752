"""The control plane: what an entity's movements and orders would post in an accounting product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from mock_server.api import ended, of_one_state, page_of_records
from mock_server.control.figures.named import find_named
from mock_server.gateway import Answer, Call, invalid_at
from mock_server.manufacturing.journal import (
    JournalEntry,
    JournalLine,
    Made,
    change_of_stock,
    completion,
    job_work,
)
from mock_server.manufacturing.stock import DocumentType, Movement
from mock_server.manufacturing.subcontract_orders import SubcontractOrder
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderStatus
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox, tenant_of
from mock_server.storage import SqlBook, tables
from mock_server.storage.documents import Position, read_page
from mock_server.storage.rows import read_movement, unmoved_orders
from mock_server.wire import dumps, instant

# Movements that are read for one page, and those that one order may have.
_ROWS = 200
MOST_MOVEMENTS = 20_000
_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)


class JournalControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @of_one_state
    def list_journal_entries(self, call: Call) -> Answer:
        """Entries of a document, or of a period."""
        sandbox, cursors = self._sandbox, self._sandbox.cursors
        tenant = tenant_of(sandbox, call.path["orgId"], call.path["entityId"])
        book = SqlBook(sandbox.database.session, tenant, sandbox.clock, sandbox.ids, "control-plane")
        journal = _Journal(book)
        start, end = _day(call, "from", _FIRST), _day(call, "to", _LAST)
        name = call.query.get("document")
        if name is not None:
            order = find_named(book, name, call.query.get("kind"), ("work_order", "subcontract_order"))
            entries = [each for each in journal.of_order(order.record) if start <= each.posting_date <= end]
            return page_of_records(call, cursors, "entries", entries, journal.shown)
        after = call.query.get("after")
        position = Position(0) if after is None else cursors.read(call, after)
        found, rest = journal.page(start, end, call.query["limit"], position)
        return ended(call, cursors, "entries", [journal.shown(each) for each in found], rest)


class _Journal:
    """The journal of one entity."""

    def __init__(self, book: SqlBook) -> None:
        self._book = book
        self._known: dict[str, bool] = {}
        self._of_order: dict[str, dict[str, JournalEntry]] = {}

    def of_order(self, order: WorkOrder | SubcontractOrder) -> list[JournalEntry]:
        """The entries of an order, in the order of posting."""
        movements = self._book.stock.of_document(order.id, MOST_MOVEMENTS + 1)
        if len(movements) > MOST_MOVEMENTS:
            raise Refused(
                "explosion_too_large",
                f"{order.number} has more than {MOST_MOVEMENTS} movements, too many to be posted at once.",
            )
        made = self._made(movements)
        if isinstance(order, SubcontractOrder):
            return job_work(order, movements, made)
        return [completion(order, movements, made)] if order.status == WorkOrderStatus.COMPLETED else []

    def page(
        self, start: date, end: date, limit: int, after: Position
    ) -> tuple[list[JournalEntry], Position | None]:
        """Entries of a period and the place behind them: what has moved stock, then what has moved none."""
        entries: list[JournalEntry] = []
        if not after.updated_at:
            rows, is_more = self._rows(start, end, after)
            for seq, movement in rows:
                if len(entries) == limit:
                    return entries, Position(after.seq)
                after = Position(seq)
                entries.extend(self._at(movement))
            if is_more:
                return entries, after
            after = Position(0, " ")
        orders, is_more = unmoved_orders(
            self._book.session, self._book.tenant, (start, end), after.updated_at, _ROWS
        )
        for place, order_id, is_unmoved in orders:
            if len(entries) == limit:
                return entries, after
            after = Position(0, place)
            if is_unmoved:
                order = self._book.work_orders.get(order_id)
                assert order is not None, order_id
                entries.extend(self.of_order(order))
        return entries, after if is_more else None

    def _rows(self, start: date, end: date, after: Position) -> tuple[list[tuple[int, Movement]], bool]:
        filters = {"posted_on:from": start.isoformat(), "posted_on:to": end.isoformat()}
        page = read_page(self._book.session, tables.movements, self._book.tenant.key, filters, _ROWS, after)
        return [(row[1], read_movement(row[0])) for row in page.rows], page.is_more

    def _at(self, movement: Movement) -> Iterator[JournalEntry]:
        """The entry that stands at a movement: it is the last one of what it posts."""
        order_id = movement.document_ref_id
        if order_id is None:
            yield change_of_stock(movement, self._made([movement]))
            return
        if order_id not in self._of_order:
            order: Any = (
                self._book.work_orders
                if movement.document_type == DocumentType.WORK_ORDER
                else self._book.subcontract_orders
            ).get(order_id)
            self._of_order[order_id] = {each.last_movement: each for each in self.of_order(order)}
        entry = self._of_order[order_id].get(movement.id)
        if entry is not None:
            yield entry

    def _made(self, movements: Iterable[Movement]) -> Made:
        """The items of movements that have an Active BOM or recipe."""
        ids = list(dict.fromkeys(movement.item_ref_id for movement in movements))
        unknown = [item_id for item_id in ids if item_id not in self._known]
        if unknown:
            self._known.update(dict.fromkeys(unknown, False))
            for formulas in (self._book.boms, self._book.recipes):
                self._known.update((each.item_ref_id, True) for each in formulas.active_costs(unknown))
        return Made(item_id for item_id in ids if self._known[item_id])

    def shown(self, entry: JournalEntry) -> bytes:
        """An entry as it is sent."""
        document = None
        if entry.document_ref_id is not None:
            document = {
                "type": entry.document_type,
                "id": entry.document_ref_id,
                "number": entry.document_number,
            }
        return dumps(
            {
                "id": entry.id,
                "event": entry.event.value,
                "posting_date": entry.posting_date.isoformat(),
                "posted_at": instant(entry.posted_at),
                "document": document,
                "narration": entry.narration,
                "currency": self._book.tenant.currency,
                "total": entry.total,
                "lines": _lines(entry.lines),
            }
        )


def _lines(lines: Sequence[JournalLine]) -> list[dict[str, Any]]:
    shown = []
    for line in lines:
        moved = line.movement
        shown.append(
            {
                "account": line.account.code,
                "account_name": line.account.title,
                "account_group": line.account.group,
                "debit": line.debit,
                "credit": line.credit,
                "item_ref_id": None if moved is None else moved.item_ref_id,
                "item_code": None if moved is None else moved.item_code,
                "quantity": None if moved is None else moved.quantity,
                "movement_ref_id": None if moved is None else moved.id,
            }
        )
    return shown


def _day(call: Call, name: str, default: date) -> date:
    text = call.query.get(name)
    try:
        return default if text is None else date.fromisoformat(text)
    except ValueError:
        raise invalid_at(f"/query/{name}", "is not a day of the calendar") from None
