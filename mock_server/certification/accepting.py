"""The lines on what a receiver takes: all that is signed as it should be, whatever it looks like."""

from __future__ import annotations

import base64
import secrets

from mock_server.certification.course import Course
from mock_server.certification.examples import grown, in_other_order, rendered, with_blanks, with_escapes

_LARGE_BYTES = 200_000


async def a_delivery(course: Course) -> None:
    """1: an event as the sandbox sends it is answered 2xx, and handled if that can be seen."""
    sent = course.sent("work_order.released", course.examples.event("work_order.released"))
    answer = await course.accepts(sent)
    if course.events_url is not None and answer.is_success:
        handled = await course.handled({sent.event_id})
        found = [each for each in handled if each == sent.event_id]
        course.seen_ids("the handled ids", "its id", found, bool(found))


async def raw_bytes(course: Course) -> None:
    """2: what is verified are the bytes, in whatever style they are written."""
    new, topic = course.examples.event, "quality_inspection.completed"
    for what, style in (
        ("blanks and line ends", with_blanks),
        ("escapes that nobody has to write", with_escapes),
        ("members in another order", in_other_order),
    ):
        event = new(topic)
        await course.accepts(course.sent(f"{what}, signed so", event, style(event)))
    plain, spaced = new(topic), new(topic)
    await course.refuses(
        course.sent("signed without blanks", plain).carrying(
            with_blanks(plain), "signed without blanks, sent with them"
        ),
        course.sent("signed with blanks", spaced, with_blanks(spaced)).carrying(
            rendered(spaced), "signed with blanks, sent without them"
        ),
    )


async def any_signature(course: Course) -> None:
    """7: of a list of signatures one has to fit, wherever it stands."""
    other = another_secret()
    for what, keys in (
        ("signatures of another secret and of this one", (other, course.secret)),
        ("signatures of this secret and of another one", (course.secret, other)),
    ):
        event = course.examples.event("bom.updated")
        await course.accepts(course.sent(what, event, secrets=keys))
    sent = course.sent(
        "a signature of a version to come, then the right one", course.examples.event("bom.updated")
    )
    unknown = "v9," + base64.b64encode(secrets.token_bytes(64)).decode()
    await course.accepts(sent.signed(f"{unknown} {sent.signature}"))


async def in_time(course: Course) -> None:
    """9: every topic is answered within the limit."""
    for topic in course.examples.topics:
        await course.accepts(course.sent(topic, course.examples.event(topic)), course.limit)


async def the_unknown(course: Course) -> None:
    """11: topics and members that nobody knows yet are answered 2xx."""
    unknown = course.examples.event("work_order.released")
    unknown |= {"topic": "machine.calibrated", "data": {"machine": {"id": course.examples.new_id()}}}
    await course.accepts(course.sent("an unknown topic, machine.calibrated", unknown))
    outer = course.examples.event("bom.created") | {"shard": {"number": 3}}
    await course.accepts(course.sent("an unknown member of the event", outer))
    inner = course.examples.event("bom.created")
    next(iter(inner["data"].values()))["Carbon"] = [{"Kilograms": 1.25}, None]
    await course.accepts(course.sent("an unknown member of the record", inner))


async def a_large_body(course: Course) -> None:
    """13: an event of 200 kB is answered 2xx."""
    event = grown(course.examples.event("work_order.completed"), _LARGE_BYTES)
    await course.accepts(course.sent("an order of many movements", event))


def another_secret() -> str:
    """A secret that nobody has."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
