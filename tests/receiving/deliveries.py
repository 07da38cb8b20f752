"""The contract's signed event, and what goes wrong with it on the way to a receiver's check."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from standardwebhooks import Webhook

from mock_server.contract import read_document
from mock_server.receiving import TOLERANCE, Received, Verdict, examine, received
from mock_server.settings import BUILT

OTHER = "whsec_" + base64.b64encode(b"the key of somebody else").decode()


@cache
def document() -> dict[str, Any]:
    """The built contract."""
    found: dict[str, Any] = read_document(BUILT / "openapi.json")
    return found


VECTOR: dict[str, str] = document()["x-signature-vector"]
SECRET, BODY = VECTOR["signing_secret"], VECTOR["body"]
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
AT = datetime.fromisoformat("2026-06-15T06:30:00+00:00")
# The member order is known from another topic's example too, where the objects are of the same kind.
SAMPLES = [
    each["value"] for name, each in document()["components"]["examples"].items() if name.endswith("Event")
]
GENUINE = received(BODY.encode(), VECTOR)


def sign(body: str, key: str | bytes = SECRET, event_id: str = GENUINE.id, at: datetime = AT) -> str:
    """The header that somebody sends who takes these for the event."""
    return Webhook(key).sign(event_id, at, body)


def judged(
    secret: str = SECRET,
    *more: str,
    at: datetime = AT,
    tolerance: timedelta = TOLERANCE,
    length: int | None = None,
    **changed: Any,
) -> Verdict:
    """The verdict on the genuine event with some of it changed."""
    delivery = replace(GENUINE, length=length, **changed)
    return examine(delivery, (secret, *more), at, tolerance, SAMPLES)


def named(verdict: Verdict) -> list[str]:
    """How the mistakes are called."""
    return [str(finding.mistake) for finding in verdict.findings]


def with_letters() -> tuple[str, Received]:
    """An event with letters outside ASCII, a slash and signs of markup, signed as the sandbox does."""
    event = json.loads(BODY)
    event["data"]["work_order"]["Notes"] = "Größe 28″ / <M5> & 'büro' — 0.000001"
    event["data"]["work_order"]["Materials"][0]["RequiredQuantity"] = 0.5
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return text, replace(GENUINE, body=text.encode(), signature=sign(text))
