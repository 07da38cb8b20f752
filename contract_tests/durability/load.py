"""Mixed load on one sandbox from several connections, with a record of every answer that arrived."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from contract_tests.kit import Target

Record = dict[str, Any]
_STEPS = ("create", "create", "release", "release", "complete", "bom", "adjust", "repeat")


@dataclass
class Request:
    """A write; `key` makes a repeat of it harmless."""

    path: str
    body: Any
    key: str


@dataclass
class Answered:
    """A write and its first answer."""

    request: Request
    status: int
    body: Record


@dataclass
class Log:
    """What one connection saw: acknowledged writes in their order, and the one that was under way."""

    answered: list[Answered] = field(default_factory=list)
    open: Request | None = None
    adjusted: list[Record] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Connection:
    """One connection that is kept open; any failure of it is the end of the server."""

    def __init__(self, target: Target) -> None:
        parts = urlsplit(target.url)
        assert parts.hostname is not None
        tenant = target.tenant
        self._http = HTTPConnection(parts.hostname, parts.port, timeout=20)
        self._token = tenant.token
        self._base = f"{parts.path}/orgs/{tenant.org}/entities/{tenant.entity}"
        self._control = f"/_sandbox/v1/orgs/{tenant.org}/entities/{tenant.entity}"

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Record, bool]:
        """Status, body, and whether the answer is a repeated one."""
        headers = {"Authorization": f"Bearer {self._token}"}
        if key:
            headers["Idempotency-Key"] = key
        return self._answer(method, self._base + path, body, headers)

    def control(self, method: str, path: str, body: Any = None) -> tuple[int, Record, bool]:
        """The same, at the control plane."""
        return self._answer(method, self._control + path, body, {})

    def _answer(self, method: str, url: str, body: Any, headers: dict[str, str]) -> tuple[int, Record, bool]:
        raw = None
        if body is not None:
            raw, headers = json.dumps(body).encode(), {**headers, "Content-Type": "application/json"}
        self._http.request(method, url, raw, headers)
        answer = self._http.getresponse()
        found: Record = json.loads(answer.read())
        return answer.status, found, answer.headers.get("Idempotency-Replayed") == "true"

    def close(self) -> None:
        """Ends the connection."""
        self._http.close()


class Worker(threading.Thread):
    """Writes one after the other until the server is gone; its choices come from its name alone."""

    def __init__(self, target: Target, name: str, made: str, part: str) -> None:
        super().__init__(name=name)
        self.log = Log()
        self._target = target
        self._chance = random.Random(name)
        self._made, self._part = made, part
        self._drafts: list[str] = []
        self._released: list[str] = []
        self._count = 0

    def run(self) -> None:
        """Works."""
        connection = Connection(self._target)
        try:
            while True:
                self._step(connection)
        except (OSError, HTTPException, ValueError):
            # The server was killed; a torn answer is none.
            pass
        finally:
            connection.close()

    def _step(self, connection: Connection) -> None:
        chance = self._chance
        match chance.choice(
            ["create", "create", "release", "release", "complete", "bom", "adjust", "repeat"]
        ):
            case "release" if self._drafts:
                order = self._drafts.pop(chance.randrange(len(self._drafts)))
                if self._write(connection, f"/work-orders/{order}/release", None, 200) is not None:
                    self._released.append(order)
            case "complete" if self._released:
                order = self._released.pop(chance.randrange(len(self._released)))
                self._write(connection, f"/work-orders/{order}/complete", {"CompletedQuantity": 1}, 200)
            case "bom":
                line = {"ItemRefId": self._part, "Quantity": chance.randint(1, 9)}
                bom = {"ItemRefId": self._made, "Name": self.name, "Version": self._label(), "Lines": [line]}
                self._write(connection, "/boms", bom, 201)
            case "adjust":
                count = {"ItemRefId": self._part, "Quantity": chance.randint(1, 9), "Reason": "Found"}
                status, movement, _ = connection.control("POST", "/stock-adjustments", count)
                self._note(status == 201, f"an adjustment was answered {status}: {movement}")
                self.log.adjusted.append(movement)
            case "repeat" if self.log.answered:
                self._repeat(connection, chance.choice(self.log.answered))
            case _:
                body = {"ItemRefId": self._made, "PlannedQuantity": 1}
                made = self._write(connection, "/work-orders", body, 201)
                if made is not None:
                    self._drafts.append(made["id"])

    def _write(self, connection: Connection, path: str, body: Any, status: int) -> Record | None:
        request = self.log.open = Request(path, body, f"{self._label()}")
        found, answer, is_repeated = connection.send("POST", path, body, request.key)
        self.log.open = None
        self._note(found == status, f"POST {path} was answered {found}: {answer}")
        self._note(not is_repeated, f"POST {path} was answered from memory at first")
        if found != status:
            return None
        self.log.answered.append(Answered(request, found, answer))
        return answer

    def _repeat(self, connection: Connection, first: Answered) -> None:
        request = first.request
        again = connection.send("POST", request.path, request.body, request.key)
        self._note(again == (first.status, first.body, True), f"{request.key} was answered otherwise again")

    def _label(self) -> str:
        self._count += 1
        return f"{self.name}-{self._count}"

    def _note(self, holds: bool, fault: str) -> None:
        if not holds:
            self.log.faults.append(fault)


def last_answers(log: Log) -> Iterable[tuple[str, Record]]:
    """Path and last acknowledged form of every record that the connection wrote."""
    last: dict[str, Record] = {}
    for answered in log.answered:
        resource = answered.request.path.split("/")[1]
        last[f"/{resource}/{answered.body['id']}"] = answered.body
    return last.items()
