"""Takes the steps of a path: reads, writes and says what came of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from mock_server.forwarding import Answer, Entity, ForwardingError, Server
from mock_server.triggers.operations import Known, Operations

Record = dict[str, Any]
Attempt = Callable[[], Awaitable[Record]]
NUMBERS = (
    "BomNumber",
    "WorkOrderNumber",
    "InspectionNumber",
    "OrderNumber",
    "ItemCode",
    "VendorCode",
)
# What a record is called that a dry run has not made.
NEW = "new"
_REFUSED = 400
_NOT_FOUND = 404


class Refusal(ForwardingError):
    """What the server does not do, with its reason."""

    def __init__(self, text: str, answer: Answer) -> None:
        super().__init__(text)
        self.status = answer.status
        body = answer.body if isinstance(answer.body, dict) else {}
        self.code = str(body.get("error"))


class Desk:
    """One entity of a sandbox; in a dry run nothing is written, and each record is as it would become."""

    def __init__(
        self,
        server: Server,
        entity: Entity,
        token: str,
        operations: Operations,
        say: Callable[[str], None],
        *,
        values: Mapping[str, Any],
        is_dry: bool,
    ) -> None:
        self._server = server
        self._entity = {"orgId": entity.org, "entityId": entity.entity}
        self._token = token
        self._operations = operations
        self._say = say
        self.values = values
        self.is_dry = is_dry

    async def read(self, operation: str, record_id: str = "", **query: str) -> Any:
        """Asks for something; None where it is not there."""
        known = self._operations[operation]
        answer = await self._ask(known, record_id, None, query)
        if answer.status == _NOT_FOUND and record_id:
            return None
        return self._taken(known, answer)

    async def step(
        self,
        operation: str,
        body: Any = None,
        *,
        of: Record | None = None,
        after: Mapping[str, Any] | None = None,
        told: str | None = None,
        when: Collection[str] = (),
    ) -> Record:
        """Writes, and says so; `of` is the record it happens to, `after` what of it changes in a dry run.

        `when` are the states of it in which the step is possible; a dry run has nobody else to ask.
        """
        known = self._operations[operation]
        if self.is_dry:
            record = {**(of or {"id": NEW}), **(after or {})}
            _check_state(known, of or {}, when)
        else:
            record = self._taken(known, await self._ask(known, (of or {}).get("id", ""), body, {}))
        self._say(f"{known.shown} → {told or label(record)}")
        return record

    async def finish(
        self,
        operation: str,
        body: Record | None = None,
        *,
        of: Record | None = None,
        after: Mapping[str, Any] | None = None,
        told: str | None = None,
        when: Collection[str] = (),
    ) -> Record:
        """The last step, in whose body the values stand that were set."""
        sent = {**(body or {}), **self.values} if self._operations.takes_body(operation) else None
        return await self.step(operation, sent, of=of, after=after, told=told, when=when)

    async def remedied(self, code: str, remedy: Callable[[], Awaitable[None]], attempt: Attempt) -> Record:
        """Takes a step; where it is refused for what can be brought about, does that and takes it again.

        So nothing is brought about for a step that is refused for another reason.
        """
        if not self.is_dry:
            try:
                return await attempt()
            except Refusal as refusal:
                if refusal.code != code:
                    raise
        await remedy()
        return await attempt()

    async def check_stage(self) -> None:
        """Refuses a sandbox as the gateway is today before anything is made in it: it has no such path."""
        # What is planned is not found there; elsewhere the scope is asked for first.
        answer = await self._ask(self._operations["listBoms"], "", None, {"limit": "1"})
        if answer.status == _NOT_FOUND:
            raise ForwardingError(
                f"{self._server.origin} is as the gateway is today: nothing of what sends events is there."
            )

    async def event_of(self, topic: str, record: Record) -> str | None:
        """The id of the event that a record's last change sent; None where it sent none."""
        query, found = {"topic": topic, "record_id": record["id"], "limit": "200"}, None
        while True:
            page = await self.read("listEvents", **query)
            for event in page["events"]:
                if event["revision"] == record["Revision"]:
                    found = str(event["event_id"])
            if not page["has_more"]:
                return found
            query["after"] = page["next_cursor"]

    async def _ask(self, known: Known, record_id: str, body: Any, query: Mapping[str, str]) -> Answer:
        method, path = known.operation.method, known.path(self._entity, record_id)
        if known.is_control:
            return await self._server.control(method, path, body, query)
        return await self._server.public(method, path, self._token, body, query)

    @staticmethod
    def _taken(known: Known, answer: Answer) -> Any:
        if answer.status >= _REFUSED:
            raise Refusal(f"{known.shown}: {answer.told}.", answer)
        return answer.body


def name_of(record: Mapping[str, Any]) -> str:
    """The number of a record, by which people know it."""
    return next((str(record[name]) for name in NUMBERS if name in record), NEW)


def label(record: Mapping[str, Any]) -> str:
    """A record in a step's line: its number, and its state where it has one."""
    return f"{name_of(record)} {record.get('Status') or ''}".rstrip()


def _check_state(known: Known, record: Record, states: Collection[str]) -> None:
    state = "Archived" if record.get("IsArchived") else str(record.get("Status"))
    if states and state not in states:
        raise ForwardingError(f"{known.shown}: not possible, {name_of(record)} is {state}.")


async def new_token(server: Server, entity: Entity) -> str:
    """A token of the entity's own install, of the control plane."""
    body = {"org_ref_id": entity.org, "entity_ref_id": entity.entity}
    answer = await server.control("POST", "/tokens", body)
    if answer.status >= _REFUSED:
        raise ForwardingError(f"{server.origin} gives no token: {answer.told}.")
    return str(answer.body["access_token"])
