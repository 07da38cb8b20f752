"""Access tokens: JWTs of one app install, with `aud: marketplace_app`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import jwt

AUDIENCE = "marketplace_app"
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class Claims:
    """What a verified token says."""

    token_id: str
    install_id: str
    scopes: tuple[str, ...] | None
    expires_at: int


class TokenSigner:
    """Signs and verifies tokens with the sandbox's own key."""

    def __init__(self, key: bytes, wall_time: Callable[[], float]) -> None:
        self._key = key
        self._wall_time = wall_time

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
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read(self, token: str) -> Claims | None:
        """The claims of a genuine token, expired ones included; None for anything else."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                options={"verify_exp": False, "verify_iat": False, "require": ["exp", "jti", "aud"]},
            )
            return Claims(
                str(claims["jti"]),
                str(claims["installId"]),
                tuple(str(scope) for scope in claims["scopes"]),
                int(claims["exp"]),
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, RecursionError):
            return None
