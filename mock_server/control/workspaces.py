"""The control plane: workspaces, and beginning anew in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mock_server.api import commits_itself, modified, page_of_records
from mock_server.clock import YEARS, Clock, Setting
from mock_server.gateway import Answer, Call, Later, invalid_at
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.storage.tenancy import read_install
from mock_server.storage.workspaces import write_workspace
from mock_server.tokens import demo_install_id
from mock_server.wire import dumps, instant
from mock_server.workspaces import Maker, Record, Snapshots, Wanted, Workspace, Workspaces


class WorkspaceControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox, workspaces: Workspaces, maker: Maker, snapshots: Snapshots) -> None:
        self._sandbox = sandbox
        self._workspaces = workspaces
        self._maker = maker
        self._snapshots = snapshots

    def list_workspaces(self, call: Call) -> Later:
        """All that are there."""

        async def finish() -> Answer:
            records = await self._workspaces.all()
            cursors = self._sandbox.cursors
            return page_of_records(call, cursors, "workspaces", records, lambda each: dumps(_shown(each)))

        return Later(finish)

    def get_workspace(self, call: Call) -> Later:
        """One of them."""

        async def finish() -> Answer:
            return Answer(200, dumps(_shown((await self._found(call)).record)))

        return Later(finish)

    @commits_itself
    def create_workspace(self, call: Call) -> Later:
        """Makes one."""
        body = call.body
        wanted = Wanted(
            body.get("id") or self._workspaces.first.sandbox.ids.nonce(),
            body.get("name", ""),
            body.get("expires_in", 86_400),
            body.get("seed", "demo"),
            body.get("from_workspace"),
            body.get("from_snapshot"),
            _setting(body.get("clock")),
        )

        async def finish() -> Answer:
            workspace = await self._maker.make(wanted)
            sandbox = workspace.sandbox
            tokens = await sandbox.database.run(lambda: _tokens(sandbox, wanted.seconds))
            body = dumps({**_shown(workspace.record), "tokens": tokens})
            return Answer(201, body, [(b"location", f"{call.target}/{wanted.id}".encode())])

        return Later(finish)

    @commits_itself
    def update_workspace(self, call: Call) -> Later:
        """Gives it another name or more time."""

        async def finish() -> Answer:
            workspace = await self._made(call)
            record, base = workspace.record, self._workspaces.base
            if "name" in call.body:
                record = replace(record, name=call.body["name"])
            if "expires_in" in call.body:
                record = replace(record, expires_at=int(Clock.wall()) + call.body["expires_in"])

            def work() -> None:
                write_workspace(base.session, record.state(), record.expires_at or 0)
                base.announce()

            await base.write(work)
            workspace.record = record
            return Answer(200, dumps(_shown(record)))

        return Later(finish)

    @commits_itself
    def delete_workspace(self, call: Call) -> Later:
        """Ends it."""

        async def finish() -> Answer:
            workspace = await self._made(call)
            return modified(int(await self._workspaces.end(workspace.record.id)))

        return Later(finish)

    @commits_itself
    def reset_workspace(self, call: Call) -> Later:
        """Begins anew in the one that the path is in."""

        async def finish() -> Answer:
            workspace = await self._workspaces.get(self._sandbox.workspace)
            await self._snapshots.reset(workspace)
            return Answer(200, dumps(_shown(workspace.record)))

        return Later(finish)

    async def _found(self, call: Call) -> Workspace:
        return await self._workspaces.get(call.path["workspaceId"])

    async def _made(self, call: Call) -> Workspace:
        workspace = await self._found(call)
        if workspace.record.is_first:
            raise Refused("default_workspace")
        return workspace


def _setting(clock: dict[str, str] | None) -> Setting | None:
    if clock is None:
        return None
    [(name, text)] = clock.items()
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise invalid_at(f"/clock/{name}", f"must be of a year from {YEARS[0]} to {YEARS[-1]}")
    if name == "pinned_at":
        return Setting(moment)
    offset = moment - Clock.wall_now()
    return Setting(offset=offset // timedelta(milliseconds=1) * timedelta(milliseconds=1))


def _shown(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "name": record.name,
        "seed": record.seed,
        "from_workspace": record.source,
        "from_snapshot": record.snapshot,
        "created_at": record.created_at,
        "expires_at": None if record.expires_at is None else instant(Clock.at(record.expires_at)),
    }


def _tokens(sandbox: Sandbox, seconds: int) -> list[dict[str, str]]:
    found = []
    for tenant in sandbox.tenants:
        install = read_install(sandbox.database.session, demo_install_id(tenant.org, tenant.entity))
        if install is not None and install[0]["status"] != "uninstalled":
            token = sandbox.signer.sign(install[0], None, seconds, sandbox.ids.object_id())
            found.append({"org_ref_id": tenant.org, "entity_ref_id": tenant.entity, "access_token": token})
    return found
