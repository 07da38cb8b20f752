"""Entities, items and vendors of a sandbox: read over the public API, written over the control plane."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mock_server.forwarding.server import Answer, Entity, ForwardingError, Server, find_entities
from mock_server.settings import BUILT

Record = dict[str, Any]
# What a command prints: the value, and its lines for people.
Shown = tuple[Any, Sequence[str]]
_NAMES = {"ItemCode": ("Name", "Uom", "StandardCost"), "VendorCode": ("DisplayName", "Currency")}
_WORDS = (
    ("IsSubcontractor", True, "job work"),
    ("IsActive", False, "inactive"),
    ("IsArchived", True, "archived"),
)
_LISTS = {"Item": ("item", "items"), "Vendor": ("vendor", "vendors")}


class RecordDesk:
    """Those of one entity; the first one of the sandbox where none is named."""

    def __init__(self, server: Server, org: str | None, entity: str | None) -> None:
        # Loaded where it is needed: most commands hold nothing against a contract.
        from mock_server.contract import Contract, Requests, read_document

        self._server = server
        self._named = (org, entity)
        self._contract = Contract(read_document(BUILT / "sandbox-openapi.json"))
        self._requests = Requests(self._contract)

    async def entities(self) -> Shown:
        """All that fit what was named."""
        wanted = await find_entities(self._server, *self._named)
        every = (await self._server.control("GET", "/entities")).body["entities"]
        found = [row for row in every if Entity(row["org_ref_id"], row["entity_ref_id"]) in wanted]
        return found, [_entity_line(row) for row in found]

    async def add_entity(self, values: Sequence[str]) -> Shown:
        """Creates one."""
        body = self._body("createEntity", values)
        made = _taken(await self._server.control("POST", "/entities", body))
        return made, [_entity_line(made)]

    async def change_entity(self, values: Sequence[str]) -> Shown:
        """Changes it."""
        body = self._body("updateEntity", values)
        changed = _taken(await self._server.control("PATCH", (await self._entity()).path, body))
        return changed, [_entity_line(changed)]

    async def records(self, kind: str, code: str) -> Shown:
        """All of a kind."""
        found = await self._every(kind)
        return found, [_line(each, code) for each in found]

    async def add(self, kind: str, code: str, values: Sequence[str]) -> Shown:
        """Creates one of a kind."""
        body, entity = self._body(f"create{kind}", values), await self._entity()
        made = _taken(await self._server.control("POST", f"{entity.path}/{_LISTS[kind][1]}", body))
        return made, [_line(made, code)]

    async def change(self, kind: str, code: str, which: str, values: Sequence[str]) -> Shown:
        """Changes the one that has a code or id."""
        body, entity = self._body(f"update{kind}", values), await self._entity()
        found = [each for each in await self._every(kind) if which in (each[code], each["id"])]
        if not found:
            raise ForwardingError(f"{entity.entity} has no {kind.lower()} {which}.")
        path = f"{entity.path}/{_LISTS[kind][1]}/{found[0]['id']}"
        changed = _taken(await self._server.control("PATCH", path, body))
        return changed, [_line(changed, code)]

    async def _entity(self) -> Entity:
        return (await find_entities(self._server, *self._named))[0]

    async def _every(self, kind: str) -> list[Record]:
        entity = await self._entity()
        named = {"org_ref_id": entity.org, "entity_ref_id": entity.entity}
        token = _taken(await self._server.control("POST", "/tokens", named))["access_token"]
        path, key = _LISTS[kind]
        found: list[Record] = []
        query: dict[str, Any] = {"limit": 200}
        while True:
            page = _taken(await self._server.public("GET", f"{entity.path}/{path}", token, query=query))
            found += page[key]
            if not page["has_more"]:
                return found
            query["after"] = page["next_cursor"]

    def _body(self, operation: str, values: Sequence[str]) -> Record:
        """The members that were given; each is JSON where the operation takes it so, and text otherwise."""
        body: Record = {}
        for each in values:
            name, is_set, text = each.partition("=")
            if not is_set or not name:
                raise ForwardingError(f"{each} is not of the form NAME=VALUE.")
            body[name] = self._value(operation, name, text)
        return body

    def _value(self, operation: str, name: str, text: str) -> Any:
        pointer = self._contract.operations[operation].body_pointer
        assert pointer is not None
        try:
            readings = [json.loads(text), text]
        except ValueError:
            readings = [text]
        for value in readings:
            found = self._requests.faults(pointer, {name: value})
            if not any(fault["pointer"].startswith(f"/{name}") for fault in found):
                return value
        # The server says what is wrong with it.
        return readings[0]


def _taken(answer: Answer) -> Any:
    if answer.status >= 400:
        raise ForwardingError(f"The sandbox answers {answer.told}.")
    return answer.body


def _entity_line(row: Record) -> str:
    place = f"{row['org_ref_id']}/{row['entity_ref_id']}"
    rest = ", ".join(str(row[name]) for name in ("name", "country", "currency", "time_zone"))
    return f"{place}  {rest}, overhead {row['overhead_percent']} %"


def _line(row: Record, code: str) -> str:
    told = [str(row[name]) for name in _NAMES[code] if row[name] is not None]
    told += [word for name, value, word in _WORDS if row.get(name) is value]
    return f"{row['id']}  {row[code]}  {', '.join(told)}"
