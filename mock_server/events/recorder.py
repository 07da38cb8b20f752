"""Writes down how attempts went, those of a few milliseconds in one transaction: a commit each costs more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from mock_server.storage import Database
from mock_server.storage.subscriptions import Attempted, Webhook, end_webhook, record_attempts

# Seconds. What a server that is killed has not written down by then is sent once more.
_PAUSE = 0.01
GONE = 410

Made = tuple[Webhook, Attempted]


class Recorder:
    """Takes attempts of all subscriptions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made: list[Made] = []
        self._written: asyncio.Future[None] | None = None

    def add(self, webhook: Webhook, attempted: Attempted) -> asyncio.Future[None]:
        """Takes an attempt; the future, which is not to be cancelled, tells when it is written."""
        if self._written is None:
            loop = asyncio.get_running_loop()
            self._written = loop.create_future()
            loop.call_later(_PAUSE, lambda: loop.create_task(self.flush()))
        self._made.append((webhook, attempted))
        return self._written

    async def flush(self) -> None:
        """Writes what was taken so far."""
        made, self._made = self._made, []
        written, self._written = self._written, None
        if written is None:
            return
        try:
            await self._database.write(lambda: self._write(made))
        except Exception as error:
            written.set_exception(error)
            # A courier may have been stopped, and ask no more.
            written.exception()
        else:
            written.set_result(None)

    def _write(self, made: Sequence[Made]) -> None:
        session = self._database.session
        for webhook, attempted in made:
            record_attempts(session, webhook.id, [attempted])
            if attempted.response_status == GONE:
                end_webhook(session, webhook.install, webhook.id)
