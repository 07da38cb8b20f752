"""Records by the names that people give them: an id, a number, or the code of an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from mock_server.gateway import invalid_at
from mock_server.refused import Refused
from mock_server.storage import SqlBook
from mock_server.storage.documents import read_page

# Kinds of records, with the collection of a book that holds them and the column of their name.
KINDS = {
    "bom": ("boms", "number"),
    "recipe": ("recipes", "number"),
    "work_order": ("work_orders", "number"),
    "quality_inspection": ("inspections", "number"),
    "subcontract_order": ("subcontract_orders", "number"),
    "item": ("items", "code"),
}
# Versions of one number that are looked at.
_VERSIONS = 200


class Named(NamedTuple):
    """A record, and of what kind it is."""

    kind: str
    record: Any

    @property
    def name(self) -> str:
        """Its number, or the code of an item."""
        found: str = self.record.item_code if self.kind == "item" else self.record.number
        return found


def find_named(book: SqlBook, name: str, kind: str | None, among: Iterable[str] = KINDS) -> Named:
    """The record of this id, number or code; of several versions the Active one, else the newest.

    A number that records of several kinds have is refused until the kind is named.
    """
    kinds = among if kind is None else [kind]
    found = [Named(each, record) for each in kinds for record in _found(book, each, name)]
    if not found:
        raise Refused("not_found", f"There is no record {name} in this entity.")
    if len({each.kind for each in found}) > 1:
        told = " and ".join(dict.fromkeys(each.kind for each in found))
        raise invalid_at("/query/kind", f"must be named: {name} is the name of a {told}")
    return next((each for each in found if getattr(each.record, "is_active", False)), found[-1])


def _found(book: SqlBook, kind: str, name: str) -> Iterator[Any]:
    collection, column = KINDS[kind]
    rows = getattr(book, collection)
    record = rows.get(name.lower())
    if record is not None:
        yield record
        return
    page = read_page(
        book.session, rows.documents.table, book.tenant.key, {column: name}, _VERSIONS, None, ("id",)
    )
    yield from (rows.get(row[2]) for row in page.rows)
