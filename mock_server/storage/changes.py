"""What a transaction has changed, for whoever wants to tell of it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Changed(NamedTuple):
    """A record that was written."""

    kind: str
    id: str
    number: str | None
    revision: int


class Fired(NamedTuple):
    """An event that was written."""

    id: str
    topic: str
    record_id: str


Changes = list[Changed | Fired]
_wanted: ContextVar[Changes | None] = ContextVar("changes", default=None)


def note(change: Changed | Fired) -> None:
    """Adds a change to those of the work that is under way, where they are wanted."""
    changes = _wanted.get()
    if changes is not None:
        changes.append(change)


def noted(changes: Changes, work: Callable[[], T]) -> T:
    """Does some work; `changes` are then what it wrote, and nothing where it failed.

    Work that is done once more begins anew.
    """
    changes.clear()
    before = _wanted.set(changes)
    try:
        return work()
    except BaseException:
        changes.clear()
        raise
    finally:
        _wanted.reset(before)
