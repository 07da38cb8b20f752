"""Access tokens: JWTs of one app install, with `aud: marketplace_app`, and the key that signs them."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

AUDIENCE = "marketplace_app"
KEY_FILE = "signing-key"
_ALGORITHM = "HS256"
_KEY_BYTES = 32


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


def signing_key(folder: Path) -> bytes:
    """The key in a folder, made at the first use and readable by its owner alone.

    It belongs to the machine's user and not to the data, so that a token can be made before the server runs
    and works with an ephemeral sandbox too. Where the folder cannot be written, the key lives in memory.
    """
    file = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(file.read_text().strip())
    except OSError:
        return secrets.token_bytes(_KEY_BYTES)
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(key.hex())
    return key


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
