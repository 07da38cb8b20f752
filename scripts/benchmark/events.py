"""What deliveries cost: how many a second, how soon after the commit, and what the answering path loses."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import trustme

from scripts.benchmark.fixtures import Fixtures
from scripts.benchmark.load import require_wrk, shoot
from scripts.benchmark.servers import Server, sandbox
from scripts.contract import PROJECT

# Subscriptions of the throughput run: each event is delivered to all of them.
_SUBSCRIPTIONS = 8
_PER_SECOND = {"latency": 200, "loss": 100}
_GOALS = {"deliveries": 1000, "cpu": 600, "p50": 15, "p99": 100, "loss": 0.10}
_TICKS = os.sysconf("SC_CLK_TCK")


class Receiver:
    """The receiver's process."""

    def __init__(self, certificate: Path, authority: Path) -> None:
        command = [sys.executable, "-m", "scripts.benchmark.receiver", str(certificate)]
        self._process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.origin = f"https://localhost:{self._process.stdout.readline().strip()}"
        self._http = httpx.Client(verify=_context(authority), timeout=60)

    def arrivals(self) -> list[tuple[float, str]]:
        """When what came since the last time, and when each event was made."""
        found: list[tuple[float, str]] = self._http.get(self.origin).json()
        return found

    def close(self) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait()


def _context(authority: Path) -> Any:
    import ssl

    return ssl.create_default_context(cafile=str(authority))


class Pace:
    """Creates BOMs at a steady pace, so that events come at it too."""

    def __init__(self, server: Server, place: str, body: Any, per_second: int) -> None:
        self._server, self._url = server, f"{server.prefix}{place}/boms"
        self._body, self._gap = json.dumps(body), 1 / per_second
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Pace:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection(self._server.origin.removeprefix("http://"))
        headers = {**self._server.headers, "Content-Type": "application/json"}
        due = time.monotonic()
        while not self._stop.is_set():
            connection.request("POST", self._url, self._body, headers)
            answer = connection.getresponse()
            answer.read()
            due += self._gap
            time.sleep(max(0.0, due - time.monotonic()))
        connection.close()


def measure(seconds: int) -> dict[str, Any]:
    """The figures, and whether they meet the goals."""
    require_wrk()
    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        folder = Path(name)
        receiver, options = _receiver(folder, opened)
        server = opened.enter_context(sandbox(folder / "data", *options))
        fixtures = Fixtures(server)
        read_one, create = fixtures.request("read one"), fixtures.request("create")
        place = create.paths[0].removesuffix("/boms")
        alone = shoot(server, [read_one], seconds, folder)
        with _subscribed(server, place, receiver.origin, 1):
            # The first delivery of all loads the client.
            httpx.post(_create_url(server, place), json=create.body, headers=server.headers)
            time.sleep(1)
            receiver.arrivals()
            with Pace(server, place, create.body, _PER_SECOND["latency"]):
                time.sleep(seconds)
            time.sleep(1)
            delays = sorted(_delay(*each) for each in receiver.arrivals())
        # The same writes stand against both: what is lost is lost to deliveries alone.
        with Pace(server, place, create.body, _PER_SECOND["loss"]):
            without = shoot(server, [read_one], seconds, folder)
        with _subscribed(server, place, receiver.origin, 1):
            with Pace(server, place, create.body, _PER_SECOND["loss"]):
                beside = shoot(server, [read_one], seconds, folder)
        with _subscribed(server, place, receiver.origin, _SUBSCRIPTIONS):
            shoot(server, [create], seconds, folder)
            receiver.arrivals()
            busy, start = _cpu(server.pid), time.monotonic()
            time.sleep(seconds)
            taken, spent = time.monotonic() - start, _cpu(server.pid) - busy
            count = len(receiver.arrivals())
    found = {
        "deliveries_per_second": round(count / taken),
        "cpu_us_per_delivery": round(spent / max(count, 1) * 1e6),
        "delivered_at_200_a_second": len(delays),
        "p50_ms": round(statistics.median(delays), 1),
        "p99_ms": round(delays[int(len(delays) * 0.99)], 1),
        "read_one_alone": round(alone.rate),
        "read_one_beside_100_writes": round(without.rate),
        "read_one_beside_100_deliveries": round(beside.rate),
        "lost": round(1 - beside.rate / without.rate, 3),
    }
    found["is_met"] = (
        found["deliveries_per_second"] >= _GOALS["deliveries"]
        and found["cpu_us_per_delivery"] <= _GOALS["cpu"]
        and found["p50_ms"] <= _GOALS["p50"]
        and found["p99_ms"] <= _GOALS["p99"]
        and found["lost"] <= _GOALS["loss"]
    )
    return found


def _receiver(folder: Path, opened: ExitStack) -> tuple[Receiver, list[str]]:
    authority = trustme.CA()
    certificate, file = folder / "receiver.pem", folder / "authority.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(file))
    receiver = Receiver(certificate, file)
    opened.callback(receiver.close)
    return receiver, ["--webhook-ca", str(file), "--allow-private-webhooks"]


def _create_url(server: Server, place: str) -> str:
    """Where BOMs are created."""
    return f"{server.origin}{server.prefix}{place}/boms"


@contextmanager
def _subscribed(server: Server, place: str, target: str, count: int) -> Iterator[None]:
    """So many subscriptions to new BOMs, ended at the end with all that waits."""
    base = f"{server.origin}{server.prefix}{place}/webhooks"
    with httpx.Client(headers=server.headers, timeout=60) as client:
        body = {"topics": ["bom.created"], "target_url": f"{target}/hooks"}
        made = [client.post(base, json=body).raise_for_status().json()["id"] for _ in range(count)]
        yield
        for each in made:
            client.delete(f"{base}/{each}").raise_for_status()


def _delay(arrived: float, created: str) -> float:
    """Milliseconds from the moment of an event to its arrival."""
    return (arrived - datetime.fromisoformat(created).timestamp()) * 1000


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures, one a line."""
    for name, value in found.items():
        yield f"{name.replace('_', ' '):<36}{value!s:>10}"
