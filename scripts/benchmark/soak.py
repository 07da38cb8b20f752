"""A sandbox at full load for long: whether memory and handles stay flat, and no answer takes a second."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts.benchmark.fixtures import Fixtures
from scripts.benchmark.load import Request, require_wrk, shoot
from scripts.benchmark.servers import Server, sandbox

SECONDS = 600
# The first fifth is warm-up: caches fill, the allocator finds its size.
_WARM_UP = 0.2
_SAMPLES = 60
MEMORY_GROWTH, MORE_HANDLES, LONGEST_MS = 1.1, 2, 1000


@dataclass
class Sample:
    """What the server holds at a moment: seconds since the start, MB, open file handles, MB of its data."""

    at: float
    memory: float
    handles: int
    data: float


def measure(seconds: int = SECONDS) -> dict[str, Any]:
    """Loads one sandbox from many connections with reads and writes, and with whole lives of orders."""
    require_wrk()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with sandbox(folder / "data") as server:
            fixtures = Fixtures(server)
            stop = threading.Event()
            samples: list[Sample] = []
            watch = threading.Thread(target=_watch, args=(server, folder / "data", stop, samples, seconds))
            lives = _Lives(fixtures, stop)
            watch.start()
            lives.start()
            shot = shoot(server, _mixture(fixtures), seconds, folder)
            stop.set()
            lives.join()
            watch.join()
    return _summary(samples, asdict(shot), lives, seconds)


def _mixture(fixtures: Fixtures) -> list[Request]:
    """Mostly reads, as clients do."""
    one, page, first, create = fixtures.requests()
    return [one, one, page, one, first, one, create, one, first, one]


class _Lives(threading.Thread):
    """Orders from their making to their completion, each step sent twice, and now and then a report."""

    def __init__(self, fixtures: Fixtures, stop: threading.Event) -> None:
        super().__init__()
        self._fixtures = fixtures
        self._stop_asked = stop
        self.milliseconds: list[float] = []
        self.faults: list[str] = []

    def run(self) -> None:
        """Goes on until it is told to stop."""
        while not self._stop_asked.is_set() and not self.faults:
            try:
                self.milliseconds += self._fixtures.live()
            except Exception as error:
                # Whatever it is, the soak has failed and says so.
                self.faults.append(str(error))


def _watch(server: Server, data: Path, stop: threading.Event, samples: list[Sample], seconds: int) -> None:
    start = time.monotonic()
    while not stop.wait(seconds / _SAMPLES):
        size = sum(file.stat().st_size for file in data.iterdir() if file.is_file())
        samples.append(
            Sample(round(time.monotonic() - start), server.memory(), server.handles(), size / 1024**2)
        )


def _summary(samples: list[Sample], shot: dict[str, Any], lives: _Lives, seconds: int) -> dict[str, Any]:
    warm = [sample for sample in samples if sample.at >= seconds * _WARM_UP]
    early, late = warm[: len(warm) // 4], warm[-(len(warm) // 4) :]
    growth = max(sample.memory for sample in late) / statistics.median(sample.memory for sample in early)
    more = max(sample.handles for sample in late) - max(sample.handles for sample in early)
    longest = max([shot["longest"], *lives.milliseconds])
    promises = {
        f"memory within {MEMORY_GROWTH - 1:.0%} after warm-up": growth <= MEMORY_GROWTH,
        "no growth of file handles": more <= MORE_HANDLES,
        "no answer over 1 s": longest < LONGEST_MS,
        "every answer a success": not shot["failed"] and not lives.faults,
    }
    return {
        "seconds": seconds,
        "requests_per_second": round(shot["rate"]),
        "p99_ms": shot["p99"],
        "longest_ms": round(longest, 1),
        "failed": shot["failed"],
        "steps_of_orders": len(lives.milliseconds),
        "faults": lives.faults,
        "memory_growth": round(growth, 3),
        "samples": [asdict(sample) for sample in samples],
        "missed": [promise for promise, is_kept in promises.items() if not is_kept],
        "is_met": all(promises.values()),
    }


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'s':>6}{'MB':>8}{'handles':>9}{'data MB':>9}"
    for sample in found["samples"][:: max(1, len(found["samples"]) // 12)]:
        yield f"{sample['at']:>6}{sample['memory']:>8.1f}{sample['handles']:>9}{sample['data']:>9.0f}"
    yield (
        f"{found['requests_per_second']} requests/s, p99 {found['p99_ms']} ms, "
        f"longest {found['longest_ms']} ms, {found['failed']} failed; "
        f"{found['steps_of_orders']} steps of orders; memory x {found['memory_growth']}"
    )
    yield from found["faults"]
    yield "Every promise is kept." if found["is_met"] else "Broken: " + "; ".join(found["missed"])
