"""What is kept of a workspace, beside what it holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_server.clock import Setting
from mock_server.tokens import DEFAULT
from mock_server.wire import instant

_MILLISECOND = timedelta(milliseconds=1)
RECORDS, EVERYTHING = "records", "everything"


@dataclass(frozen=True)
class Wanted:
    """A workspace to make: from a seed, or from another workspace as it is or as a snapshot has it."""

    id: str
    name: str
    seconds: int
    seed: str = "demo"
    source: str | None = None
    snapshot: str | None = None
    # None: that of the source, or the machine's.
    clock: Setting | None = None
    clock_drives: str = RECORDS

    @property
    def pinned_at(self) -> str | None:
        """Where its clock stands, if that is wanted."""
        return None if self.clock is None else pinned_text(self.clock)


@dataclass(frozen=True)
class Record:
    """A workspace; `expires_at` is wall time in seconds, None for the first one, which never does.

    `pinned_at` and `seed` are what it was made with, and what a reset goes back to.
    """

    id: str
    name: str
    created_at: str
    expires_at: int | None
    seed: str
    source: str | None = None
    snapshot: str | None = None
    pinned_at: str | None = None
    # What its clock drives: records and what is kept of them, or tokens and rate limits too.
    clock_drives: str = RECORDS

    @property
    def is_first(self) -> bool:
        """Whether it is there without having been made."""
        return self.id == DEFAULT

    @property
    def clock(self) -> Setting:
        """How its clock was set when it was made."""
        return Setting(None if self.pinned_at is None else datetime.fromisoformat(self.pinned_at))

    def state(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    def has_expired(self, wall: float) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= wall


def copy_name(workspace_id: str, snapshot: str) -> str:
    """The name of the copy that a snapshot is."""
    return f"{workspace_id} {snapshot}"


def stored(setting: Setting) -> dict[str, Any]:
    """How a clock tells the time, as it is stored."""
    return {"pinned_at": pinned_text(setting), "offset": setting.offset // _MILLISECOND}


def setting_of(state: dict[str, Any]) -> Setting:
    """The same, read."""
    pinned = state["pinned_at"]
    return Setting(None if pinned is None else datetime.fromisoformat(pinned), state["offset"] * _MILLISECOND)


def pinned_text(setting: Setting) -> str | None:
    """The moment that a clock stands at."""
    return None if setting.pinned is None else instant(setting.pinned)
