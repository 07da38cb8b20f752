"""What SQLite's errors mean, in one plain sentence each."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from mock_server.storage.database import StorageError, Unavailable

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FORBIDDEN = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_ANEW = "--reset begins anew and keeps what is there under another name"


def _kind(error: BaseException) -> int:
    code: int = getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR
    return code & 0xFF


def refused(error: BaseException, file: Path | None) -> str:
    """Why the file cannot be opened."""
    folder = file and file.parent
    kind, text = _kind(error), str(error)
    if kind in _BUSY:
        return held(file)
    # Where nothing may be written, SQLite may call it a disk error.
    is_closed = folder is not None and folder.exists() and not os.access(folder, os.W_OK)
    if (
        kind in _FORBIDDEN
        or isinstance(error, PermissionError)
        or (kind == sqlite3.SQLITE_IOERR and is_closed)
    ):
        return f"The data folder {folder} cannot be written to."
    if kind == sqlite3.SQLITE_FULL:
        return f"There is no space left for the data folder {folder}."
    if kind == sqlite3.SQLITE_IOERR:
        return f"The data folder {folder} cannot be read or written: {text}."
    if kind in _DAMAGED or "malformed" in text or "decode" in text:
        return damaged(file)
    return f"The database {file} cannot be opened: {(text.splitlines() or ['unknown'])[0]}"


def held(file: Path | None) -> str:
    """Another process has the file."""
    return f"The data folder {file and file.parent} is in use by another process."


def damaged(file: Path | None, part: str = "") -> str:
    """The file cannot be read as it should."""
    return f"{part}{file} is not a readable database; restore a copy, or start with --reset: {_ANEW}."


def other_layout(file: Path | None) -> str:
    """The file has other tables."""
    return f"{file} has the tables of another version; start that one, or this one with --reset: {_ANEW}."


def check(error: sqlite3.Error, file: Path | None) -> None:
    """Raises what a failure while serving stands for; nothing where it is the statement's own fault."""
    kind = _kind(error)
    if kind in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, *_FORBIDDEN, *_BUSY):
        raise Unavailable(refused(error, file)) from error
    if kind in _DAMAGED or "decode" in str(error):
        raise StorageError(damaged(file)) from error
