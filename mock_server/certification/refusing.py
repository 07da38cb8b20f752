"""The lines on what a receiver refuses, and that it goes on afterwards."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from datetime import timedelta

from mock_server.certification.accepting import another_secret
from mock_server.certification.course import Course

# Five minutes are usual; who allows twice as many lets too much be repeated.
_OFF = timedelta(minutes=10)
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_TOPIC = "work_order.cancelled"


async def a_bad_signature(course: Course) -> None:
    """3: a signature that is none of these bytes, this id and this time."""
    new = course.examples.event
    noise = "v1," + base64.b64encode(secrets.token_bytes(32)).decode()
    half = course.sent("the first third of the right signature", new(_TOPIC))
    changed = course.sent("one digit of the body changed", new(_TOPIC))
    renamed = course.sent("the webhook-id changed", new(_TOPIC))
    await course.refuses(
        course.sent("a signature of chance", new(_TOPIC)).signed(noise),
        course.sent("an empty signature", new(_TOPIC)).signed("v1,"),
        half.signed(half.signature[:19]),
        changed.carrying(_with_another_digit(changed.body)),
        renamed.named(course.examples.new_id()),
    )


async def another_key(course: Course) -> None:
    """4: a signature by another secret than the one that was agreed."""
    new = course.examples.event
    as_text = "whsec_" + base64.b64encode(course.secret.encode()).decode()
    keys = [
        ("signed with another secret", another_secret()),
        ("signed with the text of the secret, not decoded", as_text),
    ]
    if course.examples.published_secret != course.secret:
        keys.append(("signed with the secret of the contract's example", course.examples.published_secret))
    await course.refuses(*(course.sent(what, new(_TOPIC), secrets=(key,)) for what, key in keys))


async def another_time(course: Course) -> None:
    """5: a right signature of a time long gone, or yet to come."""
    new = course.examples.event
    await course.refuses(
        course.sent("signed ten minutes ago", new(_TOPIC), off=-_OFF),
        course.sent("signed a day ago", new(_TOPIC), off=-timedelta(days=1)),
        course.sent("signed ten minutes from now", new(_TOPIC), off=_OFF),
    )


async def missing_headers(course: Course) -> None:
    """6: no delivery is taken without all of its headers, and none breaks the receiver."""
    new = course.examples.event
    await course.refuses(
        *(course.sent(f"no {name}", new(_TOPIC)).without(name) for name in _HEADERS),
        course.sent("none of the three", new(_TOPIC)).without(*_HEADERS),
    )


async def a_truncated_body(course: Course) -> None:
    """14: a body that ends early, with the signature of the whole; or whose connection does."""
    new = course.examples.event
    half, last, cut, empty = (course.sent("", new(_TOPIC)) for _ in range(4))
    ended = cut.carrying(_half(cut.body), "the first half of a body, then the connection's end")
    await course.refuses(
        half.carrying(_half(half.body), "the first half of a body"),
        last.carrying(last.body[:-1], "a body without its last byte"),
        empty.carrying(b"", "an empty body"),
        replace(ended, whole=len(cut.body)),
    )


def _half(body: bytes) -> bytes:
    """Up to a whole character: what is no UTF-8 is another mistake."""
    text = body.decode()
    return text[: len(text) // 2].encode()


def _with_another_digit(body: bytes) -> bytes:
    """A quantity more than was signed."""
    return body.replace(b'"PlannedQuantity":', b'"PlannedQuantity":1', 1)
