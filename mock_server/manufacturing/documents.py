"""Documents: the one life of BOMs, recipes, orders and inspections, from their number to the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from mock_server.manufacturing.items import Item
from mock_server.refused import Refused

_MILLISECOND = timedelta(milliseconds=1)


class Document:
    """A record with a number, a revision and an archive.

    One that a book has handed out is never changed in place: every write puts a new one.
    """

    __slots__ = ()

    KIND: ClassVar[str]
    # The attribute that holds the number.
    NUMBER: ClassVar[str]
    # Attributes that are stored and never sent.
    INTERNAL: ClassVar[frozenset[str]]

    id: str
    revision: int
    is_archived: bool
    external_reference: str | None
    created_at: datetime
    updated_at: datetime
    repository_version: int

    @property
    def number(self) -> str:
        """The number by which people know it; empty until it has one."""
        number: str = getattr(self, self.NUMBER)
        return number

    @property
    def key(self) -> tuple[str, ...]:
        """What no other document of its kind and entity has: the number, and any version."""
        return (self.number,)


D = TypeVar("D", bound=Document)
Found = TypeVar("Found", covariant=True)


class Finder(Protocol[Found]):
    """Finds records of one entity by id; ids of other entities are unknown here."""

    def get(self, record_id: str, /) -> Found | None:
        """The record, inactive and archived ones included."""


class Collection(Finder[D], Protocol[D]):
    """The documents of one kind and entity inside one transaction.

    What was put is what every later read of the same transaction returns.
    """

    def next_number(self) -> str:
        """The next generated number (BOM-0001): strictly increasing, never one handed out before."""

    def number_used(self, number: str, /) -> bool:
        """Whether a document, archived ones included, has or had this number, in whatever version."""

    def number_taken(self, document: D, /) -> bool:
        """Whether a document, archived ones included, has this one's key."""

    def reference_taken(self, document: D, /) -> bool:
        """Whether another document, archived ones included, has this one's external reference."""

    def put(self, document: D, event: str | None = None, /) -> None:
        """Inserts or replaces it; an event topic goes to the outbox in the same transaction."""


class Items(Finder[Item], Protocol):
    """The items of one entity."""

    def load(self, item_ids: Iterable[str], /) -> None:
        """Reads several at once, so that each is at hand when it is asked for."""


class Book(Protocol):
    """One entity inside one write transaction; a Refused that leaves a command rolls all of it back."""

    @property
    def now(self) -> datetime:
        """The transaction's time, UTC, the same for all of its records."""

    @property
    def user_ref_id(self) -> str:
        """On whose behalf the transaction writes; internal, never sent."""

    @property
    def items(self) -> Items: ...

    def new_id(self) -> str:
        """A new UUID."""


def begun(book: Book) -> dict[str, Any]:
    """What every new document begins with."""
    return {
        "id": book.new_id(),
        "created_at": book.now,
        "updated_at": book.now,
        "created_by_user_ref_id": book.user_ref_id,
    }


def check_identity(documents: Collection[D], document: D, before: D | None = None) -> None:
    """Gives the number that the body left out; refuses a number or reference of another document.

    Source: assumed (`duplicate_number`).
    """
    if not document.number:
        # A series is of the resource, not of a version: nobody may take the new one for another (DEC-23).
        number = documents.next_number()
        while documents.number_used(number):
            number = documents.next_number()
        setattr(document, document.NUMBER, number)
    elif (before is None or before.key != document.key) and documents.number_taken(document):
        is_versioned = len(document.key) > 1
        name = " version ".join(document.key)
        raise Refused(
            "duplicate_number",
            f"There is another {document.KIND} {name} in this entity."
            if is_versioned
            else f"{name} exists already.",
            pointer="/" + "".join(part.capitalize() for part in document.NUMBER.split("_")),
        )
    reference = document.external_reference
    if reference is None or (before is not None and before.external_reference == reference):
        return
    if documents.reference_taken(document):
        raise Refused(
            "duplicate_number",
            f"Another {document.KIND} in this entity has the external reference {reference}.",
            pointer="/ExternalReference",
        )


def later(book: Book, before: datetime) -> datetime:
    """The time of a change: now, and a millisecond after the last one where the clock stands (DEC-21)."""
    return max(book.now, before + _MILLISECOND)


def write(book: Book, documents: Collection[D], document: D, event: str | None = None) -> D:
    """Puts a copy that is not yet in the book as its next revision, and returns it."""
    document.revision += 1
    document.repository_version += 1
    document.updated_at = later(book, document.updated_at)
    documents.put(document, event)
    return document


def find(documents: Finder[D], ids: Iterable[str], *, archived: bool) -> list[D]:
    """The documents of a set that an archive or restore concerns, each once, in the order given."""
    found: dict[str, D] = {}
    for document_id in ids:
        document = documents.get(document_id)
        if document is not None and document.is_archived is archived:
            found[document.id] = document
    return list(found.values())


def archive(
    book: Book,
    documents: Collection[D],
    ids: Iterable[str],
    check: Callable[[D], None],
    change: Callable[[D], Mapping[str, Any]] = lambda document: {},
) -> int:
    """Archives documents in the order given; returns how many changed. One that is refused refuses all.

    Unknown and archived ones count 0. The state stays but for what `change` says.
    """
    found = find(documents, ids, archived=False)
    for document in found:
        check(document)
    for document in found:
        write(book, documents, replace(document, is_archived=True, **change(document)))  # type: ignore[type-var]
    return len(found)


def restore(book: Book, documents: Collection[D], ids: Iterable[str]) -> int:
    """Takes documents out of the archive; returns how many changed. The state stays."""
    found = find(documents, ids, archived=True)
    for document in found:
        write(book, documents, replace(document, is_archived=False))  # type: ignore[type-var]
    return len(found)


S = TypeVar("S", bound=StrEnum)


class Lifecycle(Generic[S]):
    """The states of a document as a table: which action leads from which state to which.

    An action with two outcomes stands in two rows.
    """

    def __init__(self, *transitions: tuple[str, Mapping[S, S]]) -> None:
        self.transitions = transitions

    def allowed(self, state: S) -> list[str]:
        """The actions that a state allows, in the order of the table."""
        return list(dict.fromkeys(action for action, ways in self.transitions if state in ways))


def not_allowed(text: str, state: str, action: str, allowed: Iterable[str]) -> Refused:
    """The refusal of an action in a state, with what is allowed instead."""
    return Refused("invalid_state_transition", text, from_=str(state), action=action, allowed=list(allowed))
