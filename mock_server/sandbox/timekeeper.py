"""Keeps the sandbox's clock as it was last set: over restarts, and at all servers on one database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import orjson

from mock_server.clock import Clock, Setting
from mock_server.storage import Database, Session, StorageError, Unavailable
from mock_server.storage.tenancy import drop_fact, read_fact, write_fact
from mock_server.wire import instant

# What the servers were started with, and how the clock was set since.
_START, _SETTING = "clock", "clock setting"
_MILLISECOND = timedelta(milliseconds=1)
_RETRY = 0.25


class Timekeeper:
    """The one who sets the clock; what was set is a row, and the clock follows what is committed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        # Changes are counted, so that one that is heard of late undoes no later one.
        self._changes = 0
        self._task: asyncio.Task[None] | None = None
        self._is_stale = False

    def resumed(self) -> str:
        """Where the time was set before this start: a sentence on it for the person who started it."""
        if not self._changes:
            return ""
        verb = "stands at" if self._clock.is_pinned else "runs on from"
        return f"The sandbox's clock is as it was set: it {verb} {instant(self._clock.now())}."

    def begin(self, pinned: datetime | None) -> None:
        """Goes on with the time that was kept, unless the start says another; servers must agree on that."""
        session, mine = self._database.session, _shown(pinned)

        def work() -> tuple[int, Setting] | None:
            session.lock(_START)
            has_others = self._database.has_others()
            theirs = read_fact(session, _START)
            if theirs is not None and theirs != mine and has_others:
                raise StorageError(f"Another server on this database runs with {theirs}, not {mine}.")
            write_fact(session, _START, mine)
            if pinned is not None and not has_others:
                drop_fact(session, _SETTING)
            return self._read()

        self._follow(self._database.transact(work))
        if not self._database.is_direct:
            self._database.subscribe(self._hear)

    def resume(self, setting: Setting | None) -> None:
        """Sets the clock, back too, to a setting or to the one that was stored with what is there now.

        Within the transaction that replaced what was there.
        """
        _, stored = self._read() or (0, Setting())
        self._changes += 1
        write_fact(self._database.session, _SETTING, _text(self._changes, setting or stored))

    def follow(self) -> None:
        """Tells the time that was resumed, once it is committed."""
        kept = self._read()
        assert kept is not None
        self._clock.set(kept[1])

    def change(self, to: Callable[[Setting], Setting]) -> None:
        """Sets the clock from what it is to what it should be, and returns when that is committed."""
        session = self._database.session

        def work() -> tuple[int, Setting]:
            session.lock(_START)
            changes, before = self._read() or (0, self._clock.setting)
            kept = (changes + 1, to(before))
            write_fact(session, _SETTING, _text(*kept))
            self._database.announce()
            return kept

        self._follow(self._database.transact(work))

    def _read(self) -> tuple[int, Setting] | None:
        text = read_fact(self._database.session, _SETTING)
        if text is None:
            return None
        kept = orjson.loads(text)
        pinned = kept["pinned_at"]
        return kept["changes"], Setting(
            None if pinned is None else datetime.fromisoformat(pinned), kept["offset"] * _MILLISECOND
        )

    def _follow(self, kept: tuple[int, Setting] | None) -> None:
        if kept is not None and kept[0] > self._changes:
            self._changes = kept[0]
            self._clock.set(kept[1])

    def _hear(self) -> None:
        """Reads the setting anew: another server may have changed it."""
        self._is_stale = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._catch_up())

    async def _catch_up(self) -> None:
        while self._is_stale:
            self._is_stale = False
            try:
                self._follow(await self._database.run(self._read))
            except Unavailable:
                self._is_stale = True
                await asyncio.sleep(_RETRY)


def store_setting(session: Session, setting: Setting) -> None:
    """How a clock tells the time in a database that nobody has open yet."""
    write_fact(session, _SETTING, _text(1, setting))


def _shown(pinned: datetime | None) -> str:
    return "the machine's clock" if pinned is None else f"--clock {instant(pinned)}"


def _text(changes: int, setting: Setting) -> str:
    kept = {
        "changes": changes,
        "pinned_at": None if setting.pinned is None else instant(setting.pinned),
        "offset": setting.offset // _MILLISECOND,
    }
    return orjson.dumps(kept).decode()
