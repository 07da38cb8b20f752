"""Authlib's grants: a code for what a person approved, tokens for a code or for a refresh token."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge

from mock_server.oauth.issuing import NoGrant
from mock_server.storage.oauth import Issued, OauthGrant

AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
_S256 = "S256"


class Approved:
    """A kept grant, as Authlib asks about it."""

    def __init__(self, grant: OauthGrant) -> None:
        self.grant = grant
        self.code_challenge = grant.challenge
        self.code_challenge_method = _S256

    def get_redirect_uri(self) -> str:
        """The address that the request named; empty where it named none."""
        return self.grant.redirect_uri

    def get_scope(self) -> str:
        """The scopes that were approved."""
        return self.grant.scopes

    def check_client(self, client: Any) -> bool:
        """Whether it is this client's."""
        return bool(self.grant.client_id == client.id)


def _granted(issuer: Any, approved: Approved) -> tuple[OauthGrant, Any]:
    """The grant with its install, of which tokens may be had."""
    install = issuer.install_of(approved.grant)
    if install is None:
        raise InvalidGrantError("The app is not installed, or inactive.")
    if install["client_disabled"]:
        raise InvalidClientError("The client is disabled.", status_code=401)
    return approved.grant, install


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes that work once, for a few minutes."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: Any) -> str:
        """The address to lead back to; where it is not the client's, nobody is led anywhere."""
        named: str | None = request.payload.redirect_uri
        if named is not None and not client.check_redirect_uri(named):
            raise InvalidRequestError("The 'redirect_uri' is none that the client has registered.")
        redirect_uri = named or client.get_default_redirect_uri()
        if redirect_uri is None:
            raise InvalidRequestError("Missing 'redirect_uri' in request.")
        return str(redirect_uri)

    def generate_authorization_code(self) -> str:
        """A new code, in the database; it stands for what the person approved."""
        payload = self.request.payload
        code: str = self.server.issuer.code(
            self.request.user,
            self.request.client.id,
            payload.redirect_uri or "",
            payload.data.get("code_challenge") or "",
        )
        return code

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Nothing: it was kept as it was made."""

    def query_authorization_code(self, code: str, client: Any) -> Approved:
        """The grant of a code that may be exchanged."""
        try:
            return Approved(self.server.issuer.grant_of_code(code, client.id))
        except NoGrant as error:
            raise InvalidGrantError(str(error)) from error

    def authenticate_user(self, authorization_code: Approved) -> Any:
        """Who the tokens are for: the install."""
        return _granted(self.server.issuer, authorization_code)

    def delete_authorization_code(self, authorization_code: Approved) -> None:
        """Lets the code work no more; it is kept, so that its second use is seen."""
        self.server.issuer.use_code(authorization_code.grant)


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """Refresh tokens that work once; each leads to the next."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Approved:
        """The grant of a refresh token that may be used."""
        try:
            return Approved(self.server.issuer.grant_of_refresh(refresh_token, self.request.client.id))
        except NoGrant as error:
            raise InvalidGrantError(str(error)) from error

    def authenticate_user(self, refresh_token: Approved) -> Any:
        """Who the tokens are for: the install."""
        return _granted(self.server.issuer, refresh_token)

    def revoke_old_credential(self, refresh_token: Approved) -> None:
        """Lets the refresh token that was sent work no more; it is kept, so that its second use is seen."""
        self.server.issuer.use_refresh(self.request.form["refresh_token"])


class Pkce(CodeChallenge):  # type: ignore[misc]
    """PKCE by S256 alone; a public client has to send a challenge."""

    SUPPORTED_CODE_CHALLENGE_METHOD = (_S256,)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Checks the challenge of a request to the authorize page."""
        data = grant.request.payload.data
        if "code_challenge" in data and "code_challenge_method" not in data:
            raise InvalidRequestError("'code_challenge_method' has to be 'S256': without it, it is 'plain'.")
        super().validate_code_challenge(grant, redirect_uri)
        if "code_challenge" not in data and grant.request.client.kept.is_public:
            raise InvalidRequestError("A public client has to send a 'code_challenge'.")


class Ended:
    """A token that is to be revoked, as Authlib asks about it."""

    def __init__(self, grant: OauthGrant, issued: Issued, is_refresh: bool) -> None:
        self.found = (grant, issued, is_refresh)

    def check_client(self, client: Any) -> bool:
        """Whether it is this client's."""
        return bool(self.found[0].client_id == client.id)


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """Ends tokens (RFC 7009)."""

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def check_params(self, request: Any, client: Any) -> None:
        """A token there must be; a hint of its kind helps nobody here, whatever it says."""
        if "token" not in request.form:
            raise InvalidRequestError("Missing 'token' in request.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Ended | None:
        """The token, where it was issued here."""
        found = self.server.issuer.find(token_string)
        return None if found is None else Ended(*found)

    def revoke_token(self, token: Ended, request: Any) -> None:
        """Ends it."""
        self.server.issuer.revoke(*token.found)
