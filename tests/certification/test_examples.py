"""The events that are played are those of the contract, whatever their style."""

from __future__ import annotations

import json
from datetime import timedelta

from mock_server.certification.examples import (
    Examples,
    document_of,
    grown,
    in_other_order,
    rendered,
    with_blanks,
    with_escapes,
)
from mock_server.events import EventCheck
from tests.certification.test_script import contract

EXAMPLES = Examples(contract())


def test_an_event_of_every_topic_fits_the_contract() -> None:
    check = EventCheck(contract())
    assert EXAMPLES.topics == list(contract().document["webhooks"])
    for topic in EXAMPLES.topics:
        check(topic, rendered(EXAMPLES.event(topic)))


def test_a_large_event_fits_the_contract_and_is_200_kb() -> None:
    body = rendered(grown(EXAMPLES.event("work_order.completed"), 200_000))
    EventCheck(contract())("work_order.completed", body)
    assert 200_000 <= len(body) < 210_000


def test_each_style_is_the_same_json_in_other_bytes() -> None:
    for topic in EXAMPLES.topics:
        event = EXAMPLES.event(topic)
        bodies = [style(event) for style in (rendered, with_blanks, with_escapes, in_other_order)]
        assert all(json.loads(body) == event for body in bodies)
        assert len(set(bodies)) == 4


def test_each_event_has_an_id_and_a_record_of_its_own_unless_one_is_named() -> None:
    first, second = (EXAMPLES.event("bom.created") for _ in range(2))
    assert first["event_id"] != second["event_id"]
    assert document_of(first)["id"] != document_of(second)["id"]
    older = EXAMPLES.event("bom.created", document_of(first)["id"], timedelta(minutes=1))
    assert document_of(older)["id"] == document_of(first)["id"]
    assert older["created_at"] < first["created_at"]
