"""Authlib's authorization server over one sandbox. Loaded with the first OAuth request."""

from __future__ import annotations

import base64
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.errors import UnsupportedGrantTypeError, UnsupportedResponseTypeError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from mock_server.gateway import Answer
from mock_server.oauth.app_client import AppClient
from mock_server.oauth.grants import CodeGrant, Pkce, RefreshGrant, Revocation
from mock_server.oauth.issuing import Issuer
from mock_server.oauth.requests import OauthRequest
from mock_server.sandbox import Sandbox
from mock_server.storage.oauth import read_client
from mock_server.wire import dumps

# Authlib takes plain http from this machine alone, and asks for nothing else of an address. The sandbox has
# no TLS of its own, and its token endpoint may be asked from other machines.
_ORIGIN = "http://127.0.0.1"
_CHALLENGE = b'Basic realm="HelloBooks sandbox"'


class ServerRequest(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib reads it."""

    def __init__(self, request: OauthRequest) -> None:
        headers = {"Authorization": request.authorization} if _is_readable(request.authorization) else {}
        super().__init__(request.method, _ORIGIN + request.path, headers=headers)
        self.payload = BasicOAuth2Payload(dict(request.fields.values))

    @property
    def form(self) -> Any:
        """The parameters of the body."""
        return self.payload.data


class OauthServer(AuthorizationServer):  # type: ignore[misc]
    """The protocol is Authlib's; what it gives out and accepts is the issuer's."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.contract.scopes)
        self.issuer = Issuer(sandbox)
        self._session = sandbox.database.session
        self.register_grant(CodeGrant, [Pkce()])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)

    def consent(self, request: OauthRequest) -> Any:
        """The grant that a request to the authorize page asks for; an OAuth2Error where it may not."""
        asked = ServerRequest(request)
        data = asked.payload.data
        if "response_type" not in data:
            data["response_type"] = "code"
            grant = self.get_consent_grant(asked)
            raise _at(InvalidRequestError("Missing 'response_type' in request."), grant)
        if data["response_type"] != "code":
            # The library's error repeats what was sent, and fails over what no error may hold.
            data["response_type"] = "other"
        grant = self.get_consent_grant(asked)
        if request.fields.repeated:
            raise _at(InvalidRequestError(_repeated(request)), grant)
        return grant

    def answer_consent(self, grant: Any, approval: Any) -> Answer:
        """Leads back with a code, or without an approval with access_denied."""
        return self._answer(self.create_authorization_response(grant.request, approval, grant))

    def answer_token(self, request: OauthRequest) -> Answer:
        """Answers a request for tokens."""
        asked = ServerRequest(request)
        if fault := _fault(request):
            return self._answer(self.handle_error_response(asked, InvalidRequestError(fault)))
        if not asked.payload.grant_type:
            missing = InvalidRequestError("Missing 'grant_type' in request.")
            return self._answer(self.handle_error_response(asked, missing))
        self.issuer.lock()
        return self._answer(self.create_token_response(asked))

    def answer_revocation(self, request: OauthRequest) -> Answer:
        """Answers a request to end a token."""
        asked = ServerRequest(request)
        if fault := _fault(request):
            return self._answer(self.handle_error_response(asked, InvalidRequestError(fault)))
        self.issuer.lock()
        return self._answer(self.create_endpoint_response(Revocation.ENDPOINT_NAME, asked))

    def refuse(self, request: OauthRequest, error: OAuth2Error) -> Answer:
        """Answers with an error that was found elsewhere."""
        return self._answer(self.handle_error_response(ServerRequest(request), error))

    def query_client(self, client_id: str) -> AppClient | None:
        """The client with an id."""
        found = read_client(self._session, client_id)
        return None if found is None else AppClient(found)

    def generate_token(
        self,
        grant_type: str,
        client: Any,
        user: Any = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """What the token endpoint answers; it is in the database then."""
        grant, install = user
        return self.issuer.tokens(grant, install, scope or grant.scopes, include_refresh_token)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Nothing: it was kept as it was made."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Any) -> Any:
        """The request, which is one of ours already."""
        return request

    def handle_error_response(self, request: Any, error: Any) -> Any:
        """An error in the words of RFC 6749, without what was sent."""
        if isinstance(error, UnsupportedResponseTypeError):
            error = OAuth2Error(
                "The only 'response_type' is 'code'.",
                error=error.error,
                redirect_uri=error.redirect_uri,
                state=error.state,
            )
        elif isinstance(error, UnsupportedGrantTypeError):
            error = OAuth2Error(
                "A 'grant_type' is 'authorization_code' or 'refresh_token'.", error=error.error
            )
        return super().handle_error_response(request, error)

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Any:
        """Status, body and headers, as they come."""
        return status, body, headers

    @staticmethod
    def _answer(response: Any) -> Answer:
        status, body, headers = response
        kept = [
            (name.lower().encode(), _CHALLENGE if name == "WWW-Authenticate" else value.encode("ascii"))
            for name, value in headers
            if name not in {"Content-Type", "Cache-Control"}
        ]
        return Answer(status, dumps(body) if isinstance(body, dict) else b"", kept)


def _is_readable(authorization: str) -> bool:
    """Whether a client may have authenticated so: what is no text would be a failure of the library."""
    try:
        return bool(base64.b64decode(authorization.partition(" ")[2]).decode())
    except ValueError:
        return False


def _at(error: OAuth2Error, grant: Any) -> OAuth2Error:
    """The error of a request whose client and address are known."""
    error.redirect_uri, error.state = grant.redirect_uri, grant.request.payload.state
    return error


def _fault(request: OauthRequest) -> str:
    """What is wrong with the form of a request to the token or the revocation endpoint."""
    if request.fields.repeated:
        return _repeated(request)
    if request.authorization and "client_secret" in request.fields.values:
        return "The client authenticates in more than one way."
    return ""


def _repeated(request: OauthRequest) -> str:
    known = "client_id redirect_uri response_type grant_type scope state code".split()
    named = sorted(request.fields.repeated & set(known))
    return f"Multiple '{named[0]}' in request." if named else "A parameter came more than once."
