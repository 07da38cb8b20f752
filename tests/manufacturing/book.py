"""The one book in memory: the smallest thing that keeps the promises of all ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from mock_server.manufacturing import Item, Vendor
from mock_server.manufacturing.documents import Document
from mock_server.manufacturing.formulas import Bom, FormulaStatus, MadeAt, Recipe
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.reports.figures import CompletedOrder
from mock_server.manufacturing.stock import Movement, Stock
from mock_server.manufacturing.subcontract_orders import SubcontractOrder
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.refused import Refused

Answer = TypeVar("Answer")
D = TypeVar("D", bound=Document)
F = TypeVar("F", Bom, Recipe)


class Items(dict[str, Item]):
    """Items by id."""

    def load(self, item_ids: Iterable[str], /) -> None:
        """They are at hand."""


class Stocks(dict[str, Stock]):
    """Stock by item, and every movement."""

    def __init__(self) -> None:
        super().__init__()
        self.movements: list[Movement] = []

    def get(self, item_id: str, /) -> Stock:  # type: ignore[override]
        return self[item_id] if item_id in self else Stock()

    def load(self, item_ids: Iterable[str], /) -> None:
        """They are at hand."""

    def put(self, item_id: str, stock: Stock, /) -> None:
        self[item_id] = stock

    def post(self, movement: Movement, /) -> None:
        self.movements.append(movement)


class Documents(dict[str, D]):
    """Documents of one kind by id."""

    def __init__(self, book: MemoryBook, prefix: str) -> None:
        super().__init__()
        self._book = book
        self._prefix = prefix
        self._numbers = 0
        self._former: set[str] = set()

    def next_number(self) -> str:
        self._numbers += 1
        return f"{self._prefix}-{self._numbers:04d}"

    def number_used(self, number: str, /) -> bool:
        return number in self._former or any(each.number == number for each in self.values())

    def number_taken(self, document: D, /) -> bool:
        return any(each.key == document.key for each in self.values())

    def reference_taken(self, document: D, /) -> bool:
        reference = document.external_reference
        return any(each.external_reference == reference and each.id != document.id for each in self.values())

    def put(self, document: D, event: str | None = None, /) -> None:
        if document.id in self:
            self._former.add(self[document.id].number)
        self[document.id] = document
        self._book.writes.append(document.id)
        if event is not None:
            self._book.events.append((document.id, event, document.revision))


class Formulas(Documents[F]):
    """BOMs, or recipes."""

    def load(self, ids: Iterable[str], /) -> None:
        """They are at hand."""

    def costs(self, ids: Sequence[str], /) -> list[MadeAt]:
        return [MadeAt.of(self[record_id]) for record_id in ids if record_id in self]

    def active_costs(self, item_ids: Sequence[str], /) -> list[MadeAt]:
        found = (self.active(item_id) for item_id in item_ids)
        return [MadeAt.of(formula) for formula in found if formula is not None]

    def active(self, item_id: str, /) -> F | None:
        made = [each for each in self.values() if each.item_ref_id == item_id]
        found = [each for each in made if each.status == FormulaStatus.ACTIVE]
        assert len(found) <= 1, f"{item_id} has {len(found)} Active formulas of a kind"
        return found[0] if found else None

    def using(self, item_id: str, /) -> list[F]:
        kept = [each for each in self.values() if not each.is_archived]
        return [each for each in kept if any(line.item_ref_id == item_id for line in each.lines)]

    def pinning(self, bom_id: str, /) -> list[F]:
        kept = [each for each in self.values() if not each.is_archived]
        return [each for each in kept if any(line.sub_bom_ref_id == bom_id for line in each.lines)]


class Inspections(Documents[Inspection]):
    """Quality inspections."""

    def open(self, order_id: str, lot_number: str | None, /) -> list[Inspection]:
        wanted = (order_id, lot_number, "Open")
        return [each for each in self.values() if (each.order_ref_id, each.lot_number, each.status) == wanted]

    def unfinished(self, order_id: str, /) -> list[Inspection]:
        return [each for each in self.values() if (each.order_ref_id, each.status) == (order_id, "Open")]

    def completed(self, order_id: str, /) -> list[Inspection]:
        done = [
            (each.completed_at, each.id, each)
            for each in self.values()
            if each.work_order_ref_id == order_id and each.completed_at is not None
        ]
        return [row[2] for row in sorted(done, key=lambda row: row[:2])]


class Challans:
    """Numbers of challans, by financial year."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.numbers: set[tuple[str, str]] = set()

    def count(self, series_year: str, /) -> int:
        self.counts[series_year] = self.counts.get(series_year, 0) + 1
        return self.counts[series_year]

    def taken(self, series_year: str, number: str, /) -> bool:
        return (series_year, number) in self.numbers

    def keep(self, series_year: str, number: str, /) -> None:
        self.numbers.add((series_year, number))


