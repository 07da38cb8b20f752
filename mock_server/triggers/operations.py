"""The operations that a path is made of, as the built contract knows them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from mock_server.contract import Contract, Operation, Requests, read_document
from mock_server.settings import BUILT

_ENTITY = "/orgs/{orgId}/entities/{entityId}"


class Known(NamedTuple):
    """An operation, and whether it is of the control plane."""

    operation: Operation
    is_control: bool

    @property
    def shown(self) -> str:
        """Method and path as people read them: the entity is known, and ids are long."""
        path = self.operation.path.removeprefix(_ENTITY).replace("{id}", "…")
        return f"{self.operation.method} {path}"

    def path(self, entity: Mapping[str, str], record_id: str) -> str:
        """The path with its parameters filled in."""
        path = self.operation.path.replace("{id}", record_id)
        for name, value in entity.items():
            path = path.replace(f"{{{name}}}", value)
        return path


class Operations:
    """Both contracts; no method or path is typed again."""

    @cached_property
    def _public(self) -> Contract:
        return Contract(read_document(BUILT / "openapi.json"))

    @cached_property
    def _control(self) -> Contract:
        return Contract(read_document(BUILT / "sandbox-openapi.json"))

    @cached_property
    def _requests(self) -> Requests:
        return Requests(self._public)

    def __getitem__(self, name: str) -> Known:
        if name in self._public.operations:
            return Known(self._public.operations[name], False)
        return Known(self._control.operations[name], True)

    @property
    def sent(self) -> list[str]:
        """The topics that are sent."""
        return list(self._public.document["webhooks"])

    @property
    def silent(self) -> list[str]:
        """The topics that can be subscribed to and are never sent."""
        return [topic for topic in self._public.topics if topic not in self.sent]

    def takes_body(self, name: str) -> bool:
        """Whether an operation of the public API has a request body."""
        return self._public.operations[name].body_pointer is not None

    def members(self, name: str) -> list[str]:
        """The members of an operation's request body."""
        schema = self._public.resolve({"$ref": self._pointer(name)})
        return list(schema.get("properties", {}))

    def faults(self, name: str, body: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with the members that are there, by name; what is missing is left to others."""
        found: dict[str, str] = {}
        for fault in self._requests.faults(self._pointer(name), dict(body)):
            member = fault["pointer"].split("/")[1] if "/" in fault["pointer"] else ""
            if member in body and member not in found:
                place = fault["pointer"].removeprefix("/")
                found[member] = f"{place} {fault['message']}"
        return found

    def _pointer(self, name: str) -> str:
        return self._public.operations[name].body_pointer or ""
