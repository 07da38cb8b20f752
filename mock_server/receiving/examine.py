"""Whether a body, its headers and a secret fit, and what has to be undone for them to fit."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from mock_server.receiving.bodies import bodies_of, event_in
from mock_server.receiving.findings import Finding, Mistake, Variant, Verdict
from mock_server.receiving.guesses import guesses
from mock_server.receiving.keys import PREFIX, keys_of
from mock_server.receiving.received import Received
from mock_server.receiving.stamps import digests_of, ids_of, times_of

# What receivers allow between their clock and the sender's.
TOLERANCE = timedelta(minutes=5)
_MOST_MISTAKES = 2
# Of a longer body only one mistake at a time is looked for.
_LONG = 64 * 1024
_SPANS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def examine(
    received: Received,
    secrets: Sequence[str],
    now: datetime,
    tolerance: timedelta = TOLERANCE,
    samples: Iterable[Any] = (),
) -> Verdict:
    """The verdict on a delivery at a moment; of several secrets, as in a rotation, one has to fit.

    `samples` are events as they are sent: they tell the order of members, where a body has lost it.
    """
    notes = received.notes
    found = _found(received, secrets, samples)
    if found is None:
        return Verdict(False, tuple(guesses(received, secrets)), is_proven=False, notes=notes)
    moment, findings, secret = found
    if not secret.startswith(PREFIX) and not findings:
        notes = (*notes, f"The secret is without its prefix, `{PREFIX}`; libraries take it with or without.")
    findings = (*findings, *_late(moment, now, tolerance))
    return Verdict(not findings, findings, notes=notes)


def _found(
    received: Received, secrets: Sequence[str], samples: Iterable[Any]
) -> tuple[datetime, tuple[Finding, ...], str] | None:
    """The moment that was signed, the fewest mistakes with which the signature fits, and the secret."""
    digests, times = digests_of(received.signature), times_of(received.timestamp)
    if not digests or not times:
        return None
    event = event_in(received.body)
    bodies: list[Variant[str]] = []
    made = bodies_of(received.body, samples)
    keys = [(secret, key) for secret in secrets for key in keys_of(secret)]
    ids = ids_of(received.id, event)
    limit = _MOST_MISTAKES if len(received.body) <= _LONG else 1
    for mistakes in range(limit + 1):
        # The variants of a body are made once the body as it stands has failed.
        bodies = bodies or [next(made, Variant("", ()))]
        if mistakes:
            bodies.extend(made)
        for (secret, key), time, event_id in product(keys, times, ids):
            left = mistakes - len(key.findings) - len(time.findings) - len(event_id.findings)
            sign = _signer(key.value)
            for body in bodies if left >= 0 else ():
                if len(body.findings) != left:
                    continue
                digest = sign(event_id.value, time.value, body.value)
                if digest in digests:
                    parts = (key.findings, event_id.findings, time.findings, body.findings, digests[digest])
                    return time.value, tuple(each for part in parts for each in part), secret
    return None


def _signer(key: str | bytes) -> Any:
    """What gives the digest of an event, worked out by the library of Standard Webhooks."""
    # Loaded where it is needed.
    from standardwebhooks import Webhook

    webhook = Webhook(key)

    def sign(event_id: str, moment: datetime, body: str) -> bytes:
        try:
            return base64.b64decode(webhook.sign(event_id, moment, body).partition(",")[2])
        except UnicodeEncodeError:
            # Half a pair of surrogates, which JSON can write and UTF-8 cannot.
            return b""

    return sign


def _late(moment: datetime, now: datetime, tolerance: timedelta) -> Iterator[Finding]:
    off = now - moment
    if off > tolerance:
        yield Finding(
            Mistake.STALE,
            f"it was signed {_span(off)} before, and {_span(tolerance)} are allowed; one that was kept is "
            "checked as at its own moment (--at).",
        )
    elif -off > tolerance:
        yield Finding(
            Mistake.FUTURE,
            f"it was signed {_span(-off)} later, and {_span(tolerance)} are allowed; a clock is wrong.",
        )


def _span(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    parts = []
    for unit, name in _SPANS:
        if seconds >= unit:
            parts.append(f"{seconds // unit} {name}")
            seconds %= unit
    return " ".join(parts[:2]) or "0 s"
