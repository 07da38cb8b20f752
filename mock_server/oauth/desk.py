"""The OAuth endpoints of one sandbox: a request in, an answer or a page out."""

from __future__ import annotations

from typing import Any

from authlib.oauth2 import OAuth2Error

from mock_server.gateway import Answer
from mock_server.oauth.approval import ClientDisabled, NotApproved, approve
from mock_server.oauth.forms import FormTokens
from mock_server.oauth.pages import authorize_page, refused_page
from mock_server.oauth.requests import Fields, OauthRequest
from mock_server.oauth.server import OauthServer
from mock_server.sandbox import Sandbox

# RFC 6749 4.1.2.1, with what each of them tells.
REHEARSED = {
    "access_denied": "The person or the server denied the request.",
    "invalid_request": "The request is malformed.",
    "invalid_scope": "A scope is invalid or unknown.",
    "server_error": "The server met an unexpected condition.",
    "temporarily_unavailable": "The server is overloaded or under maintenance.",
    "unauthorized_client": "The client may not ask for a code.",
    "unsupported_response_type": "The server gives no code in this way.",
}
_STALE = "This form was sent before, or is more than an hour old. Please decide again."


class Desk:
    """Works in the sandbox's transactions."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._server = OauthServer(sandbox)
        self._forms = FormTokens(sandbox.shared.key, sandbox.clock.wall)

    async def show(self, request: OauthRequest) -> Answer:
        """The authorize page."""
        return await self._sandbox.database.run(lambda: self._shown(request))

    async def decide(self, request: OauthRequest, form: Fields) -> Answer:
        """What the person decided: leads back to the app, or shows the page again."""
        return await self._sandbox.database.write(lambda: self._decided(request, form))

    async def token(self, request: OauthRequest) -> Answer:
        """The token endpoint."""
        return await self._sandbox.database.write(lambda: self._server.answer_token(request))

    async def revoke(self, request: OauthRequest) -> Answer:
        """The revocation endpoint."""
        return await self._sandbox.database.write(lambda: self._server.answer_revocation(request))

    def _shown(self, request: OauthRequest) -> Answer:
        try:
            grant = self._server.consent(request)
        except OAuth2Error as error:
            return self._refused(request, error)
        return self._page(request, grant)

    def _decided(self, request: OauthRequest, form: Fields) -> Answer:
        try:
            grant = self._server.consent(request)
            self._server.issuer.lock()
            form_id = self._forms.read(form.values.get("form", ""), request.fields.text)
            if form_id is None or self._server.issuer.is_used(form_id):
                return self._page(request, grant, _STALE)
            return _see_other(self._led_back(request, grant, form, form_id))
        except NotApproved as error:
            return self._page(request, grant, str(error), form)
        except OAuth2Error as error:
            return _see_other(self._refused(request, error))

    def _led_back(self, request: OauthRequest, grant: Any, form: Fields, form_id: str) -> Answer:
        decision = form.values.get("decision", "")
        if decision == "approve":
            client, asked = grant.client.kept, grant.request.scope.split()
            chosen = form.values.get("scopes", "").split()
            try:
                entity = form.values.get("entity", "")
                approval = approve(self._sandbox, client, asked, entity, chosen, form_id)
            except ClientDisabled:
                return self._told(request, grant, "unauthorized_client", "The client is disabled.")
            return self._server.answer_consent(grant, approval)
        if decision == "deny":
            return self._server.answer_consent(grant, None)
        rehearsed = form.values.get("error", "")
        if decision == "rehearse" and rehearsed in REHEARSED:
            return self._told(request, grant, rehearsed, REHEARSED[rehearsed])
        raise NotApproved("Approve, deny, or choose an error to answer with.")

    def _told(self, request: OauthRequest, grant: Any, error: str, description: str) -> Answer:
        return self._server.refuse(
            request,
            OAuth2Error(
                description,
                error=error,
                redirect_uri=grant.redirect_uri,
                state=grant.request.payload.state,
            ),
        )

    def _page(self, request: OauthRequest, grant: Any, fault: str = "", form: Fields | None = None) -> Answer:
        asked = grant.request.scope.split()
        chosen = asked if form is None else form.values.get("scopes", "").split()
        words = self._sandbox.contract.scope_words
        return authorize_page(
            grant.redirect_uri,
            status=400 if fault else 200,
            fault=fault,
            client=grant.client.kept.state,
            query=request.fields.text,
            form=self._forms.make(self._sandbox.ids.object_id(), request.fields.text),
            tenants=self._sandbox.tenants,
            entity="" if form is None else form.values.get("entity", ""),
            scopes=[(scope, words.get(scope, "").replace("`", ""), scope in chosen) for scope in asked],
            errors=REHEARSED,
        )

    def _refused(self, request: OauthRequest, error: OAuth2Error) -> Answer:
        if error.redirect_uri:
            return self._server.refuse(request, error)
        return refused_page(str(error.error), str(error.get_error_description() or ""))


def _see_other(answer: Answer) -> Answer:
    """After a form a browser is to come with GET, whatever it sent."""
    return Answer(303, answer.body, answer.headers) if answer.status == 302 else answer
