"""What differs between two states of a workspace, in the words of its records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from mock_server.sandbox import stored_records
from mock_server.storage import Database, Places
from mock_server.storage.tenancy import read_tenants

MAX_DIFFERENCES = 1_000
_MAX_MEMBERS = 500
_MAX_TEXT = 4_000
_MAX_SHOWN = 4
# They say when and how often something changed, not what.
_PASSED_OVER = {"UpdatedAt", "Revision"}
# How people speak of a member.
_SAID = {"OnHandQuantity": "on hand", "AllocatedQuantity": "allocated", "AvailableQuantity": "available"}

# A record by entity, kind and id: its name and its public members.
Contents = dict[tuple[str, str, str, str], tuple[str, dict[str, Any]]]


class Member(NamedTuple):
    """A member that differs, as JSON text."""

    pointer: str
    before: str | None
    after: str | None


class Difference(NamedTuple):
    """What became of one record."""

    org: str
    entity: str
    kind: str
    id: str
    name: str
    change: str
    text: str
    members: list[Member]


class Differences(NamedTuple):
    """The first of them, and whether there are no more."""

    found: list[Difference]
    is_whole: bool


def contents_of(places: Places, copy: str) -> Contents:
    """Every record of a copy."""
    database = places.look(copy)
    try:
        return contents(database)
    finally:
        database.close()


def contents(database: Database) -> Contents:
    """Every record that has a number or a code."""
    session = database.session
    owners = {tenant.key: (tenant.org, tenant.entity) for tenant in read_tenants(session)}
    found: Contents = {}
    for kind in stored_records.KINDS:
        if kind.documents is None:
            continue
        for row in kind.rows(session):
            body = orjson.loads(row.body)
            assert row.tenant is not None
            found[(*owners[row.tenant], kind.name, body["id"])] = (row.label, body)
    return found


def differences(before: Contents, after: Contents) -> Differences:
    """What differs, by entity, kind and name."""
    keys = sorted(before.keys() | after.keys(), key=lambda key: (key[:3], (after.get(key) or before[key])[0]))
    found: list[Difference] = []
    for key in keys:
        old, new = before.get(key), after.get(key)
        members = [*_members("", old[1] if old else None, new[1] if new else None)]
        if old is not None and new is not None and not members:
            continue
        if len(found) == MAX_DIFFERENCES:
            return Differences(found, False)
        name = (new or old or ("", {}))[0]
        change = "changed" if old and new else "added" if new else "removed"
        found.append(
            Difference(*key, name, change, _text(key[2], name, change, members), members[:_MAX_MEMBERS])
        )
    return Differences(found, True)


def _members(pointer: str, before: Any, after: Any) -> Iterator[Member]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            if name not in _PASSED_OVER:
                yield from _members(f"{pointer}/{name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _members(f"{pointer}/{place}", old, new)
    elif pointer:
        yield Member(pointer, _json(before), _json(after))


def _json(value: Any) -> str | None:
    if value is None:
        return None
    text = orjson.dumps(value).decode()
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"


def _text(kind: str, name: str, change: str, members: list[Member]) -> str:
    if change != "changed":
        return f"{name}: {kind} {change}"
    shown = [
        f"{_SAID.get(member.pointer[1:], member.pointer[1:])} {_said(member.before)} → {_said(member.after)}"
        for member in members[:_MAX_SHOWN]
    ]
    more = len(members) - len(shown)
    text = f"{name}: {', '.join(shown)}" + (f" and {more} more" if more else "")
    return text[:_MAX_TEXT]


def _said(text: str | None) -> str:
    shown = "nothing" if text is None else text.strip('"')
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
