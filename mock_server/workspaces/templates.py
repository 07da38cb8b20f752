"""Seeded databases that are copied for each new workspace, and poured in at a reset."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta

from mock_server.clock import Clock, Setting
from mock_server.sandbox import Shared, seed_sandbox
from mock_server.storage import Database, Places
from mock_server.wire import instant

# In every time zone a day begins at a quarter of an hour: a seed of one quarter does for all of it.
_QUARTER = timedelta(minutes=15)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")


class Templates:
    """Makes each of them once."""

    def __init__(self, shared: Shared, places: Places) -> None:
        self._shared = shared
        self._places = places
        self._turn = asyncio.Lock()

    async def of(self, seed: str, setting: Setting, base: Database) -> str:
        """The copy that a seed has filled, on the day that a clock shows."""
        moment = setting.at(Clock.wall_now())
        if setting.pinned is None:
            moment -= (moment - _EPOCH) % _QUARTER
        text = f"{self._shared.revalidation.digest} {seed} {instant(moment)}"
        name = f"seeded {hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"
        async with self._turn:
            if not await base.run(lambda: self._places.has(name)):
                await self._places.fill(name, lambda database: self._fill(database, seed, moment))
        return name

    def _fill(self, database: Database, seed: str, moment: datetime) -> None:
        seed_sandbox(database, Clock(moment), self._shared.contract.scopes, seed)
        self._shared.revalidation.stamp(database)
