"""The receivers that people copy pass every line of the sandbox's certificate."""

from __future__ import annotations

import asyncio

import pytest

from mock_server.certification import LINES, Outcome, Plan, certify
from mock_server.contract import Contract, read_document
from mock_server.settings import BUILT
from tests.receivers.running import EXAMPLES, NAMES, running

# Two, as while a secret is changed: the script signs with either, and the other one may not disturb it.
SECRETS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c29tZSBieXRlcyBvZiB0aGUgdGVzdA=="]
BURST = 30


@pytest.fixture(scope="module")
def contract() -> Contract:
    """The built contract, whose examples are sent."""
    return Contract(read_document(BUILT / "openapi.json"))


@pytest.mark.parametrize("secret", SECRETS, ids=["by the new secret", "by the old one"])
@pytest.mark.parametrize("name", NAMES)
def test_a_receiver_to_copy_passes_every_line(name: str, secret: str, contract: Contract) -> None:
    with running(name, EXAMPLES, SECRETS) as receiver:
        base = str(receiver.client.base_url).rstrip("/")
        plan = Plan(f"{base}/hook", secret, f"{base}/events", burst=BURST)
        certificate = asyncio.run(certify(plan, contract, lambda line: None))
    wrong = [each for line in certificate.lines for each in line.evidence if not each.is_right]
    assert wrong == []
    assert [line.number for line in certificate.lines if line.outcome is Outcome.PASS] == list(LINES)
    assert certificate.is_passed and certificate.sees_events
