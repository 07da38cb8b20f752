"""Load from wrk: requests per second and latencies of one kind of request."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.benchmark.servers import Missing, Server

_CONNECTIONS = 16
_CLIENT_CORE = "1"
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass
class Shot:
    """One run: requests per second, 99th percentile and longest answer in ms, and answers of no success."""

    rate: float
    p99: float
    longest: float
    failed: int


@dataclass
class Request:
    """What is sent again and again; `paths` are taken in turn, each once, where there is more than one."""

    name: str
    paths: list[str]
    method: str = "GET"
    body: Any = None


def require_wrk() -> None:
    """Refuses where wrk is missing."""
    if shutil.which("wrk") is None:
        raise Missing("The load comes from wrk: apt-get install wrk")


def shoot(server: Server, requests: list[Request], seconds: int, folder: Path) -> Shot:
    """Sends requests for some seconds, the kinds in turn."""
    script = folder / "request.lua"
    script.write_text(_lua(server, requests, folder))
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
    if shutil.which("taskset") is not None and len(os.sched_getaffinity(0)) > 1:
        command = ["taskset", "-c", _CLIENT_CORE, *command]
    printed = subprocess.run([*command, server.origin], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    longest = re.search(r"Latency(?:\s+[\d.]+\w+){2}\s+([\d.]+)(us|ms|s)", printed)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", printed)
    if rate is None or p99 is None or longest is None:
        raise Missing(f"wrk printed no result:\n{printed}")
    return Shot(
        float(rate[1]),
        float(p99[1]) * _UNITS[p99[2]],
        float(longest[1]) * _UNITS[longest[2]],
        (int(failed[1]) if failed else 0) + (sum(map(int, lost.groups())) if lost else 0),
    )


def _lua(server: Server, requests: list[Request], folder: Path) -> str:
    """The requests as wrk wants them; writes carry a fresh idempotency key each."""
    lines = ["local kinds = {}", "local n = 0", "local seed = os.time() .. '-' .. tostring({}):sub(8)"]
    for number, request in enumerate(requests):
        paths = folder / f"paths-{number}.txt"
        paths.write_text("".join(f"{server.prefix}{path}\n" for path in request.paths))
        headers = dict(server.headers)
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        fields = ", ".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in headers.items())
        body = "nil" if request.body is None else json.dumps(json.dumps(request.body))
        lines += [
            "local paths = {}",
            f"for line in io.lines({json.dumps(str(paths))}) do paths[#paths + 1] = line end",
            f"kinds[#kinds + 1] = {{{json.dumps(request.method)}, paths, {{{fields}}}, {body}}}",
        ]
    lines += [
        "request = function()",
        "  local method, paths, headers, body = unpack(kinds[n % #kinds + 1])",
        "  local path = paths[math.floor(n / #kinds) % #paths + 1]",
        "  n = n + 1",
        "  if method ~= 'GET' then headers['Idempotency-Key'] = 'bench-' .. seed .. '-' .. n end",
        "  return wrk.format(method, path, headers, body)",
        "end",
    ]
    return "\n".join(lines) + "\n"
