"""A small server that answers like the contract and gets archiving wrong in one chosen way."""

from __future__ import annotations

import copy
import itertools
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contract_tests.kit import BASE_PATH, Contract, Target, Tenant

FAULTS = (
    "archive does nothing",
    "archive deletes",
    "archived ones stay in the list",
    "archived ones are in no list",
    "archived ones read as unarchived",
    "archive takes the first id alone",
    "archive counts every id",
    "restore does nothing",
    "restore leaves the status",
    "restore loses the notes",
)
_TENANT = Tenant("org-planted", "ent-planted", "planted")


class Books:
    """BOMs in memory, archived as the fault has it."""

    def __init__(self, contract: Contract, fault: str | None) -> None:
        self._example = contract.answer_example("createBom", 201)
        self._fault = fault
        self._numbers = itertools.count(1)
        self.boms: dict[str, dict[str, Any]] = {}

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Keeps a BOM; what the body leaves out is as in the contract's example."""
        number = next(self._numbers)
        own = {"id": str(uuid.UUID(int=number)), "BomNumber": f"BOM-{number:04d}", "Revision": 1}
        kept = {key: body[key] for key in ("Name", "ItemRefId", "Notes") if key in body}
        bom = {**copy.deepcopy(self._example), "Status": "Draft", "IsArchived": False, **kept, **own}
        self.boms[bom["id"]] = bom
        return bom

    def archive(self, ids: list[str]) -> int:
        """Archives BOMs."""
        chosen = [self.boms[i] for i in ids if i in self.boms and not self.boms[i]["IsArchived"]]
        count = len(ids) if self._fault == "archive counts every id" else len(chosen)
        if self._fault == "archive takes the first id alone":
            chosen = chosen[:1]
        for bom in chosen:
            if self._fault == "archive deletes":
                del self.boms[bom["id"]]
            elif self._fault != "archive does nothing":
                bom.update(IsArchived=True, Status="Archived", Revision=bom["Revision"] + 1)
        return count

    def restore(self, ids: list[str]) -> int:
        """Restores BOMs."""
        chosen = [self.boms[i] for i in ids if i in self.boms and self.boms[i]["IsArchived"]]
        for bom in chosen:
            if self._fault == "restore does nothing":
                continue
            bom.update(IsArchived=False, Revision=bom["Revision"] + 1)
            if self._fault != "restore leaves the status":
                bom["Status"] = "Draft"
            if self._fault == "restore loses the notes":
                bom["Notes"] = None
        return len(chosen)

    def listed(self, wanted: str | None) -> list[dict[str, Any]]:
        """The BOMs of a list."""
        if wanted == "true":
            return [bom for bom in self.boms.values() if bom["IsArchived"] and self._fault != FAULTS[3]]
        return [bom for bom in self.boms.values() if not bom["IsArchived"] or self._fault == FAULTS[2]]

    def read(self, bom_id: str) -> dict[str, Any] | None:
        """One BOM."""
        bom = self.boms.get(bom_id)
        return {**bom, "IsArchived": False} if bom is not None and self._fault == FAULTS[4] else bom

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        """Status and body for a request below the entity's path."""
        if (method, path) == ("GET", "/boms"):
            boms = self.listed(query["isArchived"][0] if "isArchived" in query else None)
            start = int(query.get("after", ["0"])[0])
            end = start + int(query.get("limit", ["50"])[0])
            cursor = str(end) if end < len(boms) else None
            return 200, {"boms": boms[start:end], "next_cursor": cursor, "has_more": cursor is not None}
        if (method, path) == ("POST", "/boms"):
            return 201, self.create(body)
        if (method, path) == ("DELETE", "/boms"):
            return 200, {"ok": True, "modified": self.archive(body["ids"])}
        if (method, path) == ("PUT", "/boms/restore"):
            return 200, {"ok": True, "modified": self.restore(body["ids"])}
        bom = self.read(path.removeprefix("/boms/"))
        return (200, bom) if bom is not None else (404, {"error": "not_found", "message": "No such record."})


def _handler(contract: Contract, books: Books) -> type[BaseHTTPRequestHandler]:
    place = f"{BASE_PATH}/orgs/{_TENANT.org}/entities/{_TENANT.entity}"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet for head and body: in two, the second waits for the first one's acknowledgement.
        wbufsize = 65536

        def _serve(self) -> None:
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, answer = books.answer(
                self.command, url.path.removeprefix(place), parse_qs(url.query), body
            )
            content = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(content)),
                "Cache-Control": "no-store",
                "X-Request-Id": uuid.uuid4().hex,
                "X-Contract-Version": contract.version,
                "RateLimit-Limit": "120",
                "RateLimit-Remaining": "119",
                "RateLimit-Reset": "60",
                "RateLimit": '"default"; r=119; t=60',
                "RateLimit-Policy": '"default"; q=120; w=60; pk=:mkt:client:install:',
                "ETag": f'"{answer.get("Revision", 1)}"',
                "Location": f"{self.path}/{answer.get('id')}",
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def planted(contract: Contract, fault: str | None) -> Iterator[Target]:
    """Runs the server with a fault, or with none."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(contract, Books(contract, fault)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Target(f"http://127.0.0.1:{server.server_address[1]}{BASE_PATH}", _TENANT)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
