"""Sandboxes on which events are brought about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.kit import sandbox
from tests.triggers.hand import Hand


@pytest.fixture(scope="session")
def hand() -> Iterator[Hand]:
    """One on a sandbox with the demo data."""
    with sandbox() as target:
        yield Hand(target)


@pytest.fixture(scope="session")
def empty() -> Iterator[Hand]:
    """One on a sandbox in which nothing is there."""
    with sandbox(options=("--seed", "empty")) as target:
        yield Hand(target)
