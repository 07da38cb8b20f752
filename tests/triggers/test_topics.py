"""Each of the topics that are sent can be brought about, where nothing is there and where something is."""

from __future__ import annotations

import json

import pytest

from mock_server.triggers import PATHS, Operations
from tests.triggers.hand import Hand, command


def test_every_topic_that_is_sent_has_a_path() -> None:
    assert set(PATHS) == set(Operations().sent)


@pytest.mark.parametrize("topic", PATHS)
def test_the_listed_path_is_the_one_where_nothing_is_there(empty: Hand, topic: str) -> None:
    before = empty.state()
    done = empty.trigger(topic, "--dry-run")
    operations = Operations()
    assert (done.code, done.sentence) == (0, "")
    assert done.steps == [operations[name].shown for name in PATHS[topic].steps]
    assert empty.state() == before


def test_each_topic_is_listed_with_its_path() -> None:
    lines = command("--list").lines
    for topic, path in PATHS.items():
        place = next(number for number, line in enumerate(lines) if line.startswith(f"{topic} "))
        assert lines[place + 1].strip().split(" → ") == list(path.steps)


@pytest.mark.parametrize("topic", PATHS)
def test_the_event_is_sent_by_the_steps_of_the_dry_run(hand: Hand, topic: str) -> None:
    dry = hand.trigger(topic, "--dry-run")
    done = hand.trigger(topic)
    assert (done.code, done.sentence) == (0, "")
    assert done.steps == dry.steps
    shown, number, event_id = done.lines[-1].split()
    event = hand.event(event_id)
    [record] = json.loads(event["body"])["data"].values()
    assert shown == event["topic"] == topic
    assert number in record.values()


def test_an_empty_entity_has_what_is_missing_made(empty: Hand) -> None:
    operations = Operations()
    made = {"POST /vendors", "POST /items", "POST /boms"}
    for topic, has_part in (("work_order.completed", False), ("subcontract_order.completed", True)):
        steps = [operations[name].shown for name in PATHS[topic].steps]
        if has_part:
            steps.remove("POST /items")
        assert empty.trigger(topic).steps == steps
        assert empty.trigger(topic).steps == [step for step in steps if step not in made]
