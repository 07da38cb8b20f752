"""In a checkout the built contract is as new as its sources before a test reads it or starts a sandbox.

Apart from both folders of tests: contract_tests, which goes into the wheel, knows nothing of the sources.
"""

from __future__ import annotations

import pytest

from scripts.contract import ContractError, ensure


def pytest_configure() -> None:
    """Builds what is stale."""
    try:
        ensure()
    except ContractError as error:
        raise pytest.UsageError(str(error)) from error
