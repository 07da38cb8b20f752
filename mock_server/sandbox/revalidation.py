"""Holds what is stored against the contract, when another one was in force as it was written."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import delete

from mock_server.contract import Contract, Validators, faults, member_pointer, read_document, schema_digest
from mock_server.sandbox.stored_records import KINDS, Kind, Row
from mock_server.settings import Settings
from mock_server.storage import Database, Session, SqlBook, Statement, StorageError, tables
from mock_server.storage.documents import Rows
from mock_server.storage.tenancy import read_fact, write_fact

_FACT = "schemas of the stored records"
_SHOWN = 100
_DROP_REPORTS = Statement(delete(tables.report_cache))


class Revalidation:
    """Compares the contract with that of the last start; reads may rely on the stored bodies after it."""

    def __init__(self, settings: Settings, contract: Contract) -> None:
        control = Contract(read_document(settings.build_dir / "sandbox-openapi.json"))
        self._contracts = {True: contract, False: control}
        self._settings = settings
        self._pointers = {kind.name: self._pointer(kind) for kind in KINDS}

    def run(self, database: Database, is_new: bool, book: Callable[[int], SqlBook]) -> None:
        """Stamps the contract where every record fits it; a StorageError lists those that do not.

        What has just been seeded is new: this contract's own code wrote it. `book` gives the book of an
        entity by its key.
        """
        digest, session = self.digest, database.session
        if read_fact(session, _FACT) == digest:
            return
        found = iter(()) if is_new else self._findings(session, book)
        shown = list(itertools.islice(found, _SHOWN))
        if shown:
            rest = sum(1 for _ in found)
            more = [f"... and {rest} more"] if rest else []
            raise StorageError(self._refusal(), [*shown, *more])

        self.stamp(database)

    def stamp(self, database: Database) -> None:
        """Says that what is stored fits this contract."""
        session = database.session

        def work() -> None:
            # They are worked out anew from the records.
            session.run(_DROP_REPORTS, {})
            write_fact(session, _FACT, self.digest)

        database.transact(work)

    def _refusal(self) -> str:
        if self._settings.data_dir is None:
            return (
                "The database was written under another contract and does not fit this one, as said above; "
                "start the version that wrote it, or name another database."
            )
        return (
            f"The data in {self._settings.data_dir} was written under another contract and does not fit this "
            "one, as said above; start the version that wrote it, or this one with --reset: --reset begins "
            "anew and keeps what is there under another name."
        )

    def _pointer(self, kind: Kind) -> str:
        contract = self._contracts[kind.is_public]
        whole = contract.operations[kind.operation].answer_pointers[200]
        return member_pointer(dict(contract.document), whole, *kind.member)

    @cached_property
    def digest(self) -> str:
        """What stands for the shapes of all stored records."""
        parts = [
            schema_digest(
                dict(contract.document),
                [self._pointers[kind.name] for kind in KINDS if kind.is_public is is_public],
            )
            for is_public, contract in self._contracts.items()
        ]
        shapes = [kind.documents.shape for kind in KINDS if kind.documents is not None]
        return hashlib.blake2b(orjson.dumps([parts, shapes]), digest_size=16).hexdigest()

    def _findings(self, session: Session, book: Callable[[int], SqlBook]) -> Iterator[str]:
        checks = {each: Validators(contract, is_closed=True) for each, contract in self._contracts.items()}
        for kind in KINDS:
            validator = checks[kind.is_public].at(self._pointers[kind.name])
            for row in kind.rows(session):
                try:
                    value = orjson.loads(self._shown(kind, row, book))
                except Exception as error:
                    # Whatever a read would stumble over.
                    yield f"{kind.name} {row.label}: cannot be read: {type(error).__name__}: {error}"
                    continue
                if not validator.is_valid(value):
                    for fault in faults(validator, value, ""):
                        yield f"{kind.name} {row.label} {fault['pointer'] or '/'}: {fault['message']}"

    def _shown(self, kind: Kind, row: Row, book: Callable[[int], SqlBook]) -> bytes:
        """The record as a read would answer it; writes must be able to take it up, too."""
        if kind.documents is None or row.tenant is None or row.internal is None:
            return row.body
        kind.documents.read(row.body, row.internal)
        if not kind.collection:
            return row.body
        rows: Rows[Any] = getattr(book(row.tenant), kind.collection)
        return rows.complete(row.body, row.columns)
