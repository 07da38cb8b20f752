"""The sandbox against Prism and a bare server, over HTTP, all alive at once and in turns."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.benchmark.fixtures import Fixtures
from scripts.benchmark.load import Request, Shot, require_wrk, shoot
from scripts.benchmark.servers import Server, bare_server, prism_server, sandbox
from scripts.contract import SERVED

ROUNDS, SECONDS = 4, 3
_COLD_STARTS = 3
# At least so many times Prism's rate, and so much of the bare server's.
GOALS = {
    "read one": (6.0, 0.35),
    "page of 50": (2.5, None),
    "page of 1": (4.5, None),
    "create": (3.0, None),
}
READS = ("read one", "page of 50", "page of 1")
P99_OF_PRISM, MEMORY_OF_PRISM = 1 / 3, 0.55


def measure(rounds: int = ROUNDS, seconds: int = SECONDS) -> dict[str, Any]:
    """Medians of the rounds with their spread, ratios, start-up times and memory."""
    require_wrk()
    document = SERVED / "openapi.json"
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        ours = stack.enter_context(sandbox(folder / "data"))
        idle = {ours.name: ours.memory()}
        fixtures = Fixtures(ours)
        body = folder / "body.json"
        body.write_bytes(fixtures.one_bom())
        prism = stack.enter_context(prism_server(document, ours.headers["Authorization"].split()[1]))
        bare = stack.enter_context(bare_server(body))
        servers = [ours, prism, bare]
        idle |= {server.name: server.memory() for server in (prism, bare)}
        shots: dict[str, dict[str, list[Shot]]] = {}
        for _ in range(rounds):
            for request in fixtures.requests():
                for server in servers:
                    if server is bare and request.name != "read one":
                        continue
                    shot = shoot(server, [_for(server, request)], seconds, folder)
                    shots.setdefault(request.name, {}).setdefault(server.name, []).append(shot)
            for name_of_step, shot in fixtures.orders(folder):
                shots.setdefault(name_of_step, {}).setdefault("sandbox", []).append(shot)
        loaded = {server.name: server.memory() for server in servers}
    starts = _cold_starts(document)
    return _summary(shots, idle, loaded, starts)


def _for(server: Server, request: Request) -> Request:
    """Prism checks the token's presence and the path alone; the bare server nothing at all."""
    return replace(request, paths=["/"]) if server.name == "bare" else request


def _cold_starts(document: Path) -> dict[str, list[float]]:
    """Seconds from the command to the first answer, each server alone."""
    found: dict[str, list[float]] = {"sandbox": [], "prism": []}
    for _ in range(_COLD_STARTS):
        with tempfile.TemporaryDirectory() as folder, sandbox(Path(folder)) as server:
            found["sandbox"].append(server.first)
            token = server.headers["Authorization"].split()[1]
        with prism_server(document, token) as server:
            found["prism"].append(server.first)
    return found


def _summary(
    shots: dict[str, dict[str, list[Shot]]],
    idle: dict[str, float],
    loaded: dict[str, float],
    starts: dict[str, list[float]],
) -> dict[str, Any]:
    rows, misses = {}, []
    for name, by_server in shots.items():
        row: dict[str, Any] = {}
        for server, found in by_server.items():
            rates = [shot.rate for shot in found]
            row[server] = {
                "rate": round(statistics.median(rates)),
                "spread": [round(min(rates)), round(max(rates))],
                "p99_ms": round(statistics.median(shot.p99 for shot in found), 2),
                "failed": sum(shot.failed for shot in found),
            }
        row["goals"] = dict(_goals(name, row))
        misses += [f"{name}: {goal}" for goal, is_met in row["goals"].items() if not is_met]
        rows[name] = row
    first = {name: round(statistics.median(each), 2) for name, each in starts.items()}
    if first["sandbox"] > first["prism"]:
        misses.append("first answer not later than Prism's")
    if idle["sandbox"] > MEMORY_OF_PRISM * idle["prism"]:
        misses.append(f"idle memory at most {MEMORY_OF_PRISM} of Prism's")
    return {
        "requests": rows,
        "first_answer_s": first,
        "idle_mb": {name: round(each) for name, each in idle.items()},
        "loaded_mb": {name: round(each) for name, each in loaded.items()},
        "missed": misses,
        "is_met": not misses,
    }


def _goals(name: str, row: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    ours = row["sandbox"]
    if ours["failed"]:
        yield "every answer a success", False
    times, share = GOALS.get(name, (None, None))
    if times is not None:
        row["times_prism"] = round(ours["rate"] / row["prism"]["rate"], 1)
        yield f"at least {times} x Prism", row["times_prism"] >= times
    if share is not None:
        row["of_bare"] = round(ours["rate"] / row["bare"]["rate"], 2)
        yield f"at least {share:.0%} of a bare server", row["of_bare"] >= share
    if name in READS:
        yield "p99 at most a third of Prism's", ours["p99_ms"] <= P99_OF_PRISM * row["prism"]["p99_ms"]


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    heads = (
        ("sandbox", 9),
        ("(spread)", 16),
        ("prism", 8),
        ("ratio", 7),
        ("of bare", 9),
        ("p99 ms", 8),
        ("prism", 8),
    )
    yield f"{'requests/s':<12}" + "".join(f"{head:>{width}}" for head, width in heads)
    for name, row in found["requests"].items():
        ours, prism = row["sandbox"], row.get("prism", {"rate": "", "p99_ms": ""})
        spread = "{}-{}".format(*ours["spread"])
        yield (
            f"{name:<12}{ours['rate']:>9}{spread:>16}{prism['rate']:>8}{row.get('times_prism', ''):>7}"
            f"{row.get('of_bare', ''):>9}{ours['p99_ms']:>8}{prism['p99_ms']:>8}"
        )
    for key in ("first_answer_s", "idle_mb", "loaded_mb"):
        yield f"{key:<18}" + "   ".join(f"{name} {value}" for name, value in found[key].items())
    yield "Every goal is met." if found["is_met"] else "Missed: " + "; ".join(found["missed"])
