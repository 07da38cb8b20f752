"""What of forwarding cannot be waited for from outside: tokens that expire, long pauses, pages."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mock_server.forwarding import Entity, Forwarder, Forwarding, Receiver, StateFile, event_line, tail
from mock_server.forwarding import forwarder as forwarders
from mock_server.forwarding import history as histories
from mock_server.forwarding.receiver import NoAnswer
from mock_server.forwarding.server import Answer, Unreachable
from mock_server.forwarding.words import name_of

ENTITY = Entity("org", "ent")
EVENT = {"delivery_id": "d1", "event_id": "e1", "topic": "bom.updated", "headers": {}, "body": "{}"}


class Stopped(Exception):
    """Ends a loop that goes on for ever."""


class FakeServer:
    """Knows one install at a time, and tokens until they are let expire."""

    origin = name = "http://sandbox"

    def __init__(self) -> None:
        self.installs: dict[str, str] = {}
        self.webhooks: dict[str, list[Any]] = {}
        self.tokens: set[str] = set()
        self.expired = False
        self.swept = False
        self._numbers = itertools.count(1)

    async def control(self, method: str, path: str, body: Any = None, query: Any = None) -> Answer:
        """The control plane."""
        if method == "GET":
            known = path.rpartition("/")[2]
            return Answer(200, {"client_id": self.installs[known]}) if known in self.installs else _gone()
        number = next(self._numbers)
        if path == "/installs":
            self.installs[f"i{number}"] = body["client_id"]
            return Answer(201, {"id": f"i{number}"})
        if body["install_id"] not in self.installs:
            return _gone()
        self.tokens.add(f"t{number}")
        return Answer(201, {"access_token": f"t{number}"})

    async def public(self, method: str, path: str, token: str, body: Any = None, query: Any = None) -> Answer:
        """The public API."""
        if token not in self.tokens:
            return Answer(401, {"error": "invalid_token", "message": "Access token expired."})
        if method == "POST":
            number = next(self._numbers)
            self.webhooks[f"w{number}"] = []
            secret = f"whsec_{number}"
            return Answer(201, {"id": f"w{number}", "topics": body["topics"], "signing_secret": secret})
        if path.endswith("/webhooks"):
            return Answer(200, {"subscriptions": [{"_id": each} for each in self.webhooks]})
        webhook = path.split("/")[-2]
        if webhook not in self.webhooks:
            return _gone()
        if self.swept and "after" in query:
            return Answer(409, {"error": "cursor_expired", "message": "It is gone."})
        return Answer(200, {"events": self.webhooks[webhook]})


def _gone() -> Answer:
    return Answer(404, {"error": "not_found", "message": "There is no such thing."})


class Desk:
    """A forwarding of a server that is not there, and what it has told."""

    def __init__(self, folder: Path) -> None:
        self.server: Any = FakeServer()
        self.file = StateFile(folder / "state.json")
        self.told: list[str] = []
        self.forwarding = self.made()

    def made(self) -> Forwarding:
        """Another run on the same file."""
        return Forwarding(self.server, ENTITY, ("bom.updated",), self.file, self.told.append)

    def events(self, *, opened: bool = True) -> list[Any]:
        """The next events."""

        async def work() -> list[Any]:
            if not opened:
                await self.forwarding.open()
            return await self.forwarding.events()

        return asyncio.run(work())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A forwarding that has been made."""
    made = Desk(tmp_path)
    assert made.events(opened=False) == []
    assert made.told == ["Signing secret: whsec_3"]
    made.told.clear()
    return made


def test_a_token_that_has_expired_is_followed_by_another(desk: Desk) -> None:
    desk.server.tokens.clear()
    assert desk.events() == []
    assert len(desk.server.tokens) == 1
    assert desk.told == []


def test_an_install_of_somebody_else_with_the_same_id_is_not_taken_for_ones_own(desk: Desk) -> None:
    desk.server.tokens.clear()
    desk.server.installs = {"i1": "hellobooks-sandbox-listen-of-somebody-else"}
    desk.events()
    assert desk.told[0] == "The sandbox has lost its data: this is a new forwarding."
    state = desk.file.read()
    assert state is not None and state.install != "i1"


def test_a_subscription_that_has_ended_is_made_anew(desk: Desk) -> None:
    desk.forwarding.acknowledge(EVENT)
    desk.server.webhooks.clear()
    desk.events()
    assert desk.told[0] == "The subscription has ended: this is a new one."
    state = desk.file.read()
    assert state is not None and state.cursor is None
    desk.server.webhooks.clear()
    desk.told.clear()
    desk.forwarding = desk.made()
    desk.events(opened=False)
    assert [line.partition(":")[0] for line in desk.told] == ["Signing secret"]


def test_a_cursor_that_is_no_longer_kept_is_said_and_left(desk: Desk) -> None:
    desk.forwarding.acknowledge(EVENT)
    desk.server.swept = True
    desk.events()
    assert desk.told == ["Events that were not forwarded are kept no longer; it goes on with those that are."]


def test_another_run_takes_up_what_was_acknowledged(desk: Desk) -> None:
    desk.forwarding.acknowledge(EVENT)
    desk.forwarding = desk.made()
    desk.events(opened=False)
    assert desk.told == ["It goes on after the last event that was answered, with the same signing secret."]
    state = desk.file.read()
    assert state is not None and state.cursor == "d1"


