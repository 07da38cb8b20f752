"""The receivers answer before they work, bound what they keep, and go on when some work fails."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.receivers.running import EXAMPLES, NAMES, PATIENCE, Receiver, new_event, running

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEPT = 2
# The work of the copy: it asks at a door whether to go on, and fails where it is told so.
PYTHON_WORK = """\
    import socket
    with socket.create_connection(("127.0.0.1", {port})) as door:
        if door.recv(4) == b"fail":
            raise ValueError("told to")
"""
NODE_WORK = """\
  const door = require("node:net").connect({port}, "127.0.0.1");
  const word = await new Promise((done) => door.once("data", done));
  door.end();
  if (word.toString() === "fail") throw new Error("told to");
"""


@dataclass
class Door:
    """Where the work of a receiver waits until it is let in."""

    listening: socket.socket

    def begun(self) -> socket.socket:
        """The next piece of work, once it has begun."""
        return self.listening.accept()[0]

    def let_in(self, word: bytes = b"work") -> None:
        """Lets the next piece of work go on, or fail."""
        with self.begun() as work:
            work.sendall(word)


@pytest.fixture
def door() -> Iterator[Door]:
    """A door on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(PATIENCE)
        yield Door(listening)


@pytest.fixture(params=NAMES)
def receiver(request: pytest.FixtureRequest, tmp_path: Path, door: Door) -> Iterator[Receiver]:
    """A copy of a receiver that keeps two events, and whose work waits at the door."""
    port = door.listening.getsockname()[1]
    text = (EXAMPLES / request.param).read_text()
    text = text.replace("10_000", str(KEPT))
    work = (PYTHON_WORK if request.param.endswith(".py") else NODE_WORK).format(port=port)
    text, count = re.subn(
        r"^((?:async )?(?:def|function) handle\(.*\n)", lambda at: at[0] + work, text, flags=re.M
    )
    assert count == 1
    (tmp_path / request.param).write_text(text)
    with running(request.param, tmp_path, [SECRET]) as found:
        yield found


def test_it_answers_first_works_afterwards_and_says_when_there_is_too_much(
    receiver: Receiver, door: Door
) -> None:
    first, second, third, fourth = (new_event(number=number) for number in range(4))
    assert receiver.send(first) == 204
    with door.begun() as work:
        # The first is being worked on; two more may wait.
        assert [receiver.send(event) for event in (second, third, fourth)] == [204, 204, 503]
        assert receiver.client.get("/events").json() == []
        work.sendall(b"work")
    receiver.said(f"handled {first['event_id']}")
    for event in (second, third):
        door.let_in()
        receiver.said(f"handled {event['event_id']}")
    # What was refused is no repetition when it comes again.
    assert receiver.send(fourth) == 204
    door.let_in()
    receiver.said(f"handled {fourth['event_id']}")


def test_work_that_fails_is_told_and_what_comes_after_is_done(receiver: Receiver, door: Door) -> None:
    failing, following = new_event(), new_event()
    assert [receiver.send(failing), receiver.send(following)] == [204, 204]
    door.let_in(b"fail")
    receiver.said(f"failed {failing['event_id']}")
    door.let_in()
    receiver.said(f"handled {following['event_id']}")
    assert receiver.client.get("/events").json() == [following["event_id"]]


def test_the_ids_that_it_keeps_are_bounded(receiver: Receiver, door: Door) -> None:
    events = [new_event() for _ in range(KEPT + 1)]
    # The first one again, when as many came after it as are kept.
    for event in (*events, events[0]):
        assert receiver.send(event) == 204
        door.let_in()
        receiver.said(f"handled {event['event_id']}")
    ids = [event["event_id"] for event in events]
    assert receiver.client.get("/events").json() == [ids[-1], ids[0]]
