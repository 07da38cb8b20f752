"""The receivers that people copy take what is signed, refuse what is not, and do each event once."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.receivers.running import EXAMPLES, NAMES, Receiver, new_event, rendered, running


def new_secret() -> str:
    """A secret of its own."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


@pytest.fixture(scope="module", params=NAMES)
def receiver(request: pytest.FixtureRequest) -> Iterator[Receiver]:
    """A receiver that knows a new and an old secret."""
    with running(request.param, EXAMPLES, [new_secret(), new_secret()]) as found:
        yield found


def test_a_signed_event_is_answered_2xx_and_handled(receiver: Receiver) -> None:
    event = new_event()
    receiver.takes(event)
    assert event["event_id"] in receiver.handled()


def test_while_a_secret_is_changed_either_will_do(receiver: Receiver) -> None:
    new, old = receiver.secrets
    other = new_secret()
    for signing in ([new], [old], [new, old], [other, old], [new, other]):
        assert receiver.send(new_event(), signing) == 204, signing


def test_a_bad_signature_is_400_and_nothing_is_done(receiver: Receiver) -> None:
    event = new_event()
    assert receiver.send(event, [new_secret()]) == 400
    assert event["event_id"] not in receiver.handled()


@pytest.mark.parametrize("minutes", [6, -6, 24 * 60])
def test_another_time_than_now_is_400_and_nothing_is_done(receiver: Receiver, minutes: int) -> None:
    event = new_event()
    assert receiver.send(event, ago=timedelta(minutes=minutes)) == 400
    assert event["event_id"] not in receiver.handled()


def test_a_repeated_event_is_answered_2xx_and_handled_once(receiver: Receiver) -> None:
    event = new_event()
    assert [receiver.send(event) for _ in range(3)] == [204, 204, 204]
    assert receiver.send(event, ago=timedelta(minutes=1)) == 204
    assert receiver.handled().count(event["event_id"]) == 1


def test_a_refused_event_is_taken_when_it_comes_rightly_signed(receiver: Receiver) -> None:
    event = new_event()
    assert receiver.send(event, [new_secret()]) == 400
    receiver.takes(event)


def test_an_unknown_topic_and_unknown_members_are_taken(receiver: Receiver) -> None:
    unknown = new_event("machine.calibrated", shard={"number": 3}, id="another", data=None)
    receiver.takes(unknown)
    assert unknown["event_id"] in receiver.handled()
    without = new_event()
    del without["topic"]
    receiver.takes(without)


def test_a_body_that_was_parsed_and_written_again_is_400(receiver: Receiver) -> None:
    event = new_event()
    for again in (json.dumps(event).encode(), json.dumps(event, indent=2).encode(), rendered(event) + b"\n"):
        assert json.loads(again) == event
        assert receiver.send(event, body=again) == 400
    assert event["event_id"] not in receiver.handled()


def test_the_bytes_are_verified_however_they_are_written(receiver: Receiver) -> None:
    body = b'{ "topic":"bom.created",\r\n\t"data" : {"n": 1.50, "s": "\\u00e9\\/ \xc3\xa9"} }\n'
    receiver.takes(new_event(), signed=body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", None),
        ("id", "another"),
        ("timestamp", None),
        ("timestamp", "now"),
        ("timestamp", "9" * 400),
        ("signature", None),
        ("signature", "v1"),
        ("signature", "v1,"),
        ("signature", "v1,a"),
        ("signature", "v1,%,%"),
        ("signature", "v2," + "A" * 44),
    ],
)
def test_a_header_that_is_missing_or_garbled_is_400(receiver: Receiver, name: str, value: str | None) -> None:
    event = new_event()
    assert receiver.send(event, headers={f"webhook-{name}": value}) == 400
    assert event["event_id"] not in receiver.handled()


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{"])
def test_a_body_that_is_empty_or_cut_is_400(receiver: Receiver, body: bytes) -> None:
    assert receiver.send(new_event(), body=body) == 400


def test_a_signed_body_that_is_no_json_is_400(receiver: Receiver) -> None:
    assert receiver.send(new_event(), signed=b"<event/>") == 400


def test_two_megabytes_are_taken_and_more_than_five_are_413(receiver: Receiver) -> None:
    receiver.takes(new_event(padding="x" * 2_000_000))
    assert receiver.send(new_event(padding="x" * 5_300_000)) == 413
    receiver.takes(new_event())
