"""When a rule comes about, by its count, its start, its chance and its bursts."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_server.faults.rules import Rule, between
from mock_server.faults.stale import Memory
from mock_server.gateway import Answer
from mock_server.storage.fault_rules import Progress, StoredRule

MANY = 300


def rule(kind: str = "reset", **setting: Any) -> Rule:
    """A rule that is not stored anywhere."""
    return Rule(StoredRule("an id", 1, {"kind": kind, "seed": "s", **setting}, None, Progress()))


def times(made: Rule, count: int = MANY) -> list[bool]:
    """Whether it comes about, request by request."""
    progress = Progress()
    found = [made.comes_about(progress) for _ in range(count)]
    assert (progress.matched, progress.fired) == (count, sum(found))
    return found


@given(st.integers(0, 50), st.integers(1, 50))
def test_it_begins_after_so_many_and_ends_after_so_often(after: int, count: int) -> None:
    found = times(rule(after=after, count=count))
    assert found == [after <= place < after + count for place in range(MANY)]


@given(st.text(min_size=1, max_size=10), st.floats(0, 1), st.integers(0, 20))
def test_chance_goes_by_the_seed_and_the_request_alone(seed: str, chance: float, after: int) -> None:
    found = times(rule(seed=seed, probability=chance))
    assert found == times(rule(seed=seed, probability=chance))
    later = times(rule(seed=seed, probability=chance, after=after))
    assert later == [False] * after + found[after:], "what begins later meets the same chances"


def test_a_fifth_is_about_a_fifth() -> None:
    assert 0.17 < sum(times(rule(probability=0.2), 10_000)) / 10_000 < 0.23


@given(st.integers(1, 20), st.integers(1, 5))
def test_a_burst_goes_on_for_so_many(requests: int, count: int) -> None:
    found = times(rule("burst", requests=requests, count=count, after=2))
    assert found == [2 <= place < 2 + requests * count for place in range(MANY)]


@given(st.integers(0, 60_000), st.integers(0, 60_000), st.integers(0, 1000))
def test_a_wait_by_chance_lies_between_its_ends(one: int, other: int, time: int) -> None:
    least, most = sorted((one, other))
    made = rule("latency", milliseconds=least, to_milliseconds=most)
    assert least / 1000 <= made.wait(time) <= most / 1000
    assert made.wait(time) == made.wait(time)
    assert rule("latency", milliseconds=least).wait(time) == least / 1000


POINTS = st.lists(
    st.tuples(st.floats(0, 100), st.integers(0, 60_000)), min_size=1, max_size=20, unique_by=lambda p: p[0]
).map(lambda points: [{"percent": p, "milliseconds": m} for p, m in sorted(points)])


@given(POINTS, st.floats(0, 100))
def test_a_distribution_passes_through_its_points_and_is_level_outside(
    points: list[dict[str, Any]], percent: float
) -> None:
    for point in points:
        assert between(points, point["percent"]) == point["milliseconds"]
    first, last = points[0], points[-1]
    figures = [point["milliseconds"] for point in points]
    assert min(figures) <= between(points, percent) <= max(figures)
    if percent <= first["percent"]:
        assert between(points, percent) == first["milliseconds"]
    if percent >= last["percent"]:
        assert between(points, percent) == last["milliseconds"]


@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=30))
def test_a_stale_read_is_the_last_other_answer(bodies: list[bytes]) -> None:
    memory, key = Memory(), ("install", "/path", b"")
    runs: list[bytes] = []
    for body in bodies:
        if not runs or runs[-1] != body:
            runs.append(body)
        shown = memory.older(key, Answer(200, body)).body
        assert shown == (runs[-2] if len(runs) > 1 else runs[-1])


def test_what_is_remembered_of_reads_is_bounded() -> None:
    memory = Memory()
    for number in range(600):
        memory.older(("install", f"/{number}", b""), Answer(200, b"old"))
    assert memory.older(("install", "/0", b""), Answer(200, b"new")).body == b"new", "it was forgotten"
    assert memory.older(("install", "/599", b""), Answer(200, b"new")).body == b"old"
    memory.older(("install", "/large", b""), Answer(200, b"x" * 20_000_000))
    assert memory.older(("install", "/599", b""), Answer(200, b"newer")).body == b"newer"
