"""What the white-box tests share: a sandbox in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from contract_tests.kit import load_profile
from mock_server.settings import Settings

load_profile()
PINNED = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[Any]:
    """A seeded sandbox in memory, its clock pinned, without rate limit, every answer checked."""
    from mock_server.sandbox import Sandbox

    with closing(Sandbox(Settings(None, rate_limit=0, pinned=PINNED, is_checking=True))) as opened:
        yield opened
