"""The script finds each mistake of a receiver on its line, and none where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from mock_server.certification import LINES, Certificate, Outcome, Plan, certify
from mock_server.certification.sender import Answer, Sender
from mock_server.contract import Contract, read_document
from mock_server.settings import BUILT
from tests.certification.faulty import FAULTY, HandlesFirst, HandlesTwice, RefusesRepeats, WorksFirst
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


def test_without_a_list_of_handled_ids_it_is_said_that_a_repeat_was_not_seen() -> None:
    for kind in (Receiver, HandlesTwice):
        certificate = certified(kind(), sees_events=False, only=[8])
        assert (lines(certificate, Outcome.PASS), lines(certificate, Outcome.UNSEEN)) == ([1], [8])
        assert certificate.is_passed and "not seen" in certificate.lines[1].reason
    # What can be seen fails as ever.
    assert lines(certified(RefusesRepeats(), sees_events=False, only=[8]), Outcome.FAIL) == [8]


def test_what_was_refused_and_handled_all_the_same_fails_on_every_line_of_refusals() -> None:
    certificate = certified(HandlesFirst())
    assert lines(certificate, Outcome.FAIL) == [2, 3, 4, 5, 6, 14]
    assert all("none that was refused" in each for each in wrong(certificate))


def test_a_receiver_that_breaks_on_the_way_fails_from_there() -> None:
    class Breaks(Receiver):
        """Forgets how to answer at the first body without its end."""

        is_broken = False

        def respond(self, body: bytes, headers: Mapping[str, str]) -> int:
            self.is_broken |= not body.endswith(b"}")
            if self.is_broken:
                # No list of texts any more.
                self.handled = [1]  # type: ignore[list-item]
                return 500
            return super().respond(body, headers)

    certificate = certified(Breaks(), only=[4, 14])
    assert lines(certificate, Outcome.PASS) == [1, 4]
    assert lines(certificate, Outcome.FAIL) == [14]
    assert "JSON list" in wrong(certificate)[-1]


def test_an_answer_that_comes_late_is_waited_for_and_is_late() -> None:
    certificate = certified(WorksFirst(), only=[9])
    late = [each for each in certificate.lines[1].evidence if not each.is_right]
    assert [(each.sent, each.status, each.ms) for each in late] == [
        ("subcontract_order.completed", 204, 20_000)
    ]


def test_no_answer_is_a_reason_and_not_a_status() -> None:
    async def play() -> Answer:
        async with await _silent() as server, Sender(0.05, lambda: 0.0) as sender:
            return await sender.post(_address(server), {}, b"{}")

    assert asyncio.run(play()) == (None, "no answer within 0.05 s", 0)


def test_a_body_is_cut_behind_a_head_that_announces_the_whole() -> None:
    arrived: list[bytes] = []

    async def play() -> Answer:
        async with await _silent(arrived) as server, Sender(15, lambda: 0.0) as sender:
            answer = await sender.post(_address(server), {"webhook-id": "a"}, b'{"half":', whole=100)
            # The server's task ends with the connection.
            while not arrived:
                await asyncio.sleep(0)
            return answer

    assert asyncio.run(play()) == (None, "the connection was ended", 0)
    head, body = arrived[0].split(b"\r\n\r\n")
    assert b"content-length: 100" in head.lower() and b"chunked" not in head.lower()
    assert body == b'{"half":'


async def _silent(arrived: list[bytes] | None = None) -> asyncio.Server:
    """Reads to the end of a connection, and says nothing."""

    async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            content = await reader.read(-1)
            if arrived is not None:
                arrived.append(content)
        finally:
            writer.close()

    return await asyncio.start_server(read, "127.0.0.1", 0)


def _address(server: asyncio.Server) -> str:
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
