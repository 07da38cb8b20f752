"""The control plane: the sandbox's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mock_server.api import commits_itself
from mock_server.clock import YEARS, Setting
from mock_server.gateway import Answer, Call, Later, invalid_at
from mock_server.refused import Refused
from mock_server.sandbox import Advance, Sandbox
from mock_server.wire import dumps, instant


class ClockControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._clock = sandbox.clock
        self._advance = Advance(sandbox)

    def get_clock(self, call: Call) -> Answer:
        """What time it is."""
        return self._shown()

    @commits_itself
    def set_clock(self, call: Call) -> Answer:
        """Stops the clock, sets it running from a moment, or lets it run with the machine's."""
        name = "now" if "now" in call.body else "pinned_at"
        text = call.body[name]
        moment = None if text is None else _moment(text, f"/{name}")

        def to(before: Setting) -> Setting:
            wall = self._clock.wall_now()
            runs_from = wall if moment is None else moment
            after = Setting(moment) if name == "pinned_at" else Setting(offset=runs_from - wall)
            now, then = before.at(wall), after.at(wall)
            if then < now:
                raise Refused(
                    "clock_backwards",
                    f"It is {instant(now)} in the sandbox; its clock does not go back to {instant(then)}.",
                    pointer=f"/{name}",
                )
            return after

        self._sandbox.timekeeper.change(to)
        return self._shown()

    @commits_itself
    def advance_clock(self, call: Call) -> Later:
        """Moves the clock on, by way of what falls due."""

        async def finish() -> Answer:
            if "seconds" in call.body:
                advanced = await self._advance.by(timedelta(seconds=call.body["seconds"]), self._check)
            else:
                advanced = await self._advance.to_next()
            owners = {tenant.key: tenant for tenant in self._sandbox.tenants}
            due = [
                {
                    "at": each.at,
                    "kind": each.kind,
                    "org_ref_id": owners[each.tenant].org,
                    "entity_ref_id": owners[each.tenant].entity,
                    "record_id": each.record_id or None,
                    "text": each.text,
                }
                for each in advanced.due
            ]
            return Answer(200, dumps({**self._told(), "due": due, "is_complete": advanced.is_complete}))

        return Later(finish)

    def _check(self, setting: Setting) -> None:
        if setting.at(self._clock.wall_now()).year not in YEARS:
            raise invalid_at("/seconds", f"must not lead past the year {YEARS[-1]}")

    def _shown(self) -> Answer:
        return Answer(200, dumps(self._told()))

    def _told(self) -> dict[str, Any]:
        setting, wall = self._clock.setting, self._clock.wall_now()
        return {
            "now": instant(setting.at(wall)),
            "is_pinned": setting.pinned is not None,
            "offset_seconds": None if setting.pinned is not None else setting.offset.total_seconds(),
            "wall_now": instant(wall),
        }


def _moment(text: str, pointer: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise invalid_at(pointer, f"must be of a year from {YEARS[0]} to {YEARS[-1]}")
    return moment
