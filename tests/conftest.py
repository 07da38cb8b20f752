"""What the white-box tests share: a sandbox in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from mock_server.settings import Settings

PINNED = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[Any]:
    """A seeded sandbox in memory, its clock pinned, without rate limit, every answer checked."""
    from mock_server.sandbox import Sandbox

    opened = Sandbox(Settings(None, rate_limit=0, pinned=PINNED, is_checking=True))
    yield opened
    opened.close()
