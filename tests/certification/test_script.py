"""The script finds each mistake of a receiver on its line, and none where there is none."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import pytest

from mock_server.certification import LINES, Certificate, Outcome, Plan, certify
from mock_server.contract import Contract, read_document
from mock_server.settings import BUILT
from tests.certification.faulty import FAULTY
from tests.certification.receivers import SECRET, Receiver, served


@cache
def contract() -> Contract:
    """The built contract."""
    return Contract(read_document(BUILT / "openapi.json"))


def certified(receiver: Receiver, sees_events: bool = True, **options: Any) -> Certificate:
    """The certificate of a receiver."""
    with served(receiver) as at:
        plan = Plan(
            at.target,
            SECRET,
            at.events_url if sees_events else None,
            **{"monotonic": receiver.monotonic, "burst": 60, **options},
        )
        return asyncio.run(certify(plan, contract(), lambda line: None))


def lines(certificate: Certificate, outcome: Outcome) -> list[int]:
    """The numbers of the lines that ended so."""
    return [line.number for line in certificate.lines if line.outcome is outcome]


def wrong(certificate: Certificate) -> list[str]:
    """All that was not as it should be."""
    return [
        f"{line.number} {each}" for line in certificate.lines for each in line.evidence if not each.is_right
    ]


def test_a_receiver_without_a_mistake_passes_every_line() -> None:
    receiver = Receiver()
    certificate = certified(receiver, burst=200)
    assert wrong(certificate) == []
    assert lines(certificate, Outcome.PASS) == list(LINES) == list(range(1, 15))
    assert len(receiver.handled) == len(set(receiver.handled)) > 200


@pytest.mark.parametrize(("faulty", "line"), FAULTY, ids=[kind.__name__ for kind, _ in FAULTY])
def test_a_faulty_receiver_fails_on_the_line_of_its_mistake_alone(faulty: type[Receiver], line: int) -> None:
    certificate = certified(faulty(), settle=0.5)
    assert lines(certificate, Outcome.FAIL) == [line], wrong(certificate)
    assert not certificate.is_passed
    # Of one that takes nothing no other line can be seen.
    assert lines(certificate, Outcome.UNSEEN) == (list(range(2, 15)) if line == 1 else [])
