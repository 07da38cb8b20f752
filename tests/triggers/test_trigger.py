"""Options of `trigger`: values of the last step, tokens, topics that there are not, and no server."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from contract_tests.kit import sandbox
from mock_server.triggers.supplies import GOODS
from tests.forwarding.machine import run, sentence
from tests.triggers.hand import Hand, command


def test_a_value_that_is_set_is_typed_by_the_last_step(hand: Hand) -> None:
    done = hand.trigger("work_order.completed", "--set", "CompletedQuantity=4", "--set", "LotNumber=12")
    assert done.code == 0
    number = done.lines[-1].split()[1]
    [order] = hand.call("GET", f"/work-orders?search={number}")["work_orders"]
    assert (order["CompletedQuantity"], order["LotNumber"]) == (4, "12")


def test_what_is_left_of_a_quantity_follows_what_was_set(hand: Hand) -> None:
    assert hand.trigger("work_order.completed", "--set", "ScrappedQuantity=4").code == 0
    rejected = ("RejectedQuantity=4", "Disposition=Rework", "DispositionReason=Too light")
    given = [part for value in rejected for part in ("--set", value)]
    assert hand.trigger("quality_inspection.completed", *given).code == 0
    assert hand.trigger("subcontract_order.goods_received", "--set", "RejectedQuantity=10").code == 0


@pytest.mark.parametrize(
    ("topic", "given", "told"),
    [
        (
            "work_order.completed",
            "CompletedQuantty=4",
            "completeWorkOrder: CompletedQuantty is not a member of this object; "
            "did you mean CompletedQuantity?",
        ),
        (
            "work_order.completed",
            "CompletedQuantity=four",
            "completeWorkOrder: CompletedQuantity must be a number, not text.",
        ),
        ("work_order.completed", "CompletedQuantity", "CompletedQuantity is not of the form Name=Value."),
        ("work_order.released", "Notes=x", "releaseWorkOrder takes no body: Notes cannot be set."),
    ],
)
def test_a_value_that_does_not_fit_is_refused_before_the_first_step(
    hand: Hand, topic: str, given: str, told: str
) -> None:
    before = hand.state()
    done = hand.trigger(topic, "--set", given)
    assert (done.code, done.lines, done.sentence) == (1, [], told)
    assert hand.state() == before


def test_an_update_that_changes_nothing_sends_nothing(hand: Hand) -> None:
    done = hand.trigger("bom.updated", "--for", "BOM-0001", "--set", "Notes=null")
    assert done.code == 1
    assert done.sentence == "Nothing of BOM-0001 has changed: bom.updated was not sent."


def test_a_token_is_taken_as_it_is_given(hand: Hand) -> None:
    tenant = hand.target.tenant
    place = ("--org", tenant.org, "--entity", tenant.entity)
    assert hand.trigger("bom.updated", *place, "--token", tenant.token).code == 0
    refused = hand.trigger("bom.updated", *place, "--token", "no-token")
    assert refused.code == 1
    assert refused.sentence.startswith("GET /item: 401 ")


def test_another_entity_can_be_named(hand: Hand) -> None:
    other = hand.target.others[0]
    done = hand.trigger("bom.created", "--org", other.org, "--entity", other.entity)
    assert done.code == 0
    unknown = hand.trigger("bom.created", "--org", "org-nobody")
    assert unknown.sentence.startswith("The sandbox has no entity org-nobody; it has ")


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        (
            "work_order.complete",
            "work_order.complete is not a topic that is sent; did you mean work_order.completed? "
            "--list shows them.",
        ),
        ("nothing", "nothing is not a topic that is sent; --list shows them."),
        ("lot.created", "lot.created can be subscribed to, and nothing sends it."),
    ],
)
def test_a_topic_that_is_not_sent_is_told(topic: str, told: str) -> None:
    done = command(topic)
    assert (done.code, done.sentence) == (2, told)


def test_without_a_topic_it_says_where_they_are(home: Path) -> None:
    done = run(home, "trigger")
    assert done.returncode == 2
    assert sentence(done) == "Name a topic; --list shows them."


def test_without_a_server_it_is_one_sentence(home: Path) -> None:
    done = run(home, "trigger", "bom.created", "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert sentence(done) == "http://127.0.0.1:9 does not answer: nothing listens there."


def test_a_sandbox_as_the_gateway_is_today_gets_nothing_made() -> None:
    with sandbox(stage="today") as target:
        done = command("bom.updated", "--url", target.origin)
        tenant = target.tenant
        url = f"{target.control}/orgs/{tenant.org}/entities/{tenant.entity}"
        made = httpx.post(f"{url}/items", json={"ItemCode": GOODS, "Name": "New", "Uom": "NOS"})
    told = f"{target.origin} is as the gateway is today: nothing of what sends events is there."
    assert (done.code, done.lines, done.sentence) == (1, [], told)
    assert made.status_code == 201


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the commands of a user remember."""
    return tmp_path / "state"
