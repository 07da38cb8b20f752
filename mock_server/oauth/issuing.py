"""Codes and tokens: what one sandbox gives out, accepts and ends. Moments are the machine's, in seconds."""

from __future__ import annotations

from typing import Any, NamedTuple

from mock_server.clients import digest_of
from mock_server.oauth.forms import FORM_SECONDS
from mock_server.sandbox import Sandbox
from mock_server.storage.oauth import (
    Issued,
    OauthGrant,
    add_grant,
    add_issued,
    drop_expired,
    end_grant,
    find_by_refresh,
    find_by_token,
    is_form_used,
    mark_exchanged,
    prolong,
    read_grant,
    spend,
    sweep,
)
from mock_server.storage.tenancy import Install, read_install, revoke
from mock_server.tokens import DEFAULT, TokenSigner

CODE_SECONDS = 300
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 30 * 24 * 3600
_SECRET_BYTES = 32
# Stands between a workspace and a code or refresh token of it; in neither, nor in an access token.
_OF = "~"


class Approval(NamedTuple):
    """What a person approved, on which form."""

    form_id: str
    install: Install
    scopes: str


def workspace_of(text: str, signer: TokenSigner) -> str:
    """The id of the workspace that a code or token would be of; `signer` is one of any workspace."""
    claims = signer.genuine(text)
    if claims is not None:
        return claims.workspace
    return text.partition(_OF)[0] if _OF in text else DEFAULT


class NoGrant(Exception):
    """A code or refresh token leads to nothing; the text says why, as far as its client may know."""


class Issuer:
    """Keeps codes and tokens in the sandbox's database, of each nothing but a digest."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def now(self) -> int:
        """The machine's time."""
        return int(self._sandbox.clock.wall())

    def secret(self) -> str:
        """A text that nobody can guess; it leads back to the workspace that it is of."""
        text, workspace = self._sandbox.ids.secret(_SECRET_BYTES).hex(), self._sandbox.workspace
        return text if workspace == DEFAULT else f"{workspace}{_OF}{text}"

    def lock(self) -> None:
        """Lets nobody else use a code or a token before the transaction ends."""
        self._session.lock("oauth")

    def is_used(self, form_id: str) -> bool:
        """Whether a form was approved before."""
        return is_form_used(self._session, form_id)

    def code(self, approval: Approval, client_id: str, redirect_uri: str, challenge: str) -> str:
        """A code for what was approved."""
        code, now = self.secret(), self.now()
        sweep(self._session, now)
        add_grant(
            self._session,
            OauthGrant(
                id=digest_of(code),
                form_id=approval.form_id,
                client_id=client_id,
                install=approval.install["id"],
                redirect_uri=redirect_uri,
                scopes=approval.scopes,
                challenge=challenge,
                code_expires_at=now + CODE_SECONDS,
                is_exchanged=False,
                # As long as its form is one that could be sent again, and is then known to be used.
                ends_at=now + max(CODE_SECONDS, FORM_SECONDS),
            ),
        )
        return code

    def grant_of_code(self, code: str, client_id: str) -> OauthGrant:
        """The grant of a client's code; one that was exchanged before ends all that came of it."""
        grant = read_grant(self._session, digest_of(code))
        if grant is None or grant.client_id != client_id:
            raise NoGrant("The client has no such code.")
        if grant.is_exchanged:
            self._end(grant.id)
            raise NoGrant("The code was used before; the tokens that it led to have ended.")
        if self.now() >= grant.code_expires_at:
            raise NoGrant("The code has expired.")
        return grant

    def grant_of_refresh(self, token: str, client_id: str) -> OauthGrant:
        """The grant of a client's refresh token; one that was used before ends all that came of the grant."""
        issued = find_by_refresh(self._session, digest_of(token))
        grant = None if issued is None else read_grant(self._session, issued.grant_id)
        if issued is None or grant is None or grant.client_id != client_id:
            raise NoGrant("The client has no such refresh token.")
        if issued.is_spent:
            self._end(grant.id)
            raise NoGrant("The refresh token was used before; all tokens of its grant have ended.")
        if self.now() >= issued.refresh_expires_at:
            raise NoGrant("The refresh token has expired.")
        return grant

    def install_of(self, grant: OauthGrant) -> Install | None:
        """The install of a grant, while it is one that gets tokens."""
        found = read_install(self._session, grant.install)
        return found[0] if found is not None and found[0]["status"] == "active" else None

    def tokens(self, grant: OauthGrant, install: Install, scopes: str, with_refresh: bool) -> dict[str, Any]:
        """An access token with some of the grant's scopes, and perhaps a refresh token for all of them."""
        now, token_id = self.now(), self._sandbox.ids.object_id()
        access = self._sandbox.signer.sign(install, scopes.split(), ACCESS_SECONDS, token_id)
        refresh = self.secret() if with_refresh else None
        until = now + (REFRESH_SECONDS if with_refresh else ACCESS_SECONDS)
        digest = None if refresh is None else digest_of(refresh)
        drop_expired(self._session, grant.id, now)
        add_issued(
            self._session, Issued(grant.id, token_id, now + ACCESS_SECONDS, digest, until, is_spent=False)
        )
        prolong(self._session, grant.id, max(until, grant.ends_at))
        answer = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
            "scope": scopes,
        }
        return answer if refresh is None else {**answer, "refresh_token": refresh}

    def use_code(self, grant: OauthGrant) -> None:
        """The code of the grant is used from now on."""
        mark_exchanged(self._session, grant.id)

    def use_refresh(self, token: str) -> None:
        """The refresh token is used from now on."""
        spend(self._session, digest_of(token))

    def find(self, token: str) -> tuple[OauthGrant, Issued, bool] | None:
        """The grant of a token that was issued here, what was issued, and whether it is the refresh token."""
        issued = find_by_refresh(self._session, digest_of(token))
        is_refresh = issued is not None
        if issued is None:
            claims = self._sandbox.signer.read(token)
            issued = None if claims is None else find_by_token(self._session, claims.token_id)
        grant = None if issued is None else read_grant(self._session, issued.grant_id)
        return None if issued is None or grant is None else (grant, issued, is_refresh)

    def revoke(self, grant: OauthGrant, issued: Issued, is_refresh: bool) -> None:
        """Ends an access token; with a refresh token all that came of its grant."""
        if is_refresh:
            self._end(grant.id)
            return
        revoke(self._session, issued.token_id, issued.expires_at)
        self._sandbox.database.announce()

    def _end(self, grant_id: str) -> None:
        end_grant(self._session, grant_id, self.now())
        self._sandbox.database.announce()
