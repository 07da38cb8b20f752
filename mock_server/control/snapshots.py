"""The control plane: states of a workspace, and what differs between them."""

from __future__ import annotations

from mock_server.api import commits_itself, modified, page_of_records
from mock_server.gateway import Answer, Call, Later
from mock_server.sandbox import Sandbox
from mock_server.wire import dumps
from mock_server.workspaces import Snapshots, Workspace, Workspaces


class SnapshotControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox, workspaces: Workspaces, snapshots: Snapshots) -> None:
        self._sandbox = sandbox
        self._workspaces = workspaces
        self._snapshots = snapshots

    def list_snapshots(self, call: Call) -> Later:
        """All of the workspace."""

        async def finish() -> Answer:
            states = await self._snapshots.of(await self._workspace())
            return page_of_records(call, self._sandbox.cursors, "snapshots", states, dumps)

        return Later(finish)

    @commits_itself
    def save_snapshot(self, call: Call) -> Later:
        """Takes one."""

        async def finish() -> Answer:
            state, is_new = await self._snapshots.save(await self._workspace(), call.path["snapshotName"])
            if not is_new:
                return Answer(200, dumps(state))
            return Answer(201, dumps(state), [(b"location", call.target.encode())])

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
            return Answer(200, dumps(await self._snapshots.restore(await self._workspace(), name)))

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
