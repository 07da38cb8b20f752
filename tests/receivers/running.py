"""Runs the receivers of docs/receivers as their README says, in environments of their own."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import httpx
import pytest

from mock_server.events import signed_headers
from scripts.clients.tools import Failed, python_tool
from scripts.contract import PROJECT

EXAMPLES = PROJECT / "docs" / "receivers"
NODE_MODULES = PROJECT / "node_modules"
LOCK = PROJECT / "requirements" / "receivers.txt"
NAMES = ["flask_app.py", "fastapi_app.py", "express_app.js"]
# What is waited for comes at once; a machine that is busy may need longer.
PATIENCE = 30
NONE_CHANGED: Mapping[str, str | None] = {}
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def receivers_tool(name: str) -> str:
    """A command of the receivers' Python environment; the test is skipped where it cannot be made."""
    try:
        return python_tool(name, LOCK)
    except Failed as fault:
        pytest.skip(f"The receivers' packages could not be installed: {str(fault)[-200:]}")


def node() -> str:
    """Node.js, with the packages of package-lock.json; the test is skipped where either is not here."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node.js is not here. It runs in CI.")
    missing = [name for name in ("express", "standardwebhooks", "svix") if not (NODE_MODULES / name).is_dir()]
    if missing:
        pytest.skip(f"{missing[0]} of npm is not installed here: scripts/lint does it. It runs in CI.")
    return found


def new_event(topic: str = "work_order.completed", **more: Any) -> dict[str, Any]:
    """An event of its own id."""
    data = {"work_order": {"WorkOrderNumber": "WO-0003", "ItemName": "Rad, größer", "PlannedQuantity": 1.50}}
    return {"event_id": str(uuid4()), "topic": topic, "data": data, **more}


def rendered(event: dict[str, Any]) -> bytes:
    """The bytes of an event as the sandbox sends them, without blanks."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Receiver:
    """A receiver that runs."""

    process: subprocess.Popen[str]
    secrets: list[str]
    client: httpx.Client = field(init=False)
    lines: queue.Queue[str] = field(default_factory=queue.Queue)

    def said(self, pattern: str | re.Pattern[str]) -> str:
        """What it prints that fits, as soon as it does."""
        seen: list[str] = []
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                seen.append(self.lines.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
            if found := re.search(pattern, seen[-1]):
                return found[0]
        raise AssertionError(f"It never said {pattern}, but: {''.join(seen)}")

    def send(
        self,
        event: dict[str, Any],
        secrets: list[str] | None = None,
        ago: timedelta = timedelta(0),
        signed: bytes | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str | None] = NONE_CHANGED,
    ) -> int:
        """Sends an event and returns the status.

        The event is written as `signed` says, and `body` goes in place of the bytes that were signed. A
        header that is None is left out.
        """
        written = rendered(event) if signed is None else signed
        wall = datetime.now(UTC) - ago
        right = signed_headers(secrets or self.secrets[:1], event["event_id"], written, wall)
        sent = {name: value for name, value in {**right, **headers}.items() if value is not None}
        content = written if body is None else body
        return self.client.post("/hook", content=content, headers=sent).status_code

    def takes(self, event: dict[str, Any], signed: bytes | None = None) -> None:
        """Sends an event, and waits until it was handled."""
        assert self.send(event, signed=signed) == 204
        self.said(f"handled {event['event_id']}")

    def handled(self) -> list[str]:
        """The ids that were handled, after all that was sent before."""
        last = new_event()
        self.takes(last)
        ids: list[str] = self.client.get("/events").json()
        assert ids.pop() == last["event_id"]
        return ids


@contextmanager
def running(name: str, folder: Path, secrets: list[str]) -> Iterator[Receiver]:
    """A receiver of this name in a folder, on a free port, with these secrets."""
    commands = {
        "flask_app.py": lambda: [receivers_tool("flask"), "--app", "flask_app", "run", "--port", "0"],
        "fastapi_app.py": lambda: [receivers_tool("uvicorn"), "fastapi_app:app", "--port", "0"],
        "express_app.js": lambda: [node(), "express_app.js"],
    }
    command = commands[name]()
    more = {
        "HELLOBOOKS_WEBHOOK_SECRET": " ".join(secrets),
        "NODE_PATH": str(NODE_MODULES),
        "PORT": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "",
    }
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    receiver = Receiver(process, secrets)
    # Two pipes: in one, a line of one thread comes into the middle of another's.
    readers = [
        threading.Thread(target=_read, args=(each, receiver)) for each in (process.stdout, process.stderr)
    ]
    for reader in readers:
        reader.start()
    try:
        with httpx.Client(base_url=receiver.said(_ADDRESS), timeout=PATIENCE) as receiver.client:
            yield receiver
    finally:
        process.kill()
        process.wait()
        for reader in readers:
            reader.join()


def _read(pipe: IO[str], receiver: Receiver) -> None:
    with pipe:
        for line in pipe:
            receiver.lines.put(line)
