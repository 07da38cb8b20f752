"""These tests start, kill and starve sandboxes of their own."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def _own_sandboxes(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts sandboxes of its own; the target here is another server")
