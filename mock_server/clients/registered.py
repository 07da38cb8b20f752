"""OAuth clients as they are registered: apps that people install by way of the authorize page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Any

DEMO_CLIENT = "demo-app"
GRANT_TYPES = ("authorization_code", "refresh_token")
# An address without a path stands for all of them on that host, and for every port.
_ANY_OF_THIS_MACHINE = ["http://127.0.0.1", "http://[::1]", "http://localhost"]


def new_client(
    client_id: str, given: Mapping[str, Any], scopes: Sequence[str], created_at: str
) -> dict[str, Any]:
    """A client with what was given, and all else as it usually is; `scopes` are those of the contract."""
    return {
        "client_id": client_id,
        "client_name": given["client_name"],
        "app_slug": given.get("app_slug", "sandbox-app"),
        "client_type": given.get("client_type", "public"),
        "redirect_uris": given["redirect_uris"],
        "grant_types": given.get("grant_types", list(GRANT_TYPES)),
        "scopes": given.get("scopes", list(scopes)),
        "created_at": created_at,
    }


def demo_client(scopes: Sequence[str], created_at: str) -> dict[str, Any]:
    """The client of every new sandbox: public, and led back to any address of this machine."""
    given = {
        "client_name": "Demo app",
        "app_slug": DEMO_CLIENT,
        "redirect_uris": _ANY_OF_THIS_MACHINE,
    }
    return new_client(DEMO_CLIENT, given, scopes, created_at)


def digest_of(secret: str) -> str:
    """What is kept of a secret, code or refresh token, which are long and random: one hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(given: str, digest: str | None) -> bool:
    """Whether a secret is the one that this digest is of."""
    return digest is not None and compare_digest(digest_of(given), digest)
