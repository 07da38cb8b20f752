"""The install flow over HTTP: who may see the page, and what is loaded when the first one asks."""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from mock_server.gateway import Answer, ErrorGuard, Receive, Scope, Send, headers_of, is_local
from mock_server.oauth.metadata import AUTHORIZE, METADATA, REVOKE, TOKEN, metadata_of, origin_of
from mock_server.oauth.requests import OauthRequest, UnreadableForm, read_fields, read_form
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.wire import dumps

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


class OauthRoom(ErrorGuard):
    """Serves `/oauth/` and its metadata."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(self._serve, sandbox.contract)
        self._sandbox = sandbox
        token = sandbox.settings.admin_token
        self._credentials = f"Bearer {token}".encode() if token else None
        self._desk: Any = None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods = _METHODS.get(scope["path"])
        if methods is None:
            raise Refused("not_found", "No such path.")
        headers = headers_of(scope)
        if scope["path"] == AUTHORIZE and not self._is_welcome(scope, headers):
            raise Refused("not_found", "No such path.")
        if scope["method"] not in methods:
            raise Refused("method_not_allowed", headers=[(b"allow", ", ".join(methods).encode())])
        scope["hellobooks.answer"] = await self._answered(scope, receive, headers)

    async def _answered(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> Answer:
        path = scope["path"]
        if path == METADATA:
            origin = origin_of(scope)
            if origin is None:
                raise Refused("malformed_request", "The request names no host.")
            return Answer(200, dumps(metadata_of(origin, self._sandbox.contract.scopes)))
        desk = self._desk_of_sandbox()
        if path == AUTHORIZE:
            return await self._authorized(desk, scope, receive, headers)
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        try:
            fields = await read_form(scope, receive, headers)
        except UnreadableForm as error:
            return Answer(400, dumps({"error": "invalid_request", "error_description": str(error)}))
        request = OauthRequest("POST", path, fields, authorization)
        answer: Answer = await (desk.token(request) if path == TOKEN else desk.revoke(request))
        return answer

    async def _authorized(
        self, desk: Any, scope: Scope, receive: Receive, headers: dict[bytes, bytes]
    ) -> Answer:
        from mock_server.oauth.pages import refused_page

        try:
            request = OauthRequest("GET", AUTHORIZE, read_fields(scope["query_string"]))
            form = None
            if scope["method"] == "POST":
                form = await read_form(scope, receive, headers, _PICKED)
        except UnreadableForm as error:
            return refused_page("invalid_request", str(error))
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

    def _desk_of_sandbox(self) -> Any:
        if self._desk is None:
            # Authlib and the templates are loaded for those who install apps this way.
            from mock_server.oauth.desk import Desk

            self._desk = Desk(self._sandbox)
        return self._desk
