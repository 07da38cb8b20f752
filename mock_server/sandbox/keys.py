"""The signing key of all servers on one database; apart from the rest of tokens, which know no database."""

from __future__ import annotations

from mock_server.signing_key import KeyFileError, new_key, usable_key
from mock_server.storage import Database, StorageError
from mock_server.storage.tenancy import read_fact, write_fact

_KEY_FACT = "signing key"


def shared_signing_key(database: Database) -> bytes:
    """The key of all processes on one database, made by the first of them."""

    def work() -> bytes:
        session = database.session
        session.lock(_KEY_FACT)
        text = read_fact(session, _KEY_FACT)
        if text is None:
            text = new_key().hex()
            write_fact(session, _KEY_FACT, text)
        return usable_key(text, "The database")

    try:
        return database.transact(work)
    except KeyFileError as error:
        raise StorageError(str(error)) from error
