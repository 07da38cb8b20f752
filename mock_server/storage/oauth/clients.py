"""Registered OAuth clients."""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, delete, insert, select

from mock_server.storage.database import Row, Session, Statement
from mock_server.storage.tables import oauth_clients

_SELECT = select(oauth_clients.c.state, oauth_clients.c.secret_digest)
_GET = Statement(_SELECT.where(oauth_clients.c.id == bindparam("client_id")))
_ALL = Statement(_SELECT.order_by(oauth_clients.c.row))
_ADD = Statement(
    insert(oauth_clients).values(
        id=bindparam("client_id"), secret_digest=bindparam("secret_digest"), state=bindparam("state")
    )
)
_DROP = Statement(delete(oauth_clients).where(oauth_clients.c.id == bindparam("client_id")))


class OauthClient(NamedTuple):
    """A client as it is shown, and the digest of its secret where it has one."""

    state: dict[str, Any]
    secret_digest: str | None

    @property
    def id(self) -> str:
        """Its `client_id`."""
        return str(self.state["client_id"])

    @property
    def is_public(self) -> bool:
        """Whether it has no secret to keep."""
        return bool(self.state["client_type"] == "public")


def read_client(session: Session, client_id: str) -> OauthClient | None:
    """The client with an id."""
    row = session.one(_GET, {"client_id": client_id})
    return None if row is None else _client(row)


def read_clients(session: Session) -> list[OauthClient]:
    """Every client, in the order of registration."""
    return [_client(row) for row in session.all(_ALL, {})]


def add_client(session: Session, client: OauthClient) -> None:
    """Registers a client."""
    session.run(
        _ADD,
        {
            "client_id": client.id,
            "secret_digest": client.secret_digest,
            "state": orjson.dumps(client.state),
        },
    )


def drop_client(session: Session, client_id: str) -> None:
    """Removes a client; what it was granted is ended by `end_grants_of_client`."""
    session.run(_DROP, {"client_id": client_id})


def _client(row: Row) -> OauthClient:
    return OauthClient(orjson.loads(row[0]), row[1])