class FakeForwarding:
    """Has the same events until they are acknowledged; may be away first."""

    def __init__(self, events: list[Any], away: int = 0) -> None:
        self.left = events
        self.away = away
        self.fetched = 0

    async def events(self) -> list[Any]:
        """What is left."""
        if self.away:
            self.away -= 1
            raise Unreachable("It does not answer.")
        self.fetched += 1
        return list(self.left)

    def acknowledge(self, event: Any) -> None:
        """Takes it off."""
        self.left.remove(event)


class FakeReceiver:
    """Answers, or does not."""

    url = "http://receiver"

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.got: list[str] = []

    async def post(self, headers: Any, body: str, answered: Callable[[int, int], None]) -> None:
        """Takes an event."""
        if self.away:
            self.away -= 1
            raise NoAnswer("nothing listens there")
        self.got.append(body)
        answered(204, 3)


class Run:
    """A run of the forwarder whose pauses are written down, until it has nothing more to do."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, forwarding: FakeForwarding, receiver: FakeReceiver
    ) -> None:
        self.pauses: list[float] = []
        self.told: list[str] = []
        self.warned: list[str] = []
        self._forwarding = forwarding

        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)
            if not forwarding.left:
                raise Stopped

        monkeypatch.setattr(forwarders.asyncio, "sleep", sleep)
        one: Any = forwarding
        other: Any = receiver
        with pytest.raises(Stopped):
            asyncio.run(Forwarder(one, other, self.told.append, self.warned.append).run())


def _events(count: int) -> list[Any]:
    return [{**EVENT, "delivery_id": f"d{number}", "body": str(number)} for number in range(count)]


def test_pauses_grow_while_the_receiver_is_away_up_to_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    forwarding, receiver = FakeForwarding(_events(2)), FakeReceiver(away=9)
    run = Run(monkeypatch, forwarding, receiver)
    assert run.pauses[:9] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10]
    assert run.warned == [
        "http://receiver does not answer: nothing listens there. It is tried again until it does."
    ]
    assert receiver.got == ["0", "1"]
    # What waited was signed long ago by then: each time it is fetched anew.
    assert forwarding.fetched == 1 + 9 + 1


def test_pauses_grow_while_the_sandbox_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(monkeypatch, FakeForwarding(_events(1), away=3), FakeReceiver())
    assert run.pauses[:3] == [0.2, 0.4, 0.8]
    assert run.warned == [
        "It does not answer. It is asked again until it does.",
        "The sandbox is back.",
    ]


def test_what_was_signed_a_minute_ago_is_fetched_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = itertools.count(0, 25.0)
    monkeypatch.setattr(forwarders.time, "monotonic", lambda: next(moments))
    forwarding, receiver = FakeForwarding(_events(5)), FakeReceiver()
    Run(monkeypatch, forwarding, receiver)
    assert receiver.got == ["0", "1", "2", "3", "4"]
    assert forwarding.fetched > 2


class FakeList:
    """A control plane with so many events, and a cursor where more follow."""

    origin = "http://sandbox"

    def __init__(self, count: int) -> None:
        self.ids = [f"e{number}" for number in range(count)]
        self.sizes: list[int] = []

    async def control(self, method: str, path: str, body: Any = None, query: Any = None) -> Answer:
        """A page."""
        start = int(query.get("after", 0))
        end = start + query["limit"]
        page = [{"event_id": each} for each in self.ids[start:end]]
        self.sizes.append(len(page))
        cursor = str(end) if end < len(self.ids) else None
        return Answer(200, {"events": page, "next_cursor": cursor, "has_more": cursor is not None})


@pytest.mark.parametrize("count", [0, 1, 2, 99, 100, 101, 250])
def test_following_shows_each_event_once_and_soon_asks_for_little(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    server = FakeList(count)
    shown: list[str] = []
    rounds = itertools.count()

    async def sleep(seconds: float) -> None:
        assert shown == server.ids
        if (turn := next(rounds)) == 6:
            raise Stopped
        server.ids += [f"e{len(server.ids) + number}" for number in range((0, 1, 3)[turn % 3])]

    monkeypatch.setattr(histories.asyncio, "sleep", sleep)
    fake: Any = server
    with pytest.raises(Stopped):
        asyncio.run(tail(fake, ENTITY, None, lambda event: shown.append(event["event_id"]), print))
    assert max(server.sizes[-4:]) <= 4


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"data":{"bom":{"id":"x","BomNumber":"BOM-0001"}}}', "BOM-0001"),
        ('{"data":{"work_order":{"id":"x","LotNumber":"L","WorkOrderNumber":"WO-1"}}}', "WO-1"),
        ('{"data":{"lot":{"id":"x"}}}', "x"),
        ('{"data":{"webhook_id":"w"}}', "w"),
        ('{"data":{}}', "-"),
        ("[]", "-"),
        ('{"data":{"bom":', "-"),
    ],
)
def test_a_record_goes_by_its_number_or_else_its_id(body: str, name: str) -> None:
    assert name_of(body) == name


def test_an_event_is_one_line() -> None:
    event = {**EVENT, "created_at": "2026-06-15T06:30:00.000Z", "revision": 2, "body": "\n"}
    assert event_line(event).split() == ["2026-06-15T06:30:00.000Z", "bom.updated", "-", "2", "e1"]


def test_a_receiver_is_an_address_of_http() -> None:
    assert Receiver("https://localhost:3000/hook?x=1").url == "https://localhost:3000/hook?x=1"
