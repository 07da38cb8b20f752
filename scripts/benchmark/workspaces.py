"""A thousand workspaces on one server, in process: what making, resetting and keeping them costs."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

from scripts.benchmark.in_process import InProcess, in_process, run

COUNT = 1_000
_READS, _ROUNDS = 400, 8
_PAGE = 4096
# Milliseconds, megabytes, and the share of a read's speed that is left.
GOALS = {"make ms": 50.0, "reset ms": 100.0, "snapshot ms": 100.0, "idle MB": 1.0, "read one": 0.9}


def measure(count: int = COUNT) -> dict[str, Any]:
    """The figures of workspaces in files and in memory."""
    with tempfile.TemporaryDirectory() as folder, in_process(Path(folder)) as server:
        files = run(_measured(server, count))
    with in_process(None) as server:
        memory = run(_measured(server, count))
    found = {"in files": files, "in memory": memory}
    is_met = all(_is_met(name, row[name]) for row in found.values() for name in GOALS)
    return {"count": count, "workspaces": found, "is_met": is_met}


async def _measured(server: InProcess, count: int) -> dict[str, float]:
    control = copy(server)
    control.base = "/_sandbox/v1"
    bom = (await server.call("GET", "/boms?limit=1"))["boms"][0]["id"]
    alone = await _fastest(server, f"/boms/{bom}")
    # The seed is played once, for all that follow.
    await control.call("POST", "/workspaces", {}, 201)
    before, taken = _memory(), []
    for number in range(count - 1):
        taken.append((await control.timed("POST", "/workspaces", {"id": f"w{number}"}, 201))[1])
    memory = (_memory() - before) / count
    resets = [(await control.timed("POST", f"/workspaces/w{n}/reset"))[1] for n in range(50)]
    saves = [(await control.timed("PUT", f"/workspaces/w{n}/snapshots/a", status=201))[1] for n in range(50)]
    return {
        "make ms": statistics.median(taken) * 1000,
        "reset ms": statistics.median(resets) * 1000,
        "snapshot ms": statistics.median(saves) * 1000,
        "idle MB": memory,
        "read one": alone / await _fastest(server, f"/boms/{bom}"),
    }


async def _fastest(server: InProcess, path: str) -> float:
    """Seconds of a read, by the best of some rounds."""
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        for _ in range(_READS):
            await server.timed("GET", path)
        best = min(best, (time.perf_counter() - start) / _READS)
    return best


def _memory() -> float:
    """Resident megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE / 1e6


def _is_met(name: str, figure: float) -> bool:
    return figure >= GOALS[name] if name == "read one" else figure <= GOALS[name]


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    yield (
        f"{found['count']} workspaces" + "".join(f"{place:>12}" for place in found["workspaces"]) + "    goal"
    )
    for name, goal in GOALS.items():
        figures = [row[name] for row in found["workspaces"].values()]
        missed = "" if all(_is_met(name, each) for each in figures) else "   missed"
        yield f"{name:<15}" + "".join(f"{each:>12.2f}" for each in figures) + f"{goal:>8}{missed}"