class Production(list[CompletedOrder]):
    """What was handed to the reports."""

    def add(self, completed: CompletedOrder, /) -> None:
        self.append(completed)

    def within(self, period: Any, item_ref_id: str | None, /) -> Any:
        raise LookupError("the reports of the tests are added up by tests.manufacturing.order_log")


class MemoryBook:
    """Keeps all records of one entity; each transaction is a millisecond later."""

    def __init__(self, overhead_percent: Decimal = Decimal(0)) -> None:
        self.overhead_percent = overhead_percent
        self.user_ref_id = "user-of-the-tests"
        self.items = Items()
        self.vendors: dict[str, Vendor] = {}
        self.stock = Stocks()
        self.boms: Formulas[Bom] = Formulas(self, "BOM")
        self.recipes: Formulas[Recipe] = Formulas(self, "RCP")
        self.work_orders: Documents[WorkOrder] = Documents(self, "WO")
        self.inspections = Inspections(self, "QI")
        self.subcontract_orders: Documents[SubcontractOrder] = Documents(self, "SC")
        self.challans = Challans()
        self.production = Production()
        self.events: list[tuple[str, str, int]] = []
        self.writes: list[str] = []
        self._ids = 0
        self._today: date | None = None
        self._now = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def today(self) -> date:
        return self._today or self._now.date()

    @today.setter
    def today(self, day: date) -> None:
        self._today = day

    @property
    def movements(self) -> list[Movement]:
        """Every movement, in the order of posting."""
        return self.stock.movements

    def move_drafts(self) -> None:
        """What Drafts show is worked out at read."""

    def new_id(self) -> str:
        self._ids += 1
        return f"00000000-0000-7000-8000-{self._ids:012d}"

    def on(self, day: str) -> None:
        """Sets the clock to a day, 06:30 UTC."""
        self._now = datetime.fromisoformat(f"{day}T06:30:00+00:00")

    def add(self, code: str, uom: str = "NOS", cost: str | None = None, **fields: Any) -> Item:
        """Adds an item whose id is its code."""
        standard = None if cost is None else Decimal(cost)
        item = Item(code, code, f"{code} name", uom, standard_cost=standard, **fields)
        self.items[code] = item
        return item

    def change(self, code: str, **fields: Any) -> None:
        """Changes an item as the control plane does: the new one takes the old one's place."""
        self.items[code] = replace(self.items[code], **fields)

    def attempt(self, command: Callable[[], Answer]) -> Answer:
        """Runs a command as a transaction: a refusal leaves nothing behind, and no record is changed."""
        self._now += timedelta(milliseconds=1)
        before = [dict(each) for each in self._records], [list(each) for each in self._lists]
        numbers = set(self.challans.numbers)
        try:
            return command()
        except Refused:
            for records, kept in zip(self._records, before[0], strict=True):
                records.clear()
                records.update(kept)
            for entries, listed in zip(self._lists, before[1], strict=True):
                entries[:] = listed
            self.challans.numbers = numbers
            raise

    @property
    def _records(self) -> list[dict[str, Any]]:
        return [
            self.stock,
            self.boms,
            self.recipes,
            self.work_orders,
            self.inspections,
            self.subcontract_orders,
        ]

    @property
    def _lists(self) -> list[list[Any]]:
        return [self.stock.movements, self.production, self.events, self.writes]

    def picture(self) -> dict[str, Bom]:
        """A deep copy of all BOMs, to compare with later."""
        return _copied(self.boms)

    def recipe_picture(self) -> dict[str, Recipe]:
        """A deep copy of all recipes, to compare with later."""
        return _copied(self.recipes)

    def view(self) -> object:
        """A deep copy of everything that a refused command must leave as it was."""
        return [_copied(each) for each in self._records], [deepcopy(list(each)) for each in self._lists]


def _copied(records: dict[str, Answer]) -> dict[str, Answer]:
    return deepcopy(dict(records))
