"""What it costs that each commit waits for the disk: writes per second without and with it, in turns."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from scripts.benchmark.fixtures import Fixtures
from scripts.benchmark.load import require_wrk, shoot
from scripts.benchmark.servers import sandbox

_MODES = {"normal": [], "full": ["--durability", "full"]}


def measure(rounds: int, seconds: int) -> dict[str, Any]:
    """Medians of the rounds: POST of a BOM, and release and completion of work orders."""
    require_wrk()
    rates: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        fixtures = {
            mode: Fixtures(stack.enter_context(sandbox(folder / mode, *options)))
            for mode, options in _MODES.items()
        }
        for _ in range(rounds):
            for mode, each in fixtures.items():
                create = each.request("create")
                shots = [
                    ("create", shoot(each.server, [create], seconds, folder)),
                    *each.orders(folder, seconds),
                ]
                for step, shot in shots:
                    rates.setdefault(step, {}).setdefault(mode, []).append(shot.rate)
    rows = {
        step: {mode: round(statistics.median(found)) for mode, found in by_mode.items()}
        for step, by_mode in rates.items()
    }
    return {"requests_per_second": rows, "is_met": True}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'requests/s':<14}{'normal':>8}{'full':>8}{'of it':>8}"
    for step, row in found["requests_per_second"].items():
        yield f"{step:<14}{row['normal']:>8}{row['full']:>8}{row['full'] / row['normal']:>8.0%}"
