"""A sandbox, a receiver on the same machine, and a folder for what commands remember."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.kit import sandbox
from tests.forwarding.machine import Factory, Hook


@pytest.fixture(scope="session")
def served() -> Iterator[Factory]:
    """A sandbox for all tests that need none of their own."""
    with sandbox() as target:
        yield Factory(target)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A receiver."""
    made = Hook()
    yield made
    made.stop()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the commands of a user remember."""
    return tmp_path / "state"
