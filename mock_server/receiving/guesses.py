"""What a delivery looks like whose signature nothing explains."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from mock_server.receiving.bodies import event_in
from mock_server.receiving.findings import Finding, Mistake
from mock_server.receiving.keys import KEY_BYTES, key_of
from mock_server.receiving.received import Received
from mock_server.receiving.stamps import is_standard, times_of

_BETWEEN = re.compile(r'"(?:[^"\\]|\\.)*"|(\s+)', re.DOTALL)

# Of what can be printed only the quotation mark and the backslash are escaped in events.
_ESCAPED = re.compile(r"\\/|\\u(?!00[01])")


def guesses(received: Received, secrets: Sequence[str]) -> Iterator[Finding]:
    """The mistakes that the parts show by themselves, the plainest first; another secret if there is none."""
    found = list(_visible(received))
    yield from found
    if not found:
        short = [secret for secret in secrets if len(key_of(secret)) not in KEY_BYTES]
        cut = ""
        if short:
            cut = f" A secret has {KEY_BYTES[0]} to {KEY_BYTES[-1]} bytes, this one {len(key_of(short[0]))}."
        yield Finding(
            Mistake.OTHER_SECRET,
            "nothing that usually happens to a delivery explains the signature; the secret is that of "
            f"another subscription, or a value of the body was changed.{cut}",
        )


def _visible(received: Received) -> Iterator[Finding]:
    if not is_standard(received.signature):
        yield Finding(
            Mistake.OTHER_SCHEME, "the signature is not of Standard Webhooks: `v1,` and 32 bytes in Base64."
        )
    if not times_of(received.timestamp):
        yield Finding(Mistake.TIME_UNIT, "the timestamp is no number of seconds since 1970.")
    event = event_in(received.body)
    yield from _of_length(received, event)
    if isinstance(event, dict) and isinstance(event.get("event_id"), str):
        if event["event_id"] != received.id:
            detail = "webhook-id is not the event_id of the body: headers and body are of two events."
            yield Finding(Mistake.ID, detail)
    if event is not None and _is_restyled(received.body, event):
        detail = "it is laid out or ordered as no event is sent; verify the bytes as they came."
        yield Finding(Mistake.RESERIALISED, detail)


def _of_length(received: Received, event: Any) -> Iterator[Finding]:
    have, said = len(received.body), received.length
    if said is not None and have < said:
        yield Finding(Mistake.TRUNCATED, f"{have} bytes are here, and Content-Length says {said}.")
    elif said is not None and have > said:
        yield Finding(Mistake.NOT_JSON, f"{have} bytes are here, and Content-Length says {said}.")
    elif event is None:
        yield Finding(*_broken(received.body))


def _broken(body: bytes) -> tuple[Mistake, str]:
    text = body.decode("utf-8", "replace").rstrip("\ufffd \r\n")
    if not text:
        return Mistake.TRUNCATED, "there is none; a parser may have read it before."
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        # A text that is cut misses what should come next, or the end of a string that begins earlier.
        is_at_end = error.pos >= len(text) - 6 or error.msg.startswith("Unterminated")
        if text[0] in '{["' and is_at_end:
            return Mistake.TRUNCATED, f"its JSON ends within a value, after {len(body)} bytes."
    except RecursionError:
        pass
    return Mistake.NOT_JSON, "it is no JSON, and every event is."


def _is_restyled(body: bytes, event: Any) -> bool:
    text = body.decode("utf-8", "replace")
    if _ESCAPED.search(text) or any(match[1] for match in _BETWEEN.finditer(text)):
        return True
    return isinstance(event, dict) and len(event) > 1 and list(event) == sorted(event)
