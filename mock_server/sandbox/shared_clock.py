"""One time for a sandbox: kept with its data, and the same in every process that shares them."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

from mock_server.clock import Clock, ClockState
from mock_server.storage import Database, StorageError, Unavailable
from mock_server.storage.tenancy import read_fact, write_fact
from mock_server.wire import instant

_OPTION = "clock"
_STATE = "clock state"


def keep_clock(database: Database, state: ClockState) -> None:
    """Keeps how the clock goes on, in the open transaction; other processes hear of it."""
    text = json.dumps(
        {
            "pinned": None if state.pinned is None else state.pinned.isoformat(),
            "offset": state.offset.total_seconds(),
        }
    )
    write_fact(database.session, _STATE, text)
    database.announce()


def begin_clock(database: Database, clock: Clock, pinned: datetime | None) -> None:
    """Goes on with the time that is kept, unless `--clock` names another; all processes tell the same one."""
    session, mine = database.session, _option(pinned)

    def work() -> ClockState | None:
        session.lock(_OPTION)
        has_others = database.has_others()
        theirs = read_fact(session, _OPTION)
        if theirs is not None and theirs != mine and has_others:
            raise StorageError(f"Another server on this database runs with {theirs}, not {mine}.")
        write_fact(session, _OPTION, mine)
        kept = _kept(database)
        if pinned is not None and not has_others:
            write_fact(session, _STATE, "")
            return None
        return kept

    kept = database.transact(work)
    if kept is not None:
        clock.set(kept)
    if not database.is_direct:
        database.subscribe(lambda: _hear(database, clock))


def _kept(database: Database) -> ClockState | None:
    text = read_fact(database.session, _STATE)
    if not text:
        return None
    kept = json.loads(text)
    pinned = None if kept["pinned"] is None else datetime.fromisoformat(kept["pinned"])
    return ClockState(pinned, timedelta(seconds=kept["offset"]))


def _hear(database: Database, clock: Clock) -> None:
    """Reads the clock anew, in a task: whoever tells of a change is not to be kept waiting."""

    async def read() -> None:
        try:
            kept = await database.run(lambda: _kept(database))
        except Unavailable:
            # It is told again when the connection is back.
            return
        if kept is not None and kept != clock.state:
            clock.set(kept)

    task = asyncio.get_running_loop().create_task(read())
    _reading.add(task)
    task.add_done_callback(_reading.discard)


# The loop itself holds a task weakly.
_reading: set[asyncio.Task[None]] = set()


def _option(pinned: datetime | None) -> str:
    return "the machine's clock" if pinned is None else f"--clock {instant(pinned)}"
