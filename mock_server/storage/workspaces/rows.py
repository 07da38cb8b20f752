"""Workspaces and their snapshots as rows of the server's first database."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import bindparam, delete, func, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.tables import snapshots, workspaces

State = dict[str, Any]

_GET = Statement(select(workspaces.c.state).where(workspaces.c.id == bindparam("workspace_id")))
_ALL = Statement(select(workspaces.c.state).order_by(workspaces.c.id))
_COUNT = Statement(select(func.count()).select_from(workspaces))
_EXPIRED = Statement(select(workspaces.c.id).where(workspaces.c.expires_at <= bindparam("moment")))
_PUT = Statement(
    upsert(
        workspaces,
        {"id": bindparam("id"), "state": bindparam("state"), "expires_at": bindparam("expires_at")},
        on=("id",),
        change=lambda new: {"state": new.state, "expires_at": new.expires_at},
    )
)
_DROP = Statement(delete(workspaces).where(workspaces.c.id == bindparam("workspace_id")))

_SNAPSHOTS = Statement(
    select(snapshots.c.state)
    .where(snapshots.c.workspace == bindparam("workspace_id"))
    .order_by(snapshots.c.name)
)
_PUT_SNAPSHOT = Statement(
    upsert(
        snapshots,
        {"workspace": bindparam("workspace"), "name": bindparam("name"), "state": bindparam("state")},
        on=("workspace", "name"),
        change=lambda new: {"state": new.state},
    )
)
_DROP_SNAPSHOT = Statement(
    delete(snapshots).where(
        snapshots.c.workspace == bindparam("workspace_id"), snapshots.c.name == bindparam("snapshot_name")
    )
)


def read_workspace(session: Session, workspace_id: str) -> State | None:
    """One workspace; expired ones are there until they are swept."""
    row = session.one(_GET, {"workspace_id": workspace_id})
    return None if row is None else orjson.loads(row[0])


def read_workspaces(session: Session) -> list[State]:
    """All of them, by id."""
    return [orjson.loads(row[0]) for row in session.all(_ALL, {})]


def count_workspaces(session: Session) -> int:
    """How many there are."""
    row = session.one(_COUNT, {})
    return 0 if row is None else int(row[0])


def expired_workspaces(session: Session, moment: int) -> list[str]:
    """The ids of those that have expired by a moment of wall time."""
    return [row[0] for row in session.all(_EXPIRED, {"moment": moment})]


def write_workspace(session: Session, state: State, expires_at: int) -> None:
    """Adds or replaces a workspace."""
    session.run(_PUT, {"id": state["id"], "state": orjson.dumps(state), "expires_at": expires_at})


def drop_workspace(session: Session, workspace_id: str) -> bool:
    """Forgets a workspace; whether there was one."""
    return session.run(_DROP, {"workspace_id": workspace_id}) > 0


def read_snapshots(session: Session, workspace_id: str) -> list[State]:
    """The snapshots of a workspace, by name."""
    return [orjson.loads(row[0]) for row in session.all(_SNAPSHOTS, {"workspace_id": workspace_id})]


def write_snapshot(session: Session, workspace_id: str, state: State) -> None:
    """Adds or replaces a snapshot."""
    session.run(
        _PUT_SNAPSHOT, {"workspace": workspace_id, "name": state["name"], "state": orjson.dumps(state)}
    )


def drop_snapshot(session: Session, workspace_id: str, name: str) -> bool:
    """Forgets a snapshot; whether there was one."""
    return session.run(_DROP_SNAPSHOT, {"workspace_id": workspace_id, "snapshot_name": name}) > 0
