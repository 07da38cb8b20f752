"""Puts a workspace back: to its beginning, or to a state of it that was kept under a name."""

from __future__ import annotations

from typing import Any

from mock_server.clock import Clock, Setting
from mock_server.refused import Refused
from mock_server.storage.workspaces import drop_snapshot, read_snapshots, write_snapshot
from mock_server.wire import instant
from mock_server.workspaces.differences import Differences, contents, contents_of, differences
from mock_server.workspaces.record import copy_name, setting_of, stored
from mock_server.workspaces.registry import Workspaces
from mock_server.workspaces.templates import Templates
from mock_server.workspaces.workspace import Workspace

MAX_SNAPSHOTS = 100


class Snapshots:
    """The states of workspaces, by name."""

    def __init__(self, workspaces: Workspaces, templates: Templates) -> None:
        self._workspaces = workspaces
        self._templates = templates

    async def reset(self, workspace: Workspace) -> None:
        """Back to its seed, or to what it was made from, with the clock of its beginning."""
        await self._pour(workspace, await self.seeded(workspace), workspace.record.clock)

    async def of(self, workspace: Workspace) -> list[dict[str, Any]]:
        """All of a workspace, by name."""
        base = self._workspaces.base
        return await base.run(lambda: read_snapshots(base.session, workspace.record.id))

    async def save(self, workspace: Workspace, name: str) -> tuple[dict[str, Any], bool]:
        """Keeps the state of now under a name; whether that is new."""
        base, places, owner = self._workspaces.base, self._workspaces.places, workspace.record.id
        async with workspace.turn:
            names = {each["name"] for each in await self.of(workspace)}
            if name not in names and len(names) >= MAX_SNAPSHOTS:
                raise Refused("too_many_snapshots", values={"limit": MAX_SNAPSHOTS})
            sandbox = workspace.sandbox
            state = {
                "name": name,
                "created_at": instant(Clock.wall_now()),
                "now": instant(sandbox.clock.now()),
                "contract_version": sandbox.contract.version,
                "clock": stored(sandbox.clock.setting),
            }
            await base.run(lambda: places.keep(sandbox.database, copy_name(owner, name)))
            await base.write(lambda: write_snapshot(base.session, owner, state))
        return state, name not in names

    async def restore(self, workspace: Workspace, name: str) -> dict[str, Any]:
        """Puts the state that has a name in place of that of now."""
        state = await self.find(workspace, name)
        await self._pour(workspace, copy_name(workspace.record.id, name), setting_of(state["clock"]))
        return state

    async def find(self, workspace: Workspace, name: str) -> dict[str, Any]:
        """One of a workspace; a Refused (404) where there is none."""
        for state in await self.of(workspace):
            if state["name"] == name:
                return state
        raise Refused("not_found", "There is no such snapshot.")

    async def forget(self, workspace: Workspace, name: str) -> None:
        """Forgets one; a Refused (404) where there is none."""
        base, owner = self._workspaces.base, workspace.record.id
        await self.find(workspace, name)
        await base.write(lambda: drop_snapshot(base.session, owner, name))
        await base.run(lambda: self._workspaces.places.forget(copy_name(owner, name)))

    async def seeded(self, workspace: Workspace) -> str:
        """The copy that a reset puts in place."""
        record = workspace.record
        return await self._templates.of(record.seed, record.clock, self._workspaces.base)

    async def diff(self, workspace: Workspace, before: str | None, after: str | None) -> Differences:
        """What differs between two snapshots; None is the seed before, and what is now after."""
        base, places, owner = self._workspaces.base, self._workspaces.places, workspace.record.id
        for name in (before, after):
            if name is not None:
                await self.find(workspace, name)
        first = await self.seeded(workspace) if before is None else copy_name(owner, before)
        old = await base.run(lambda: contents_of(places, first))
        if after is not None:
            new = await base.run(lambda: contents_of(places, copy_name(owner, after)))
        else:
            database = workspace.sandbox.database
            new = await database.run(lambda: database.snapshot(lambda: contents(database)))
        return differences(old, new)

    async def _pour(self, workspace: Workspace, copy: str, setting: Setting) -> None:
        sandbox, places = workspace.sandbox, self._workspaces.places
        async with workspace.turn:
            await sandbox.database.run(
                lambda: places.pour(copy, sandbox.database, lambda: sandbox.resume(setting))
            )
            await sandbox.database.run(sandbox.follow)
