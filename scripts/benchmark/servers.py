"""The servers that are compared: this sandbox, Prism on the same document, and one that only sends bytes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from scripts.contract import PROJECT

_PRISM = PROJECT / "scripts" / "benchmark" / "prism"
_SECONDS = 60
_SERVER_CORE = "0"


class Missing(Exception):
    """Something that the comparison needs is not on this machine; the text says what."""


@dataclass
class Server:
    """A running server; `prefix` stands before the entity's path, `first` is its first answer in seconds."""

    name: str
    pid: int
    origin: str
    prefix: str
    headers: dict[str, str]
    first: float

    def memory(self) -> float:
        """Resident memory of the process in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def handles(self) -> int:
        """Files and sockets that the process has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def prism() -> list[str]:
    """The command of the pinned Prism, installed at the first use."""
    if shutil.which("npm") is None:
        raise Missing("Prism needs Node.js 20 or newer with npm.")
    if not (_PRISM / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=_PRISM, check=True)
    return ["node", str(_PRISM / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js")]


@contextmanager
def sandbox(folder: Path, *options: str) -> Iterator[Server]:
    """This sandbox on a data folder, with its limiter on."""
    port = free_port()
    command = [sys.executable, "-m", "mock_server", "serve", "--port", str(port), "--rate-limit", "1000000"]
    command += ["--data-dir", str(folder), *options]
    probe = f"http://127.0.0.1:{port}/public/v1/me"
    with _running("sandbox", command, probe, read_greeting=True) as server:
        yield server


@contextmanager
def prism_server(document: Path, token: str) -> Iterator[Server]:
    """Prism, mocking the document."""
    port = free_port()
    command = [*prism(), "mock", "-p", str(port), "-v", "error", str(document)]
    headers = {"Authorization": f"Bearer {token}"}
    with _running("prism", command, f"http://127.0.0.1:{port}/me", headers=headers) as server:
        yield server


@contextmanager
def bare_server(body: Path) -> Iterator[Server]:
    """An ASGI application that sends a file's bytes, whatever it is asked: the most that uvicorn can do."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "scripts.benchmark.bare:app", "--port", str(port)]
    command += ["--log-level", "error", "--no-access-log", "--lifespan", "off"]
    with _running("bare", command, f"http://127.0.0.1:{port}/", {"BODY": str(body)}) as server:
        yield server


@contextmanager
def _running(
    name: str,
    command: list[str],
    probe: str,
    environment: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    read_greeting: bool = False,
) -> Iterator[Server]:
    if shutil.which("taskset") is not None and len(os.sched_getaffinity(0)) > 1:
        command = ["taskset", "-c", _SERVER_CORE, *command]
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "CHECK": "", "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdout=subprocess.PIPE if read_greeting else subprocess.DEVNULL,
        text=True,
    )
    try:
        first = _first_answer(process, probe, headers or {}, start)
        if read_greeting:
            headers = {"Authorization": f"Bearer {_token(process)}"}
        origin, _, path = probe.removeprefix("http://").partition("/")
        prefix = "/public/v1" if path.startswith("public/v1") else ""
        yield Server(name, process.pid, f"http://{origin}", prefix, headers or {}, first)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _first_answer(process: subprocess.Popen[str], probe: str, headers: dict[str, str], start: float) -> float:
    while time.perf_counter() - start < _SECONDS:
        if process.poll() is not None:
            raise Missing(f"{process.args!r} ended with {process.returncode}.")
        try:
            httpx.get(probe, headers=headers, timeout=5)
        except httpx.TransportError:
            time.sleep(0.005)
            continue
        return time.perf_counter() - start
    raise Missing(f"{process.args!r} gave no answer within {_SECONDS} s.")


def _token(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"export HB_TOKEN=(\S+)", line):
            return found[1]
    raise Missing("The sandbox printed no token.")
