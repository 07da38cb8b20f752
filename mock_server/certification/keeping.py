"""The lines on many deliveries: repeated, in another order, all at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from mock_server.certification.course import Course, Sent, evidence_of
from mock_server.certification.evidence import Evidence
from mock_server.certification.sender import Answer

AT_ONCE = 10
# Of the deliveries of a burst that went wrong so many are shown.
_SHOWN = 5
_TOPIC = "quality_inspection.created"


async def repeated(course: Course) -> None:
    """8: an event that comes twice is answered 2xx twice, and handled once."""
    in_turn, at_once = course.examples.event(_TOPIC), course.examples.event(_TOPIC)
    await course.accepts(course.sent("an event", in_turn))
    await course.accepts(course.sent("the same event again", in_turn))
    await asyncio.gather(
        *(course.accepts(course.sent("an event twice at the same time", at_once)) for _ in range(2))
    )
    if course.events_url is None:
        course.reason = "Without --events-url it was not seen whether a repeated event is handled once."
        return
    # Once a later one has been handled, a second time would have been seen.
    after = course.sent("a right one after that", course.examples.event(_TOPIC))
    await course.accepts(after)
    ids = [in_turn["event_id"], at_once["event_id"]]
    handled = await course.handled({*ids, after.event_id})
    for what, event_id in zip(("the one sent twice", "the one sent twice at once"), ids, strict=True):
        found = [each for each in handled if each == event_id]
        course.seen_ids(f"the handled ids: {what}", "its id once", found, len(found) == 1)


async def reordered(course: Course) -> None:
    """10: events of one record that arrive from the last to the first are all answered 2xx."""
    sent: list[Sent] = []
    for topics in (
        ("work_order.completed", "work_order.released"),
        ("bom.restored", "bom.archived", "bom.updated", "bom.created"),
    ):
        record = course.examples.new_id()
        for place, topic in enumerate(topics):
            event = course.examples.event(topic, record, timedelta(minutes=place))
            sent.append(course.sent(f"{topic}, {place} min older" if place else topic, event))
            await course.accepts(sent[-1])
    await _all_handled(course, sent)


async def burst(course: Course) -> None:
    """12: many deliveries, ten at once, are each answered 2xx within the limit."""
    loop = asyncio.get_running_loop()
    left = iter(range(course.burst))
    done: list[tuple[Sent, Answer]] = []

    async def work() -> None:
        for number in left:
            sent = course.sent(f"delivery {number + 1} of the burst", course.examples.event(_TOPIC))
            done.append((sent, await course.post(sent)))

    started = loop.time()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    seconds = max(loop.time() - started, 0.001)
    wrong = [
        (sent, answer) for sent, answer in done if not answer.is_success or answer.ms > course.limit * 1000
    ]
    wanted = f"2xx in {course.limit:g} s"
    slowest = max(answer.ms for _, answer in done)
    seen = f"{len(done) - len(wrong)} so, {len(done) / seconds:.0f} a second, the slowest in {slowest} ms"
    what = f"{course.burst} deliveries, {AT_ONCE} at once"
    course.evidence.append(Evidence(what, f"each {wanted}", seen, not wrong, ms=slowest))
    course.evidence.extend(evidence_of(sent, wanted, answer, False) for sent, answer in wrong[:_SHOWN])
    await _all_handled(course, [sent for sent, answer in done if answer.is_success])


async def _all_handled(course: Course, sent: list[Sent]) -> None:
    if course.events_url is None:
        return
    ids = {each.event_id for each in sent}
    missing = sorted(ids - set(await course.handled(ids)))
    course.seen_ids("the handled ids: those that are missing", "none", missing, not missing)
