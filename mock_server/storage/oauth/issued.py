"""What was issued for a grant."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from mock_server.storage.database import Row, Session, Statement
from mock_server.storage.tables import oauth_tokens

_NAMES = ("grant_id", "token_id", "expires_at", "refresh_digest", "refresh_expires_at", "is_spent")
_SELECT = select(*(oauth_tokens.c[name] for name in _NAMES))
_BY_REFRESH = Statement(_SELECT.where(oauth_tokens.c.refresh_digest == bindparam("digest")))
_BY_TOKEN = Statement(_SELECT.where(oauth_tokens.c.token_id == bindparam("id_of_token")))
_ADD = Statement(insert(oauth_tokens).values({name: bindparam(name) for name in _NAMES}))
_OLD = Statement(
    delete(oauth_tokens).where(
        oauth_tokens.c.grant_id == bindparam("of_grant"),
        oauth_tokens.c.refresh_expires_at <= bindparam("now"),
    )
)
_SPEND = Statement(
    update(oauth_tokens)
    .where(oauth_tokens.c.refresh_digest == bindparam("digest"), oauth_tokens.c.is_spent.is_(False))
    .values(is_spent=True)
)


class Issued(NamedTuple):
    """An access token by its id, and its refresh token by its digest; moments in seconds."""

    grant_id: str
    token_id: str
    expires_at: int
    refresh_digest: str | None
    refresh_expires_at: int
    is_spent: bool


def add_issued(session: Session, issued: Issued) -> None:
    """Keeps what was issued."""
    session.run(_ADD, issued._asdict())


def drop_expired(session: Session, grant_id: str, now: int) -> None:
    """Forgets what was issued for a grant and has expired."""
    session.run(_OLD, {"of_grant": grant_id, "now": now})


def find_by_refresh(session: Session, digest: str) -> Issued | None:
    """What was issued with a refresh token."""
    return _issued(session.one(_BY_REFRESH, {"digest": digest}))


def find_by_token(session: Session, token_id: str) -> Issued | None:
    """What was issued with an access token."""
    return _issued(session.one(_BY_TOKEN, {"id_of_token": token_id}))


def spend(session: Session, digest: str) -> bool:
    """Uses up a refresh token; False where it was used up before."""
    return session.run(_SPEND, {"digest": digest}) == 1


def _issued(row: Row | None) -> Issued | None:
    return None if row is None else Issued(*row)
