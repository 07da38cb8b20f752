"""The signing key of all servers on one database; apart from the rest of tokens, which know no database."""

from __future__ import annotations

from mock_server.storage import Database
from mock_server.storage.tenancy import read_fact, write_fact

_KEY_FACT = "signing key"


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
