"""The state of a workspace as one file: a zip of a manifest and of the rows of each table."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, bindparam, insert, select

from mock_server.gateway import invalid_at
from mock_server.refused import Refused
from mock_server.storage import OWN_TABLES, Database, Statement, StorageError, Unavailable

FORM = 1
# What an archive may hold, unpacked: more than any sandbox of a test has.
MAX_UNPACKED = 128 * 1024 * 1024
_MANIFEST = "manifest.json"
_BYTES = "base64"
_RATIO = 200
_INT = range(-(2**63), 2**63)


class Manifest(NamedTuple):
    """What an archive says of itself; `schemas` stands for the shapes of all stored records."""

    contract_version: str
    schemas: str
    seed: str
    now: str
    pinned_at: str | None
    offset: int


def packed(database: Database, manifest: Manifest, extra: dict[str, bytes]) -> bytes:
    """The archive of all that a database holds; `extra` are further files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        # The same state gives the same bytes.
        for name, content in (
            (_MANIFEST, orjson.dumps({"form": FORM, **manifest._asdict()}, option=orjson.OPT_INDENT_2)),
            *((f"tables/{table.name}.jsonl", b"".join(_lines(database, table))) for table in OWN_TABLES),
            *extra.items(),
        ):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _lines(database: Database, table: Table) -> Iterator[bytes]:
    statement = Statement(select(*table.c).order_by(*table.primary_key.columns))
    for row in database.session.all(statement, {}):
        values = [{_BYTES: base64.b64encode(value).decode()} if _is_bytes(value) else value for value in row]
        yield orjson.dumps(values) + b"\n"


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes | memoryview)


class Archive:
    """An archive that somebody sent; a Refused (400, 422) where it is none, or of another contract.

    Reading it may take a while: it is made in a thread.
    """

    def __init__(self, content: bytes, schemas: str) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            sizes = [(info.file_size, info.compress_size) for info in self._zip.infolist()]
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
            raise invalid_at("", "is no zip file") from error
        if sum(size for size, _ in sizes) > MAX_UNPACKED:
            raise invalid_at("", f"holds more than {MAX_UNPACKED} bytes")
        self.manifest = self._read_manifest()
        if self.manifest.schemas != schemas:
            raise Refused("other_contract", values={"version": self.manifest.contract_version})
        self._rows = [(table, [*self._read(table)]) for table in OWN_TABLES]

    def _read(self, table: Table) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(self._content(f"tables/{table.name}.jsonl").splitlines(), 1):
            yield _row(table, number, line)

    def _read_manifest(self) -> Manifest:
        try:
            found = orjson.loads(self._content(_MANIFEST))
            form = found.pop("form")
            manifest = Manifest(**found)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise invalid_at("", f"{_MANIFEST} does not say what is in it") from error
        kinds = (str, str, str, str, str | None, int)
        if form != FORM or not all(isinstance(v, k) for v, k in zip(manifest, kinds, strict=True)):
            raise invalid_at("", f"{_MANIFEST} does not say what is in it")
        return manifest

    def _content(self, name: str) -> bytes:
        try:
            return self._zip.read(name)
        except (KeyError, zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
            raise invalid_at("", f"has no readable {name}") from error
        except Exception as error:
            # Whatever the decompressor says of bytes that are no stream.
            raise invalid_at("", f"has no readable {name}") from error

    def unpack(self, database: Database) -> None:
        """Puts all rows into an empty database, in one transaction."""

        def work() -> None:
            for table, rows in self._rows:
                statement = Statement(insert(table).values({c.name: bindparam(c.name) for c in table.c}))
                for number, row in enumerate(rows, 1):
                    try:
                        database.session.run(statement, row)
                    except (Unavailable, StorageError):
                        raise
                    except Exception as error:
                        # Either driver says in its own way that the row cannot stand beside the others.
                        place = f"tables/{table.name}.jsonl, line {number}"
                        raise invalid_at("", f"{place} cannot stand beside the others") from error

        database.transact(work)


def _row(table: Table, number: int, line: bytes) -> dict[str, Any]:
    place = f"tables/{table.name}.jsonl, line {number}"
    try:
        values = orjson.loads(line)
    except ValueError as error:
        raise invalid_at("", f"{place} is no JSON") from error
    if not isinstance(values, list) or len(values) != len(table.c):
        raise invalid_at("", f"{place} has not the columns of the table")
    return {c.name: _value(c, value, place) for c, value in zip(table.c, values, strict=True)}


def _value(column: Column[Any], value: Any, place: str) -> Any:
    if value is None and column.nullable:
        return None
    if isinstance(column.type, LargeBinary):
        try:
            return base64.b64decode(value[_BYTES], validate=True)
        except (ValueError, TypeError, KeyError) as error:
            raise invalid_at("", f"{place}: {column.name} is no base64") from error
    if isinstance(column.type, Boolean):
        # SQLite keeps them as numbers.
        is_right = value in (0, 1)
        value = bool(value) if is_right else value
    elif isinstance(column.type, Integer):
        is_right = isinstance(value, int) and not isinstance(value, bool) and value in _INT
    else:
        is_right = isinstance(value, str)
    if not is_right:
        raise invalid_at("", f"{place}: {column.name} is of another kind")
    return value
