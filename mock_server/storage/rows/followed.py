"""Orders of which not all is stored: the day decides what is overdue, a Draft follows its formula."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Protocol, TypeVar

from mock_server.manufacturing.formulas import Catalogue, Lookup
from mock_server.storage.database import Row
from mock_server.storage.documents import Context, Documents, Rows
from mock_server.storage.sequences import last_value

T = TypeVar("T")

# The counter that gets a new value with every change to an item or formula of the entity.
STRUCTURE = "structure"
_DRAFT = "Draft"
# What may be exploded for one page before it ends.
MAX_PAGE_LINES = 5_000
# Formulas that are read at once for a page.
_GROUP = 25
_KEPT_BYTES = 16 << 20


def day(value: date | None) -> str | None:
    """A day as columns hold it."""
    return None if value is None else value.isoformat()


class Dated(Context, Catalogue, Protocol):
    """A context that knows the day, and the formulas that a Draft follows."""

    @property
    def today(self) -> date: ...


class _Kept:
    """Drafts as they were put together, the latest of them; by all that they were put together from."""

    def __init__(self, size: int) -> None:
        self._room = size
        self._bodies: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = Lock()

    def clear(self) -> None:
        with self._lock:
            self._room += sum(map(len, self._bodies.values()))
            self._bodies.clear()

    def get(self, key: bytes) -> bytes | None:
        with self._lock:
            body = self._bodies.get(key)
            if body is not None:
                self._bodies.move_to_end(key)
            return body

    def put(self, key: bytes, body: bytes) -> None:
        with self._lock:
            if key not in self._bodies:
                self._bodies[key] = body
                self._room -= len(body)
            while self._room < 0:
                self._room += len(self._bodies.popitem(last=False)[1])


_KEPT = _Kept(_KEPT_BYTES)


def forget_drafts() -> None:
    """Forgets what was put together before; nothing reads otherwise for it."""
    _KEPT.clear()


class FollowedRows(Rows[T]):
    """The orders of one kind and entity. Of `columns` the first are id and status."""

    def __init__(self, documents: Documents[T], context: Dated) -> None:
        super().__init__(documents, context)
        self.context = context

    @cached_property
    def lookup(self) -> Lookup:
        """What is read for one order of a page is at hand for the next."""
        return Lookup(self.context)

    @cached_property
    def _state(self) -> bytes:
        """What the contents of all Drafts depend on beside themselves: formulas and items, and the day."""
        tenant = self.tenant.key
        value = last_value(self.session, tenant, STRUCTURE)
        return f"{self.documents.name} {tenant} {value} {self.context.today}".encode()

    @abstractmethod
    def put_together(self, order: T) -> bytes:
        """A Draft with the contents of now, as GET shows it."""

    @abstractmethod
    def stored(self, body: bytes, columns: Row) -> bytes:
        """Any other order as GET shows it."""

    @abstractmethod
    def formula_ids(self, order: T) -> tuple[str | None, str | None]:
        """The BOM, or the recipe, of an order."""

    def complete(self, body: bytes, columns: Row) -> bytes:
        """Only a Draft is put together anew."""
        return next(self._each([(body, columns)]))

    def bodies(self, rows: Sequence[Row]) -> Iterator[bytes]:
        """The bodies of a page; it ends early where its Drafts take too many lines to explode."""
        end = 2 + len(self.columns)
        return self._each([(row[0], row[2:end]) for row in rows])

    def _each(self, rows: Sequence[tuple[bytes, Row]]) -> Iterator[bytes]:
        drafts = [columns[0] for _, columns in rows if columns[1] == _DRAFT]
        ready: set[str] = set()
        is_first = True
        for body, columns in rows:
            if columns[1] != _DRAFT:
                yield self.stored(body, columns)
                is_first = False
                continue
            key = self._key(body, columns)
            shown = _KEPT.get(key)
            if shown is None:
                record_id = columns[0]
                if is_first:
                    self.load(drafts)
                order = self.get(record_id)
                assert order is not None
                is_new = not any(each in self.lookup.opened for each in self.formula_ids(order))
                if is_new and self.lookup.lines_read >= MAX_PAGE_LINES and not is_first:
                    return
                if record_id not in ready:
                    ready |= self._prepare(drafts[drafts.index(record_id) :])
                shown = self.put_together(order)
                _KEPT.put(key, shown)
            yield shown
            is_first = False

    def _key(self, body: bytes, columns: Row) -> bytes:
        digest = hashlib.blake2b(self._state, digest_size=16)
        digest.update(repr(columns).encode())
        digest.update(body)
        return digest.digest()

    def _prepare(self, drafts: Sequence[str]) -> set[str]:
        """Reads Drafts, and of some the formulas and what these need, all at once; the ids of those."""
        ready: set[str] = set()
        boms: dict[str, None] = {}
        recipes: dict[str, None] = {}
        for record_id in drafts:
            order = self.get(record_id)
            assert order is not None
            bom_id, recipe_id = self.formula_ids(order)
            if bom_id is not None:
                boms[bom_id] = None
            elif recipe_id is not None:
                recipes[recipe_id] = None
            ready.add(record_id)
            if len(boms) + len(recipes) >= _GROUP:
                break
        self.context.boms.load(boms)
        self.context.recipes.load(recipes)
        found = [self.lookup.bom(bom_id) for bom_id in boms]
        made = [*found, *(self.context.recipes.get(recipe_id) for recipe_id in recipes)]
        self.lookup.prepare([line for formula in made if formula is not None for line in formula.lines])
        return ready

    def is_late(self, due: str | None) -> bytes:
        """Whether a day is past, as JSON."""
        return b"true" if due is not None and due < self.context.today.isoformat() else b"false"
