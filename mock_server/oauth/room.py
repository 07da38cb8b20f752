"""The install flow over HTTP: who may see the page, and what is loaded when the first one asks."""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from mock_server.gateway import Answer, ErrorGuard, Receive, Scope, Send, headers_of, is_local
from mock_server.oauth.issuing import workspace_of
from mock_server.oauth.metadata import AUTHORIZE, METADATA, REVOKE, TOKEN, metadata_of, origin_of
from mock_server.oauth.requests import OauthRequest, UnreadableForm, read_fields, read_form
from mock_server.refused import Refused
from mock_server.tokens import DEFAULT
from mock_server.wire import dumps
from mock_server.workspaces import Workspaces

_METHODS = {
    AUTHORIZE: ("GET", "HEAD", "POST"),
    TOKEN: ("POST",),
    REVOKE: ("POST",),
    METADATA: ("GET", "HEAD"),
}
# What a browser says of a request that is a visit to a page of its own, from wherever somebody was led.
_VISIT = {b"sec-fetch-mode": b"navigate", b"sec-fetch-dest": b"document"}
_FROM = {b"origin", b"sec-fetch-site"}
_PICKED = frozenset({"scopes"})
# What of a request to the token or revocation endpoint is of one workspace.
_SECRETS = ("code", "refresh_token", "token")


class OauthRoom(ErrorGuard):
    """Serves `/oauth/` and its metadata, for all workspaces."""

    def __init__(self, workspaces: Workspaces) -> None:
        first = workspaces.first.sandbox
        super().__init__(self._serve, first.contract)
        self._workspaces = workspaces
        self._scopes = first.contract.scopes
        self._signer = first.signer
        token = first.settings.admin_token
        self._credentials = f"Bearer {token}".encode() if token else None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods = _METHODS.get(scope["path"])
        if methods is None:
            raise Refused("not_found", "No such path.")
        headers = headers_of(scope)
        if scope["path"] == AUTHORIZE and not self._is_welcome(scope, headers):
            raise Refused("not_found", "No such path.")
        if scope["method"] not in methods:
            raise Refused("method_not_allowed", headers=[(b"allow", ", ".join(methods).encode())])
        if scope["path"] == METADATA:
            answer = self._metadata(scope)
        elif scope["path"] == AUTHORIZE:
            answer = await self._authorized(scope, receive, headers)
        else:
            answer = await self._tokens(scope, receive, headers)
        scope["hellobooks.answer"] = answer

    def _metadata(self, scope: Scope) -> Answer:
        origin = origin_of(scope)
        if origin is None:
            raise Refused("malformed_request", "The request names no host.")
        return Answer(200, dumps(metadata_of(origin, self._scopes)))

    async def _tokens(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Answer:
        """The token and the revocation endpoint: what is sent leads to its workspace."""
        try:
            fields = await read_form(scope, receive, headers)
        except UnreadableForm as error:
            return Answer(400, dumps({"error": "invalid_request", "error_description": str(error)}))
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        request = OauthRequest("POST", scope["path"], fields, authorization)
        sent = next((fields.values[name] for name in _SECRETS if name in fields.values), "")
        try:
            desk = await self._desk(scope, workspace_of(sent, self._signer))
        except Refused:
            # The first one knows it as little as any other.
            desk = await self._desk(scope, DEFAULT)
        answer: Answer = await (desk.token(request) if scope["path"] == TOKEN else desk.revoke(request))
        return answer

    async def _authorized(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Answer:
        """The page; the parameter `workspace` chooses whose."""
        from mock_server.oauth.pages import refused_page

        try:
            request = OauthRequest("GET", AUTHORIZE, read_fields(scope["query_string"]))
            form = None
            if scope["method"] == "POST":
                form = await read_form(scope, receive, headers, _PICKED)
            desk = await self._desk(scope, request.fields.values.get("workspace", DEFAULT))
        except UnreadableForm as error:
            return refused_page("invalid_request", str(error))
        except Refused as refusal:
            if refusal.code != "not_found":
                raise
            return refused_page("invalid_request", str(refusal))
        answer: Answer = await (desk.show(request) if form is None else desk.decide(request, form))
        return answer

    def _is_welcome(self, scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
        """Whether this is a person at this machine, or somebody who has the admin token.

        Apps lead people to the page, so that a visit may come from any site; what it shows is seen by nobody
        else, and changes nothing. What the form sends comes from the page itself.
        """
        given = headers.get(b"authorization", b"")
        if self._credentials is not None and compare_digest(given, self._credentials):
            return True
        lines = scope["headers"]
        is_visit = all(headers.get(name) == value for name, value in _VISIT.items())
        if is_visit and scope["method"] != "POST":
            lines = [line for line in lines if line[0] not in _FROM]
        client = scope.get("client")
        return client is not None and is_local(client[0], lines)

    async def _desk(self, scope: Scope, workspace_id: str) -> Any:
        """Who answers in a workspace; a Refused (404) where there is none."""
        # Authlib and the templates are loaded for those who install apps this way.
        from mock_server.oauth.desk import Desk

        workspace = scope["hellobooks.workspace"] = await self._workspaces.get(workspace_id)
        return Desk(workspace.sandbox)
