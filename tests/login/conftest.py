"""A sandbox that commands ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.kit import Target, sandbox


@pytest.fixture(scope="session")
def served() -> Iterator[Target]:
    """A sandbox for all tests that need none of their own."""
    with sandbox() as target:
        yield target
