"""What an integrator's machine has: a receiver over plain HTTP, and commands in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from contract_tests.kit import PROJECT, Target

COMMAND = [sys.executable, "-m", "mock_server"]
_SECONDS = 60.0


class Lines:
    """What has come so far, and what one waits for."""

    def __init__(self) -> None:
        self._got: list[Any] = []
        self._news = threading.Condition()

    def add(self, line: Any) -> None:
        """One more."""
        with self._news:
            self._got.append(line)
            self._news.notify_all()

    def all(self) -> list[Any]:
        """What has come."""
        with self._news:
            return list(self._got)

    def wait(self, is_there: Callable[[list[Any]], Any]) -> list[Any]:
        """What has come, as soon as it is what is waited for."""
        end = time.monotonic() + _SECONDS
        with self._news:
            while not is_there(self._got):
                if not self._news.wait(end - time.monotonic()):
                    raise AssertionError(f"waited in vain; this is there: {self._got}")
            return list(self._got)


@dataclass(frozen=True)
class Request:
    """What came, byte for byte."""

    headers: dict[str, str]
    body: bytes


class Hook:
    """A receiver at an address that it keeps, whether it runs or not."""

    def __init__(self) -> None:
        self.got = Lines()
        self.answer: Callable[[], int] = lambda: 204
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()
        self.url = f"http://localhost:{self.port}/hook"

    def start(self) -> None:
        """Begins to listen."""
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status = hook.answer()
                hook.got.add(Request(headers, body))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Tests need no log."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A sender that leaves is no failure of the test."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Is away."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def wait(self, count: int) -> list[Request]:
        """What came, as soon as it is so many."""
        return self.got.wait(lambda got: len(got) >= count)


class Running:
    """A command whose lines, of both streams, are read as they come."""

    def __init__(self, arguments: Sequence[str], home: Path) -> None:
        self._process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(home),
            preexec_fn=_interruptible,
        )
        self.lines = Lines()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.add(line.rstrip("\n"))

    def wait(self, text: str, count: int = 1) -> list[str]:
        """The lines that hold a text, as soon as they are so many."""
        found = self.lines.wait(lambda got: sum(text in line for line in got) >= count)
        return [line for line in found if text in line]

    def count(self, lines: int) -> None:
        """Waits for so many lines."""
        self.lines.wait(lambda got: len(got) >= lines)

    def end(self, by: int = signal.SIGINT) -> int:
        """Ends it; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(by)
        code = self._process.wait(_SECONDS)
        self._reader.join(_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()
        assert not [line for line in self.lines.all() if "Traceback" in line], self.lines.all()
        return code


def _interruptible() -> None:
    """Runs in the command's process: what a shell has started in the background is deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def environment(home: Path) -> dict[str, str]:
    """The environment of a command of a user whose folder this is."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("HB_")}
    return {**known, "PYTHONPATH": str(PROJECT), "XDG_STATE_HOME": str(home), "PYTHONUNBUFFERED": "1"}


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[Running]:
    """A command that is ended at the end."""
    started = Running(arguments, home)
    try:
        yield started
    finally:
        started.end(signal.SIGKILL)


@contextmanager
def listening(target: Target, hook: Hook, home: Path, *options: str) -> Iterator[Running]:
    """`listen` that has begun."""
    arguments = ("listen", "--forward-to", hook.url, "--url", target.origin, *options)
    with running(home, *arguments) as started:
        started.wait("Stop with Ctrl-C.")
        yield started


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=_SECONDS, env=environment(home)
    )


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What a command says that cannot do what it was asked: one plain sentence, and no more."""
    assert done.returncode not in {0, None}, done.stdout
    assert "Traceback" not in done.stderr
    [line] = done.stderr.strip().splitlines()
    return line


class Factory:
    """Changes records of the first entity, each change an event."""

    def __init__(self, target: Target) -> None:
        self.target = target
        tenant = target.tenant
        self.path = f"/orgs/{tenant.org}/entities/{tenant.entity}"
        self.base = target.url + self.path
        self.events = f"{target.control}{self.path}/events"
        self.headers = {"Authorization": f"Bearer {tenant.token}"}
        self._changes = 0
        self.bom: dict[str, Any] = self.get("/boms?limit=1")["boms"][0]

    def get(self, path: str) -> Any:
        """Reads something of the public API."""
        return httpx.get(self.base + path, headers=self.headers).raise_for_status().json()

    def change(self, times: int = 1) -> None:
        """Emits so many events of topic `bom.updated`."""
        for _ in range(times):
            self._changes += 1
            body = {"Notes": f"change {self._changes} at {time.monotonic_ns()}"}
            url = f"{self.base}/boms/{self.bom['id']}"
            httpx.put(url, headers=self.headers, json=body).raise_for_status()

    def create(self) -> Any:
        """A new BOM, which emits `bom.created`."""
        code = f"NEW-{time.monotonic_ns()}"
        item = self.control("POST", f"{self.path}/items", {"ItemCode": code, "Name": code, "Uom": "NOS"})
        lines = [{"ItemRefId": self.bom["Lines"][0]["ItemRefId"], "Quantity": 1}]
        body = {"Name": code, "ItemRefId": item["id"], "Lines": lines}
        return httpx.post(f"{self.base}/boms", headers=self.headers, json=body).raise_for_status().json()

    def subscribe(self, **more: Any) -> Any:
        """A pull subscription to changes of BOMs."""
        body = {"topics": ["bom.updated"], "delivery_mode": "pull", **more}
        return httpx.post(f"{self.base}/webhooks", headers=self.headers, json=body).raise_for_status().json()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the control plane."""
        url = f"{self.target.control}{path}"
        return httpx.request(method, url, json=body).raise_for_status().json()
