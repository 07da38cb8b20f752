"""Makes workspaces: from a seed, or from what another one is or was."""

from __future__ import annotations

import asyncio

from mock_server.clock import Clock, Setting
from mock_server.refused import Refused
from mock_server.sandbox import store_setting
from mock_server.storage.workspaces import count_workspaces, read_snapshots, read_workspace, write_workspace
from mock_server.wire import instant
from mock_server.workspaces.record import Record, Wanted, copy_name, pinned_text, setting_of
from mock_server.workspaces.registry import Workspaces
from mock_server.workspaces.templates import Templates
from mock_server.workspaces.workspace import Workspace

# The copy of a workspace as it is now, for as long as another is made of it.
_PASSING = "passing"


class Maker:
    """Makes one at a time."""

    def __init__(self, workspaces: Workspaces, templates: Templates) -> None:
        self._workspaces = workspaces
        self._templates = templates
        self._turn = asyncio.Lock()

    async def make(self, wanted: Wanted) -> Workspace:
        """A new workspace; a Refused (409) where its id is taken or there are too many."""
        workspaces = self._workspaces
        base, places, session = workspaces.base, workspaces.places, workspaces.base.session
        async with self._turn:
            await base.run(lambda: self._check_room(wanted.id))
            copy, setting, origin = await self._source(wanted)
            database = await base.run(lambda: places.make(wanted.id, copy))
            if copy == _PASSING:
                await base.run(lambda: places.forget(copy))
            await database.run(lambda: database.transact(lambda: store_setting(database.session, setting)))
            record = Record(
                wanted.id,
                wanted.name,
                instant(Clock.wall_now()),
                int(Clock.wall()) + wanted.seconds,
                origin.seed,
                wanted.source,
                wanted.snapshot,
                origin.pinned_at if wanted.clock is None else pinned_text(wanted.clock),
                wanted.clock_drives,
            )

            def add() -> None:
                write_workspace(session, record.state(), record.expires_at or 0)
                base.announce()

            await base.write(add)
            return await workspaces.begin(record, database)

    def _check_room(self, workspace_id: str) -> None:
        workspaces, session = self._workspaces, self._workspaces.base.session
        if workspace_id == workspaces.first.record.id or read_workspace(session, workspace_id) is not None:
            raise Refused("workspace_exists", pointer="/id")
        if count_workspaces(session) >= workspaces.limit:
            raise Refused("too_many_workspaces", values={"limit": workspaces.limit})

    async def _source(self, wanted: Wanted) -> tuple[str, Setting, Record | Wanted]:
        """The copy to begin with, its clock, and who says what the seed is."""
        workspaces = self._workspaces
        base = workspaces.base
        if wanted.source is None:
            setting = wanted.clock or Setting()
            return await self._templates.of(wanted.seed, setting, base), setting, wanted
        source = await workspaces.get(wanted.source)
        if wanted.snapshot is None:
            await base.run(lambda: workspaces.places.keep(source.sandbox.database, _PASSING))
            return _PASSING, wanted.clock or source.sandbox.clock.setting, source.record
        snapshots = await base.run(lambda: read_snapshots(base.session, source.record.id))
        for each in snapshots:
            if each["name"] == wanted.snapshot:
                setting = wanted.clock or setting_of(each["clock"])
                return copy_name(source.record.id, wanted.snapshot), setting, source.record
        raise Refused("not_found", "There is no such snapshot.")
