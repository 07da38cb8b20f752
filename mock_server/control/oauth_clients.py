"""OAuth clients of the control plane."""

from __future__ import annotations

from mock_server.api import page_of_records
from mock_server.clients import digest_of, new_client
from mock_server.control.scopes import check_scopes
from mock_server.gateway import Answer, Call
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.storage.oauth import (
    OauthClient,
    add_client,
    drop_client,
    end_grants_of_client,
    read_client,
    read_clients,
)
from mock_server.wire import dumps, instant

_SECRET_BYTES = 32


class OauthClientControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def list_oauth_clients(self, call: Call) -> Answer:
        """Every client."""
        clients = [client.state for client in read_clients(self._session)]
        return page_of_records(call, self._sandbox.cursors, "oauth_clients", clients, dumps)

    def get_oauth_client(self, call: Call) -> Answer:
        """One client."""
        return Answer(200, dumps(self._client(call.path["id"]).state))

    def create_oauth_client(self, call: Call) -> Answer:
        """Registers a client; a confidential one learns its secret here and nowhere else."""
        body, ids = call.body, self._sandbox.ids
        check_scopes(self._sandbox.contract.scopes, body.get("scopes", []))
        self._session.lock("oauth clients")
        client_id = body.get("client_id") or f"client-{ids.object_id()[:16]}"
        if read_client(self._session, client_id) is not None:
            raise Refused("client_exists", "There is a client with this id.", pointer="/client_id")
        created_at = instant(self._sandbox.clock.now())
        state = new_client(client_id, body, self._sandbox.contract.scopes, created_at)
        secret = ids.secret(_SECRET_BYTES).hex() if state["client_type"] == "confidential" else None
        add_client(self._session, OauthClient(state, None if secret is None else digest_of(secret)))
        shown = state if secret is None else {**state, "client_secret": secret}
        return Answer(201, dumps(shown), [(b"location", f"{call.target}/{client_id}".encode())])

    def delete_oauth_client(self, call: Call) -> Answer:
        """Removes a client with all that it was granted, its installs aside."""
        client = self._client(call.path["id"])
        self._session.lock("oauth")
        end_grants_of_client(self._session, client.id, int(self._sandbox.clock.wall()))
        drop_client(self._session, client.id)
        self._sandbox.database.announce()
        return Answer(200, dumps(client.state))

    def _client(self, client_id: str) -> OauthClient:
        found = read_client(self._session, client_id)
        if found is None:
            raise Refused("not_found", "There is no such client.")
        return found
