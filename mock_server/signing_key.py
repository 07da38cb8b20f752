"""The file of the key that signs tokens: made once, whole, and readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from mock_server.private import PRIVATE_FILE, PRIVATE_FOLDER, make_private

KEY_FILE = "signing-key"
_KEY_BYTES = 32


class KeyFileError(Exception):
    """The key cannot be read or kept; the message is a sentence for the user."""


def signing_key(folder: Path, *, is_lasting: bool = False) -> bytes:
    """The key in a folder, made at the first use.

    It belongs to the machine's user and not to the data, so that a token can be made before the server runs
    and works with an ephemeral sandbox too. Where the folder cannot be written, the key lives in memory, or
    with `is_lasting` there is none: a KeyFileError, as for a file that holds no key.
    """
    file = folder / KEY_FILE
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        try:
            return _read(file)
        except FileNotFoundError:
            return _made(file)
    except OSError as error:
        if is_lasting or os.path.exists(file):
            raise KeyFileError(f"The signing key {file} cannot be used: {error.strerror}.") from error
        return new_key()


def new_key() -> bytes:
    """A key that nobody knows."""
    return secrets.token_bytes(_KEY_BYTES)


def usable_key(text: str, where: str) -> bytes:
    """The key that a text spells; `where` is the place it was found in, for the sentence if it is none."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) < _KEY_BYTES:
        raise KeyFileError(
            f"{where} holds no key of {_KEY_BYTES} bytes; without it a new one is made, and tokens that were "
            "given out are no longer accepted."
        )
    return key


def _read(file: Path) -> bytes:
    key = usable_key(file.read_bytes().decode("latin-1"), str(file))
    make_private(file)
    return key


def _made(file: Path) -> bytes:
    """Writes a new key beside its place and links it there, whole; of several processes one is the first."""
    whole = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(new_key().hex())
            opened.flush()
            os.fsync(opened.fileno())
        _put(whole, file)
    finally:
        whole.unlink(missing_ok=True)
    return _read(file)


def _put(whole: Path, file: Path) -> None:
    try:
        os.link(whole, file)
    except FileExistsError:
        return
    except OSError:
        # Not every file system has links.
        if not file.exists():
            os.rename(whole, file)
