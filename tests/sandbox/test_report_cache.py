"""Reports are kept for five minutes, per entity, until a work order moves (INV-G11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mock_server.app import build_app
from mock_server.wire import instant
from tests.asgi import E1, E2, Client, base_of, token_for
from tests.conftest import PINNED

REPORT = "job-costing"
# A move of each kind of the demo data's orders, by number.
MOVES: dict[str, tuple[str, Any]] = {
    "release": ("WO-0001", None),
    "complete": ("WO-0003", {"CompletedQuantity": 40}),
    "cancel": ("WO-0002", None),
}


class Reader:
    """Reads reports at chosen moments."""

    def __init__(self, sandbox: Any) -> None:
        self.sandbox = sandbox
        app = build_app(sandbox)
        self.clients = {pair: Client(app, token_for(sandbox, pair)) for pair in (E1, E2)}

    def at(self, seconds: int) -> None:
        """Sets the clock."""
        self.sandbox.clock.pin(PINNED + timedelta(seconds=seconds))

    def report(self, pair: tuple[str, str] = E1, query: str = "") -> Any:
        """The report of an entity."""
        answer = self.clients[pair]("GET", f"{base_of(pair)}/manufacturing-reports/{REPORT}{query}")
        assert answer.status == 200, answer.body
        return answer

    def generated(self, pair: tuple[str, str] = E1, query: str = "") -> str:
        """When it was worked out."""
        moment: str = self.report(pair, query).json()["generated_at"]
        return moment

    def move(self, action: str) -> None:
        """Moves a work order of the first entity."""
        number, body = MOVES[action]
        client = self.clients[E1]
        orders = client("GET", f"{base_of()}/work-orders?limit=100").json()["work_orders"]
        [id] = [each["id"] for each in orders if each["WorkOrderNumber"] == number]
        answer = client("POST", f"{base_of()}/work-orders/{id}/{action}", body)
        assert answer.status == 200, answer.body


@pytest.fixture
def reader(sandbox: Any) -> Reader:
    """The seeded sandbox, its clock at the moment of the demo data."""
    return Reader(sandbox)


def moment(seconds: int) -> str:
    return instant(PINNED + timedelta(seconds=seconds))


def test_a_report_is_the_same_for_five_minutes_and_no_longer(reader: Reader) -> None:
    first = reader.report().body
    reader.at(299)
    assert reader.report().body == first
    reader.at(300)
    assert reader.generated() == moment(300)


@pytest.mark.parametrize("action", MOVES)
def test_a_move_of_a_work_order_drops_every_report_of_its_entity_alone(reader: Reader, action: str) -> None:
    for pair, query in ((E1, ""), (E1, "?limit=1"), (E2, "")):
        assert reader.generated(pair, query) == moment(0)
    reader.at(10)
    reader.move(action)
    assert reader.generated() == reader.generated(query="?limit=1") == moment(10)
    assert reader.generated(E2) == moment(0), "another entity's stays"


def test_other_writes_leave_reports_as_they_are(reader: Reader) -> None:
    first = reader.report().body
    reader.at(10)
    client = reader.clients[E1]
    [wheel] = client("GET", f"{base_of()}/item?itemCode=SF-WHEEL-F").json()["items"]
    body = {"ItemRefId": wheel["id"], "PlannedQuantity": 1}
    assert client("POST", f"{base_of()}/work-orders", body).status == 201
    assert reader.report().body == first


def test_a_cursor_of_a_report_is_taken_in_one_spelling_only(reader: Reader) -> None:
    cursor = reader.report(query="?limit=1").json()["next_cursor"]
    assert len(cursor) % 4, "the last character has bits to spare"
    path = f"{base_of()}/manufacturing-reports/{REPORT}?limit=1&after={cursor[:-1]}"
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    taken = [last for last in alphabet if reader.clients[E1]("GET", path + last).status == 200]
    assert taken == [cursor[-1]]
