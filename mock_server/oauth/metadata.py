"""Where the endpoints are and what they take (RFC 8414)."""

from __future__ import annotations

import re
from typing import Any

from mock_server.clients import GRANT_TYPES
from mock_server.gateway import Scope

AUTHORIZE, TOKEN, REVOKE = "/oauth/authorize", "/oauth/token", "/oauth/revoke"
METADATA = "/.well-known/oauth-authorization-server"
_HOST = re.compile(rb"(?:[0-9A-Za-z_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]


def origin_of(scope: Scope) -> str | None:
    """Scheme and host that a client asked, where it named one."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or _HOST.fullmatch(hosts[0]) is None:
        return None
    return f"{scope['scheme']}://{hosts[0].decode()}"


def metadata_of(origin: str, scopes: list[str]) -> dict[str, Any]:
    """The document of a sandbox that is asked by this name."""
    return {
        "issuer": origin,
        "authorization_endpoint": origin + AUTHORIZE,
        "token_endpoint": origin + TOKEN,
        "revocation_endpoint": origin + REVOKE,
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "token_endpoint_auth_methods_supported": _AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": _AUTH_METHODS,
        "code_challenge_methods_supported": ["S256"],
    }
