"""What the contract lists is reached, for every operation, status and code."""

from __future__ import annotations

import pytest

from contract_tests.kit import Contract, Target
from contract_tests.runs import partial_run

# What an operation without a handler answers: the guards come before its 501.
_BEFORE_501 = {401, 402, 403, 429, 500, 501, 503}


def test_every_documented_answer_of_every_operation_was_reached(
    request: pytest.FixtureRequest, target: Target, contract: Contract
) -> None:
    if (reason := partial_run(request.session)) is not None:
        pytest.skip(reason)
    wanted = {
        reach
        for operation in contract.operations.values()
        for reach in contract.listed(operation)
        if operation.is_built or reach[1] in _BEFORE_501
    }
    missing = sorted(wanted - contract.reached.seen)
    assert missing == [], f"{len(missing)} answers are documented, and no test has reached them"
