"""The control plane: states of a workspace, and what differs between them."""

from __future__ import annotations

from typing import Any

from mock_server.api import commits_itself, modified, page_of_records
from mock_server.control.workspaces import shown
from mock_server.exchanges import EXPORTS
from mock_server.gateway import Answer, Call, Later
from mock_server.sandbox import Sandbox
from mock_server.wire import dumps
from mock_server.workspaces import Archives, Snapshots, Workspace, Workspaces


class SnapshotControl:
    """The handlers, named by operation."""

    def __init__(
        self, sandbox: Sandbox, workspaces: Workspaces, snapshots: Snapshots, archives: Archives
    ) -> None:
        self._sandbox = sandbox
        self._workspaces = workspaces
        self._snapshots = snapshots
        self._archives = archives

    def list_snapshots(self, call: Call) -> Later:
        """All of the workspace."""

        async def finish() -> Answer:
            states = await self._snapshots.of(await self._workspace())
            return page_of_records(call, self._sandbox.cursors, "snapshots", states, _shown)

        return Later(finish)

    @commits_itself
    def save_snapshot(self, call: Call) -> Later:
        """Takes one."""

        async def finish() -> Answer:
            state, is_new = await self._snapshots.save(await self._workspace(), call.path["snapshotName"])
            if not is_new:
                return Answer(200, _shown(state))
            return Answer(201, _shown(state), [(b"location", call.target.encode())])

        return Later(finish)

    @commits_itself
    def delete_snapshot(self, call: Call) -> Later:
        """Forgets one."""

        async def finish() -> Answer:
            await self._snapshots.forget(await self._workspace(), call.path["snapshotName"])
            return modified(1)

        return Later(finish)

    @commits_itself
    def restore_snapshot(self, call: Call) -> Later:
        """Puts one back."""

        async def finish() -> Answer:
            name = call.path["snapshotName"]
            return Answer(200, _shown(await self._snapshots.restore(await self._workspace(), name)))

        return Later(finish)

    def export_state(self, call: Call) -> Later:
        """The whole state as one file."""

        async def finish() -> Answer:
            workspace = await self._workspace()
            extra = self._log(workspace) if call.query["log"] == "true" else {}
            content = await self._archives.packed(workspace, extra)
            name = f'attachment; filename="{workspace.record.id}.zip"'
            return Answer(200, content, [(b"content-disposition", name.encode())], b"application/zip")

        return Later(finish)

    def _log(self, workspace: Workspace) -> dict[str, bytes]:
        ring = workspace.sandbox.exchanges
        if ring is None:
            return {}
        _, write = EXPORTS["har"]
        return {"requests.har": write([*ring], workspace.sandbox.contract)}

    @commits_itself
    def import_state(self, call: Call) -> Later:
        """Puts such a file in place of what is there."""

        async def finish() -> Answer:
            workspace = await self._workspace()
            await self._archives.unpack(workspace, call.body)
            return Answer(200, dumps(shown(workspace.record)))

        return Later(finish)

    def get_diff(self, call: Call) -> Later:
        """Compares two."""

        async def finish() -> Answer:
            before, after = call.query.get("from"), call.query.get("to")
            found, is_whole = await self._snapshots.diff(await self._workspace(), before, after)
            shown = [
                {
                    "org_ref_id": each.org,
                    "entity_ref_id": each.entity,
                    "kind": each.kind,
                    "id": each.id,
                    "name": each.name,
                    "change": each.change,
                    "text": each.text,
                    "members": [
                        {"pointer": member.pointer, "from": member.before, "to": member.after}
                        for member in each.members
                    ],
                }
                for each in found
            ]
            return Answer(200, dumps({"differences": shown, "is_whole": is_whole}))

        return Later(finish)

    async def _workspace(self) -> Workspace:
        return await self._workspaces.get(self._sandbox.workspace)


def _shown(state: dict[str, Any]) -> bytes:
    return dumps({name: value for name, value in state.items() if name != "clock"})
