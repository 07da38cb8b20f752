"""What people approved: a grant leads to one code, and by that to tokens."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import oauth_grants, oauth_tokens
from mock_server.storage.tenancy import revoke

_NAMES = (
    "id",
    "form_id",
    "client_id",
    "install",
    "redirect_uri",
    "scopes",
    "challenge",
    "code_expires_at",
    "is_exchanged",
    "ends_at",
)
_IS_IT = oauth_grants.c.id == bindparam("grant_id")
_GET = Statement(select(*(oauth_grants.c[name] for name in _NAMES)).where(_IS_IT))
_FORM = Statement(select(oauth_grants.c.id).where(oauth_grants.c.form_id == bindparam("form_id")))
_OF_CLIENT = Statement(select(oauth_grants.c.id).where(oauth_grants.c.client_id == bindparam("client_id")))
_ADD = Statement(insert(oauth_grants).values({name: bindparam(name) for name in _NAMES}))
_EXCHANGED = Statement(update(oauth_grants).where(_IS_IT).values(is_exchanged=True))
_PROLONG = Statement(update(oauth_grants).where(_IS_IT).values(ends_at=bindparam("until")))
_ISSUED = Statement(
    select(oauth_tokens.c.token_id, oauth_tokens.c.expires_at).where(
        oauth_tokens.c.grant_id == bindparam("grant_id")
    )
)
_DROP_ISSUED = Statement(delete(oauth_tokens).where(oauth_tokens.c.grant_id == bindparam("grant_id")))
_OLD = oauth_grants.c.ends_at <= bindparam("now")
_SWEEP_ISSUED = Statement(
    delete(oauth_tokens).where(oauth_tokens.c.grant_id.in_(select(oauth_grants.c.id).where(_OLD)))
)
_SWEEP = Statement(delete(oauth_grants).where(_OLD))


class OauthGrant(NamedTuple):
    """A row: `id` is the digest of its code, `scopes` are separated by blanks."""

    id: str
    form_id: str
    client_id: str
    install: str
    redirect_uri: str
    scopes: str
    challenge: str
    code_expires_at: int
    is_exchanged: bool
    ends_at: int


def read_grant(session: Session, grant_id: str) -> OauthGrant | None:
    """The grant of a code's digest."""
    row = session.one(_GET, {"grant_id": grant_id})
    return None if row is None else OauthGrant(*row)


def is_form_used(session: Session, form_id: str) -> bool:
    """Whether a form has led to a grant."""
    return session.one(_FORM, {"form_id": form_id}) is not None


def add_grant(session: Session, grant: OauthGrant) -> None:
    """Keeps what was approved."""
    session.run(_ADD, grant._asdict())


def mark_exchanged(session: Session, grant_id: str) -> None:
    """From now on the code of the grant is used."""
    session.run(_EXCHANGED, {"grant_id": grant_id})


def prolong(session: Session, grant_id: str, until: int) -> None:
    """Keeps the grant until a moment."""
    session.run(_PROLONG, {"grant_id": grant_id, "until": until})


def end_grant(session: Session, grant_id: str) -> None:
    """Ends all that came of a grant: its code, its refresh tokens and, by their ids, its access tokens."""
    for token_id, expires_at in session.all(_ISSUED, {"grant_id": grant_id}):
        revoke(session, token_id, expires_at)
    session.run(_DROP_ISSUED, {"grant_id": grant_id})
    session.run(_EXCHANGED, {"grant_id": grant_id})


def end_grants_of_client(session: Session, client_id: str) -> None:
    """The same for each grant of a client."""
    for row in session.all(_OF_CLIENT, {"client_id": client_id}):
        end_grant(session, row[0])


def sweep(session: Session, now: int) -> None:
    """Forgets grants of which nothing is accepted any more."""
    session.run(_SWEEP_ISSUED, {"now": now})
    session.run(_SWEEP, {"now": now})
