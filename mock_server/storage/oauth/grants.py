"""What people approved: a grant leads to one code, and by that to tokens."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, insert, literal_column, select, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import insert_missing
from mock_server.storage.tables import oauth_grants, oauth_tokens, revoked_tokens

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
_ADD = Statement(insert(oauth_grants).values({name: bindparam(name) for name in _NAMES}))
_EXCHANGED = Statement(update(oauth_grants).where(_IS_IT).values(is_exchanged=True))
_PROLONG = Statement(update(oauth_grants).where(_IS_IT).values(ends_at=bindparam("until")))


class _End:
    """Ends grants by what they have in common, in as many statements however many there are."""

    def __init__(self, which: ColumnElement[bool]) -> None:
        of_them = oauth_tokens.c.grant_id.in_(select(oauth_grants.c.id).where(which))
        self._revoke = Statement(
            insert_missing(
                revoked_tokens,
                select(oauth_tokens.c.token_id, oauth_tokens.c.expires_at).where(
                    of_them, oauth_tokens.c.expires_at > bindparam("now")
                ),
            )
        )
        self._drop = Statement(delete(oauth_tokens).where(of_them))
        self._mark = Statement(update(oauth_grants).where(which).values(is_exchanged=True))

    def __call__(self, session: Session, now: int, **which: str) -> None:
        session.run(self._revoke, {"now": now, **which})
        session.run(self._drop, which)
        session.run(self._mark, which)


_END = _End(_IS_IT)
_END_OF_CLIENT = _End(oauth_grants.c.client_id == bindparam("of_client"))
# Whoever approves clears some that are old, so that nobody pays for a whole month's.
_OLD = (
    select(oauth_grants.c.id)
    .where(oauth_grants.c.ends_at <= bindparam("now"))
    .order_by(oauth_grants.c.ends_at)
    .limit(literal_column("32"))
)
_SWEEP_ISSUED = Statement(delete(oauth_tokens).where(oauth_tokens.c.grant_id.in_(_OLD)))
_SWEEP = Statement(delete(oauth_grants).where(oauth_grants.c.id.in_(_OLD)))


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


def end_grant(session: Session, grant_id: str, now: int) -> None:
    """Ends all that came of a grant: its code, its refresh tokens and, by their ids, its access tokens."""
    _END(session, now, grant_id=grant_id)


def end_grants_of_client(session: Session, client_id: str, now: int) -> None:
    """The same for each grant of a client."""
    _END_OF_CLIENT(session, now, of_client=client_id)


def sweep(session: Session, now: int) -> None:
    """Forgets some grants of which nothing is accepted any more."""
    session.run(_SWEEP_ISSUED, {"now": now})
    session.run(_SWEEP, {"now": now})
