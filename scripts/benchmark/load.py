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
    """One run: requests per second, the 99th percentile in ms, and answers that were no success."""

    rate: float
    p99: float
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


def shoot(server: Server, request: Request, seconds: int, folder: Path) -> Shot:
    """Sends one kind of request for some seconds, or until its paths are used up."""
    script = folder / "request.lua"
    script.write_text(_lua(server, request, folder))
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script)]
    if shutil.which("taskset") is not None and len(os.sched_getaffinity(0)) > 1:
        command = ["taskset", "-c", _CLIENT_CORE, *command]
    printed = subprocess.run([*command, server.origin], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    if rate is None or p99 is None:
        raise Missing(f"wrk printed no result:\n{printed}")
    return Shot(float(rate[1]), float(p99[1]) * _UNITS[p99[2]], int(failed[1]) if failed else 0)


def _lua(server: Server, request: Request, folder: Path) -> str:
    """The request as wrk wants it; writes carry a fresh idempotency key each."""
    headers = dict(server.headers)
    body = ""
    if request.body is not None:
        headers["Content-Type"] = "application/json"
        body = json.dumps(request.body)
    paths = folder / "paths.txt"
    paths.write_text("".join(f"{server.prefix}{path}\n" for path in request.paths))
    lines = [
        f"local headers = {{{', '.join(f'[{json.dumps(k)}]={json.dumps(v)}' for k, v in headers.items())}}}",
        "local paths = {}",
        f"for line in io.lines({json.dumps(str(paths))}) do paths[#paths + 1] = line end",
        "local n = 0",
        "local seed = os.time() .. '-' .. tostring({}):sub(8)",
        "request = function()",
        "  n = n + 1",
    ]
    if request.method != "GET":
        lines.append("  headers['Idempotency-Key'] = 'bench-' .. seed .. '-' .. n")
    lines += [
        f"  local body = {json.dumps(body) if body else 'nil'}",
        f"  return wrk.format({json.dumps(request.method)}, paths[(n - 1) % #paths + 1], headers, body)",
        "end",
    ]
    return "\n".join(lines) + "\n"
