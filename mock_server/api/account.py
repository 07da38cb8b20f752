"""Health, and what the token stands for."""

from __future__ import annotations

from mock_server.api.answers import record
from mock_server.api.services import Services
from mock_server.gateway import Answer, Call
from mock_server.wire import dumps


class Account:
    """The handlers, named by operation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def health_check(self, call: Call) -> Answer:
        """Says that the gateway answers, with the sandbox's time in milliseconds."""
        return record(dumps({"ok": True, "ts": int(self._services.clock.now().timestamp() * 1000)}))

    def get_install_context(self, call: Call) -> Answer:
        """The token's install; scopes as they were granted, bundles not expanded."""
        assert call.grant is not None
        install = call.grant.install
        return record(
            dumps(
                {
                    "install_id": install["id"],
                    "client_id": install["client_id"],
                    "app_slug": install["app_slug"],
                    "org_ref_id": install["org_ref_id"],
                    "entity_ref_id": install["entity_ref_id"],
                    "scopes": call.grant.granted,
                }
            )
        )
