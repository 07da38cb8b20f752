"""App installs and revoked tokens as rows."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.tables import installs, revoked_tokens

Install = dict[str, Any]

_GET = Statement(select(installs.c.state, installs.c.tenant).where(installs.c.id == bindparam("install_id")))
_ALL = Statement(select(installs.c.state).order_by(installs.c.tenant, installs.c.id))
_ADD = Statement(
    insert(installs).values(
        id=bindparam("install_id"), tenant=bindparam("tenant_key"), state=bindparam("state")
    )
)
_SET = Statement(
    update(installs).where(installs.c.id == bindparam("install_id")).values(state=bindparam("new_state"))
)
_REVOKED = Statement(
    select(revoked_tokens.c.token_id).where(revoked_tokens.c.token_id == bindparam("token_id"))
)
_REVOKE = Statement(
    upsert(revoked_tokens, {"token_id": bindparam("token_id"), "expires_at": bindparam("expires_at")})
)


def read_install(session: Session, install_id: str) -> tuple[Install, int] | None:
    """The install and its tenant's key."""
    row = session.one(_GET, {"install_id": install_id})
    return None if row is None else (orjson.loads(row[0]), row[1])


def lock_install(session: Session, install_id: str) -> tuple[Install, int] | None:
    """The same, and nobody else changes an install before the transaction ends."""
    session.lock("installs")
    return read_install(session, install_id)


def read_installs(session: Session) -> list[Install]:
    """Every install."""
    return [orjson.loads(row[0]) for row in session.all(_ALL, {})]


def add_install(session: Session, install: Install, tenant: int) -> None:
    """Adds an install."""
    session.run(_ADD, {"install_id": install["id"], "tenant_key": tenant, "state": orjson.dumps(install)})


def write_install(session: Session, install: Install) -> None:
    """Replaces an install."""
    session.run(_SET, {"install_id": install["id"], "new_state": orjson.dumps(install)})


def is_revoked(session: Session, token_id: str) -> bool:
    """Whether the token was revoked."""
    return session.one(_REVOKED, {"token_id": token_id}) is not None


def revoke(session: Session, token_id: str, expires_at: int) -> int:
    """Revokes a token for good; 0 where it was revoked before."""
    return session.run(_REVOKE, {"token_id": token_id, "expires_at": expires_at})
