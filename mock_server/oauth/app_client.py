"""A registered client, as Authlib asks about it."""

from __future__ import annotations

from mock_server.clients import is_secret
from mock_server.oauth.redirects import may_redirect, only_redirect
from mock_server.storage.oauth import OauthClient


class AppClient:
    """Answers what Authlib's `ClientMixin` asks."""

    def __init__(self, kept: OauthClient) -> None:
        self.kept = kept
        self.id = kept.id

    def get_client_id(self) -> str:
        """Its id."""
        return self.id

    def get_default_redirect_uri(self) -> str | None:
        """Where a request leads back to that names no address."""
        return only_redirect(self.kept.state["redirect_uris"])

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes asked for, each once, where it may ask for all of them; a request has to name some."""
        asked = list(dict.fromkeys((scope or "").split()))
        return " ".join(asked) if asked and set(asked) <= set(self.kept.state["scopes"]) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether it may be led back there."""
        return may_redirect(self.kept.state["redirect_uris"], redirect_uri)

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether this is its secret."""
        return is_secret(client_secret, self.kept.secret_digest)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """A public client has nothing to authenticate with; a confidential one has to, in either way."""
        return (method == "none") == self.kept.is_public

    def check_response_type(self, response_type: str) -> bool:
        """Whether it may be given a code."""
        return response_type == "code" and self.check_grant_type("authorization_code")

    def check_grant_type(self, grant_type: str) -> bool:
        """Whether it may come with this."""
        return grant_type in self.kept.state["grant_types"]
