"""Takes the state of a workspace away as one file, and puts such a file in its place."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import orjson
from sqlalchemy import select

from mock_server.clock import Clock, Ids, Setting
from mock_server.gateway import invalid_at
from mock_server.sandbox import Sandbox, stored_records
from mock_server.storage import OWN_TABLES, Database, SqlBook, Statement
from mock_server.storage.tenancy import read_tenants
from mock_server.wire import instant
from mock_server.workspaces.archive import Archive, Manifest, packed
from mock_server.workspaces.registry import Workspaces
from mock_server.workspaces.workspace import Workspace

_MILLISECOND = timedelta(milliseconds=1)


class Archives:
    """One at a time for each workspace."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def packed(self, workspace: Workspace, extra: dict[str, bytes]) -> bytes:
        """The archive of a workspace as it is now."""
        base, places, sandbox = self._workspaces.base, self._workspaces.places, workspace.sandbox
        setting = sandbox.clock.setting
        manifest = Manifest(
            sandbox.contract.version,
            sandbox.shared.revalidation.digest,
            workspace.record.seed,
            instant(sandbox.clock.now()),
            None if setting.pinned is None else instant(setting.pinned),
            setting.offset // _MILLISECOND,
        )
        copy = f"{workspace.record.id} packed"
        async with workspace.turn:
            await base.run(lambda: places.keep(sandbox.database, copy))
            try:
                return await places.read(copy, lambda database: packed(database, manifest, extra))
            finally:
                await base.run(lambda: places.forget(copy))

    async def unpack(self, workspace: Workspace, content: bytes) -> None:
        """Puts an archive in place of what a workspace holds; a Refused where it cannot be."""
        base, places, sandbox = self._workspaces.base, self._workspaces.places, workspace.sandbox
        archive = await asyncio.to_thread(Archive, content, sandbox.shared.revalidation.digest)
        setting = _setting(archive.manifest)
        copy = f"{workspace.record.id} unpacked"

        def fill(database: Database) -> None:
            archive.unpack(database)
            _check(sandbox, database)

        async with workspace.turn:
            await places.fill(copy, fill)
            try:
                await sandbox.database.run(
                    lambda: places.pour(copy, sandbox.database, lambda: sandbox.resume(setting))
                )
            finally:
                await base.run(lambda: places.forget(copy))
            await sandbox.database.run(sandbox.follow)


def _setting(manifest: Manifest) -> Setting:
    try:
        pinned = None if manifest.pinned_at is None else datetime.fromisoformat(manifest.pinned_at)
        if pinned is not None and pinned.tzinfo is None:
            raise ValueError
        return Setting(pinned, manifest.offset * _MILLISECOND)
    except (ValueError, OverflowError) as error:
        raise invalid_at("", "manifest.json does not say what time it was") from error


def _check(sandbox: Sandbox, database: Database) -> None:
    """Refuses what a read would stumble over: nobody says that an archive is as it was packed."""
    try:
        owners = {tenant.key: tenant for tenant in read_tenants(database.session)}
    except Exception as error:
        raise invalid_at("", "tables/entities.jsonl has an entity that is none") from error
    for table in OWN_TABLES:
        if "tenant" in table.c:
            found = database.session.all(Statement(select(table.c.tenant).distinct()), {})
            if not {owner for (owner,) in found} <= owners.keys():
                raise invalid_at("", f"tables/{table.name}.jsonl has a row of an entity that is not there")
    clock = Clock()
    ids = Ids(clock)

    def book(tenant: int) -> SqlBook:
        return SqlBook(database.session, owners[tenant], clock, ids, "import")

    for finding in sandbox.shared.revalidation.findings(database.session, book):
        raise invalid_at("", f"does not fit the contract: {finding}"[:300])
    for kind in stored_records.KINDS:
        if kind.documents is None:
            continue
        for record_id, body in database.session.all(
            Statement(select(kind.table.c.id, kind.table.c.body)), {}
        ):
            if orjson.loads(body).get("id") != record_id:
                raise invalid_at("", f"tables/{kind.table.name}.jsonl has a {kind.name} under another id")
