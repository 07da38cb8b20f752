"""What every document has: an id, a state, a revision, an archive; and how a request is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar


class Refused(Exception):
    """A refusal, by status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


def invalid() -> NoReturn:
    """The request is malformed."""
    raise Refused(400, "invalid_request")


def conflict(code: str = "invalid_state_transition") -> NoReturn:
    """The state, or another record, stands in the way."""
    raise Refused(409, code)


def broken(code: str) -> NoReturn:
    """A rule for the content is broken."""
    raise Refused(422, code)


@dataclass(kw_only=True)
class Document:
    """A BOM, a recipe, an order or an inspection."""

    id: str = ""
    status: str = "Draft"
    is_archived: bool = False
    revision: int = 1


D = TypeVar("D", bound=Document)


def in_state(known: Mapping[str, D], *states: str) -> list[D]:
    """The unarchived ones in these states, all where none is named."""
    return [d for d in known.values() if not states or (d.status in states and not d.is_archived)]


def chosen(known: Mapping[str, D], ids: Iterable[str], *, is_archived: bool) -> list[D]:
    """Those that are named, are there, and are archived, or are not."""
    return [known[id] for id in ids if id in known and known[id].is_archived is is_archived]


def archive(known: Mapping[str, D], ids: Iterable[str], barred: Collection[str] = ()) -> int:
    """Archives all that are named, or none where one is in a state that bars it; returns how many."""
    found = chosen(known, ids, is_archived=False)
    if any(each.status in barred for each in found):
        conflict()
    for each in found:
        each.is_archived = True
        each.revision += 1
    return len(found)


def restore(known: Mapping[str, D], ids: Iterable[str]) -> int:
    """Takes all that are named out of the archive; returns how many."""
    found = chosen(known, ids, is_archived=True)
    for each in found:
        each.is_archived = False
        each.revision += 1
    return len(found)
