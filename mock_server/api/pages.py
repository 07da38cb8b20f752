"""List answers: filters from the query, cursors that belong to one tenant and one set of filters."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Table

from mock_server.gateway import Answer, Call, invalid_at
from mock_server.letters import spellings
from mock_server.storage import Session
from mock_server.storage.documents import MAX_PAGE_BYTES, Position, read_page

T = TypeVar("T")
_DIGEST = 10
_COMMON = {
    "itemRefId": "item_id",
    "externalReference": "external_reference",
    "updatedSince": "updated_at:from",
}
# Known by name: a reference or code of a client's own may be the text "true".
_FLAGS = {"isActive", "isSubcontractor"}


class Cursors:
    """Writes and reads cursors; the sandbox's key makes them impossible to forge."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, digest_size=32).digest()

    def write(self, call: Call, end: Position) -> str:
        """The cursor for the page after a position."""
        place = struct.pack(">q", end.seq) + end.updated_at.encode()
        return _text_of(self._digest(call, place) + place)

    def read(self, call: Call, text: str) -> Position:
        """The position in a cursor; a 400 where it is broken or belongs to another list."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            raw = b""
        digest, place = raw[:_DIGEST], raw[_DIGEST:]
        # The last character of a text may carry bits that decoding drops.
        is_whole = _text_of(raw) == text
        if not is_whole or len(place) < 8 or digest != self._digest(call, place):
            raise invalid_at("/query/after", "is no cursor of this list with these filters")
        return Position(struct.unpack(">q", place[:8])[0], place[8:].decode())

    def _digest(self, call: Call, place: bytes) -> bytes:
        filters = sorted((k, str(v)) for k, v in call.query.items() if k not in {"limit", "after"})
        # The path names the operation, the tenant and, where there is one, the item.
        text = f"{call.target}\n{filters}\n".encode() + place
        return hashlib.blake2b(text, key=self._key, digest_size=_DIGEST).digest()


def _text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True)
class Filters:
    """How query parameters become filters of a table; one that is not named is a column in snake case.

    `days` are columns of due dates: `true` asks for those before today.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)

    def read(self, query: Mapping[str, Any], today: Callable[[], str]) -> dict[str, Any]:
        """The filters of a query; archived records are left out unless asked for."""
        found: dict[str, Any] = {}
        for name, value in query.items():
            if name in {"limit", "after", "isArchived"}:
                continue
            if name in self.days:
                operator = "before" if value == "true" else "not_before"
                found[f"{self.days[name]}:{operator}"] = today()
            elif name == "search":
                spelt = spellings(value)
                is_plain = len(set(spelt)) == 1
                found["search:contains" if is_plain else "search:contains_any"] = (
                    spelt[0] if is_plain else spelt
                )
            else:
                column = self.columns.get(name) or _COMMON.get(name) or _snake(name)
                found[column] = value == "true" if name in _FLAGS else value
        wanted = query.get("isArchived")
        if wanted is not None:
            found["is_archived"] = wanted == "true"
        elif found.get("status") != "Archived":
            found["is_archived"] = False
        return found


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def page(
    call: Call,
    session: Session,
    cursors: Cursors,
    table: Table,
    key: str,
    filters: Mapping[str, Any],
    columns: tuple[str, ...] = (),
    completed: Callable[[Sequence[tuple[Any, ...]]], Iterable[bytes]] | None = None,
) -> Answer:
    """A page of stored bodies under a resource's key; `completed` makes each from body, place and columns.

    A page may be shorter than its limit: it ends where it has become large, or has taken much work.
    """
    assert call.grant is not None
    after = call.query.get("after")
    position = cursors.read(call, after) if after is not None else None
    tenant = call.grant.tenant.key
    found = read_page(session, table, tenant, filters, call.query["limit"], position, columns)
    bodies = [row[0] for row in found.rows] if completed is None else within(completed(found.rows))
    return ended(call, cursors, key, bodies, found.end(len(bodies)))


def ended(call: Call, cursors: Cursors, key: str, bodies: list[bytes], end: Position | None) -> Answer:
    """A page that ends somewhere, or with the list."""
    return Answer(200, envelope(key, bodies, None if end is None else cursors.write(call, end)))


def place_of(call: Call, cursors: Cursors) -> int:
    """Where a page starts in a list that is worked out anew for each call."""
    after = call.query.get("after")
    return cursors.read(call, after).seq if after is not None else 0


def within(bodies: Iterable[bytes]) -> list[bytes]:
    """Bodies until they come to what a page may be large."""
    found: list[bytes] = []
    size = 0
    for body in bodies:
        found.append(body)
        size += len(body)
        if size >= MAX_PAGE_BYTES:
            break
    return found


def envelope(key: str, bodies: list[bytes], cursor: str | None) -> bytes:
    """The list envelope around bodies that are already JSON."""
    end = b'"next_cursor":null,"has_more":false' if cursor is None else _more(cursor)
    return b'{"%s":[%s],%s}' % (key.encode(), b",".join(bodies), end)


def _more(cursor: str) -> bytes:
    return b'"next_cursor":"%s","has_more":true' % cursor.encode()


def page_of_records(
    call: Call, cursors: Cursors, key: str, records: Sequence[T], row: Callable[[T], bytes]
) -> Answer:
    """A page of records that were worked out for this call, in their given order."""
    start = place_of(call, cursors)
    end = start + call.query["limit"]
    bodies = [row(record) for record in records[start:end]]
    return ended(call, cursors, key, bodies, Position(end) if end < len(records) else None)
