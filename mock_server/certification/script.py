"""The script: its lines in their order, and one receiver that is taken through them."""

from __future__ import annotations

import binascii
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from mock_server.certification import accepting, keeping, refusing
from mock_server.certification.course import Course
from mock_server.certification.evidence import Certificate, Evidence, LineResult, Outcome, Unusable
from mock_server.certification.examples import Examples
from mock_server.certification.sender import Sender, Unreached
from mock_server.clock import Clock
from mock_server.contract import Contract
from mock_server.events import signed_headers

# Seconds within which HelloBooks' sandbox wants an answer; one that comes later is waited for, and is late.
LIMIT = 15.0
_SETTLE = 15.0
BURST = 200


class Line(NamedTuple):
    """A line of the script: what is certified, and what plays it."""

    title: str
    play: Callable[[Course], Awaitable[None]]


LINES = {
    1: Line("accepts a correct delivery", accepting.a_delivery),
    2: Line("verifies the raw bytes", accepting.raw_bytes),
    3: Line("refuses a bad signature", refusing.a_bad_signature),
    4: Line("refuses another secret", refusing.another_key),
    5: Line("refuses a stale time, and one from the future", refusing.another_time),
    6: Line("refuses missing headers", refusing.missing_headers),
    7: Line("accepts any signature of a list", accepting.any_signature),
    8: Line("handles a repeated event once", keeping.repeated),
    9: Line("answers in time", accepting.in_time),
    10: Line("survives reordering", keeping.reordered),
    11: Line("tolerates unknown topics and members", accepting.the_unknown),
    12: Line("keeps up with a burst", keeping.burst),
    13: Line("takes a large body", accepting.a_large_body),
    14: Line("refuses a truncated body", refusing.a_truncated_body),
}
_FIRST = 1


@dataclass(frozen=True)
class Plan:
    """Which receiver is certified, and how; without `only` by every line.

    `limit` and `settle` are seconds, for an answer and for the handling of an event that was accepted.
    """

    target: str
    secret: str
    events_url: str | None = None
    only: Collection[int] = ()
    burst: int = BURST
    limit: float = LIMIT
    settle: float = _SETTLE
    monotonic: Callable[[], float] = Clock.monotonic


async def certify(plan: Plan, contract: Contract, told: Callable[[LineResult], object]) -> Certificate:
    """Plays the script; `told` hears of each line as it ends. Raises Unusable where it cannot be played.

    The first line is always played: of a receiver that takes nothing no other line can be seen.
    """
    _check(plan)
    examples = Examples(contract)
    started = datetime.fromtimestamp(Clock.wall(), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    results: list[LineResult] = []
    async with Sender(2 * plan.limit, plan.monotonic) as sender:
        if plan.events_url is not None:
            await sender.ids(plan.events_url)
        for number, line in LINES.items():
            if plan.only and number not in {_FIRST, *plan.only}:
                continue
            course = Course(
                sender,
                examples,
                plan.target,
                plan.secret,
                plan.events_url,
                plan.burst,
                plan.limit,
                plan.settle,
                is_reached=bool(results),
            )
            is_taking = not results or results[0].outcome is Outcome.PASS
            results.append(await _played(number, line, course, is_taking))
            told(results[-1])
    return Certificate(
        _shown(plan.target),
        started,
        examples.version,
        plan.burst,
        plan.events_url is not None,
        tuple(results),
    )


async def _played(number: int, line: Line, course: Course, is_taking: bool) -> LineResult:
    if not is_taking:
        reason = "Not played: the receiver takes no correct delivery (line 1)."
        return LineResult(number, line.title, Outcome.UNSEEN, (), reason)
    try:
        await line.play(course)
    except Unreached as error:
        raise Unusable(f"Nothing answers at {_shown(course.url)}: {error}.") from error
    except Unusable as error:
        # The list was there when the script began: a receiver that has broken since is no wrong input.
        course.evidence.append(Evidence("the handled ids", "a JSON list", str(error), False))
    outcome = Outcome.UNSEEN if course.reason else Outcome.PASS
    if not all(each.is_right for each in course.evidence):
        outcome = Outcome.FAIL
    return LineResult(number, line.title, outcome, tuple(course.evidence), course.reason)


def _check(plan: Plan) -> None:
    for name, url in (("--target", plan.target), ("--events-url", plan.events_url)):
        if url is not None and not _is_usable(url):
            raise Unusable(f"{name} is an address such as http://localhost:3000/hook, without a user name.")
    # Loaded where it is needed.
    from standardwebhooks.webhooks import EmptyWebhookSecretError

    try:
        signed_headers((plan.secret,), "id", b"", datetime.fromtimestamp(0, UTC))
    except (EmptyWebhookSecretError, binascii.Error, ValueError) as error:
        raise Unusable("--secret is no signing secret: whsec_, then Base64.") from error


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        return False
    is_plain = "@" not in parts.netloc and not parts.fragment and url.isprintable() and " " not in url
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port and is_plain


def _shown(url: str) -> str:
    """The address without its query, which may hold a password, as the certificate is passed on."""
    return urlsplit(url)._replace(query="", fragment="").geturl()
