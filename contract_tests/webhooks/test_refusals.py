"""Every 409 of the operations on webhooks is reached, on a sandbox whose clock may be moved."""

from __future__ import annotations

import pytest

from contract_tests.kit import Case, Control, Fixtures
from contract_tests.webhooks.refusals import REFUSALS


@pytest.mark.parametrize("case", REFUSALS, ids=["-".join(map(str, case)) for case in REFUSALS])
def test_a_documented_conflict_is_reached(sender: Fixtures, case: Case) -> None:
    control = sender.control
    assert isinstance(control, Control)
    REFUSALS[case](sender, control)
