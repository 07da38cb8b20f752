"""What the tests of the storage share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from mock_server.storage.sqlite import SqliteDatabase


@pytest.fixture
def database() -> Iterator[SqliteDatabase]:
    """A database in memory with its tables, and nothing in them."""
    with closing(SqliteDatabase()) as opened:
        yield opened
