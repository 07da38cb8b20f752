"""Access tokens: JWTs of one app install, with `aud: marketplace_app`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import jwt

AUDIENCE = "marketplace_app"
# The workspace that is there without being made; its tokens do not name it.
DEFAULT = "default"
_WORKSPACE = "sandboxWorkspace"
_ALGORITHM = "HS256"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The end of the year 9999: no calendar goes on.
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True)
class Claims:
    """What a verified token says."""

    token_id: str
    install_id: str
    scopes: tuple[str, ...] | None
    expires_at: int
    workspace: str


class TokenSigner:
    """Signs and verifies the tokens of one workspace with the server's key."""

    def __init__(self, key: bytes, wall_time: Callable[[], float], workspace: str = DEFAULT) -> None:
        self._key = key
        self._wall_time = wall_time
        self._workspace = workspace

    def sign(self, install: dict[str, Any], scopes: Iterable[str] | None, seconds: int, token_id: str) -> str:
        """A token that expires in `seconds` of wall time; a negative number gives an expired one."""
        now = int(self._wall_time())
        claims = {
            "aud": AUDIENCE,
            "jti": token_id,
            "iat": min(now, now + seconds),
            "exp": now + seconds,
            "installId": install["id"],
            "clientId": install["client_id"],
            "appSlug": install["app_slug"],
            "orgRefId": install["org_ref_id"],
            "entityRefId": install["entity_ref_id"],
            "scopes": list(install["scopes"] if scopes is None else scopes),
        }
        if self._workspace != DEFAULT:
            claims[_WORKSPACE] = self._workspace
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, token: str) -> Claims | None:
        """The claims of a genuine token of this workspace, expired ones included; None for anything else."""
        claims = self.genuine(token)
        return claims if claims is not None and claims.workspace == self._workspace else None

    def genuine(self, token: str) -> Claims | None:
        """The same, whatever the workspace is."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                options={"verify_exp": False, "verify_iat": False, "require": ["exp", "jti", "aud"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError, OverflowError, RecursionError):
            return None
        return _claims(claims)


def _claims(claims: dict[str, Any]) -> Claims | None:
    """The claims, where each of them is of its kind: a right signature does not make them so."""
    token_id, install_id, expires_at = claims.get("jti"), claims.get("installId"), claims.get("exp")
    scopes, workspace = claims.get("scopes"), claims.get(_WORKSPACE, DEFAULT)
    if not _is_id(workspace):
        return None
    if not (_is_id(token_id) and _is_id(install_id)) or isinstance(expires_at, bool):
        return None
    if not isinstance(expires_at, int | float) or not 0 <= expires_at <= _LAST_SECOND:
        return None
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        return None
    return Claims(str(token_id), str(install_id), tuple(scopes), int(expires_at), str(workspace))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def demo_install_id(org: str, entity: str) -> str:
    """The id of an entity's own install: the same in every sandbox."""
    return hashlib.blake2b(f"{org}/{entity}".encode(), digest_size=12).hexdigest()


def new_install(install_id: str, org: str, entity: str, scopes: list[str], created_at: str) -> dict[str, Any]:
    """An active install without metering and with the contract's own rate limit."""
    return {
        "id": install_id,
        "client_id": f"client-{install_id[:8]}",
        "app_slug": "sandbox-app",
        "org_ref_id": org,
        "entity_ref_id": entity,
        "scopes": scopes,
        "status": "active",
        "client_disabled": False,
        "plan": {"name": "growth", "covers_public_api": True, "refusal": "FEATURE_NOT_IN_PLAN"},
        "credits": {"mode": "off", "balance": 0, "price_per_request": 1},
        "rate_limit": None,
        "created_at": created_at,
    }
