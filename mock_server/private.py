"""Files and folders that their owner alone may read."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def make_private(file: Path) -> None:
    """Takes a file's rights from all but its owner, where this user may do that."""
    with contextlib.suppress(OSError):
        if file.stat().st_mode & 0o077:
            file.chmod(PRIVATE_FILE)


def begin_private(file: Path) -> None:
    """Makes an empty file with such rights where there is none; SQLite gives its own files the same."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
