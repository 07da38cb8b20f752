"""The sandbox's signing key, and the installs that the seed makes for each entity."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any

from mock_server.storage import Database
from mock_server.storage.tenancy import read_fact, write_fact

KEY_FILE = "signing-key"
_KEY_BYTES = 32
_KEY_FACT = "signing key"


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


def shared_signing_key(database: Database, own: bytes) -> bytes:
    """The key of all processes on one database: the first of them leaves its own there."""

    def work() -> bytes:
        session = database.session
        session.lock(_KEY_FACT)
        text = read_fact(session, _KEY_FACT)
        if text is None:
            text = own.hex()
            write_fact(session, _KEY_FACT, text)
        return bytes.fromhex(text)

    return database.transact(work)


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
