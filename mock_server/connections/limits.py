"""The limits of connections, and how a test shortens them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

# Names an environment variable such as `head_seconds=0.5 connections=20`; only tests have a reason to set it.
VARIABLE = "HELLOBOOKS_LIMITS"
# Files that the process needs beside its connections.
OTHER_FILES = 64
_FEWEST = 16


class LimitsError(ValueError):
    """The environment names limits that are none; the text is one plain sentence."""


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and counts.

    `head`: from the first byte, or the connection's beginning, to the end of the headers. `body`: from there
    to the end of the body. `write`: without a byte of an answer taken. `idle`: between two requests.
    `stop`: from SIGTERM to the end.
    """

    head_seconds: float = 10.0
    body_seconds: float = 30.0
    write_seconds: float = 30.0
    idle_seconds: float = 60.0
    stop_seconds: float = 10.0
    head_bytes: int = 64 * 1024
    headers: int = 100
    connections: int = 1024

    def within(self, files: int) -> Limits:
        """These limits in a process that may open so many files."""
        room = max(_FEWEST, files - OTHER_FILES)
        return self if self.connections <= room else dataclasses.replace(self, connections=room)


def limits_of(text: str) -> Limits:
    """The limits, with those replaced that the text names; a LimitsError where it makes no sense."""
    values: dict[str, float] = {}
    kinds: dict[str, type[int] | type[float]] = {
        name: type(value) for name, value in dataclasses.asdict(Limits()).items()
    }
    for part in text.split():
        name, _, value = part.partition("=")
        try:
            values[name] = kinds[name](value)
        except (KeyError, ValueError):
            raise LimitsError(f"{VARIABLE} has {part[:100]}, which is no limit.") from None
        if not 0 < values[name] < 1e9:
            raise LimitsError(f"{VARIABLE} has {part[:100]}; a limit is more than 0.")
    return dataclasses.replace(Limits(), **values)  # type: ignore[arg-type]
