"""What else was signed, and the signature itself: ids, times and digests as they may have been meant."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from mock_server.receiving.findings import Finding, Mistake, Variant

DIGEST_BYTES = 32
_ENTRY = re.compile(r"v1,([^,]+)")
_DIGEST = re.compile(r"(?<![A-Za-z0-9+/_-])([0-9A-Fa-f]{64}|[A-Za-z0-9+/_-]{43}=?)(?![A-Za-z0-9+/_=-])")
_FORM = Finding(
    Mistake.SIGNATURE_FORM,
    "it is not written as `v1,` and Base64, with a blank between several; compare with what the header says.",
)
_HEX = Finding(Mistake.SIGNATURE_FORM, "it is written in hexadecimal; the header has Base64 after `v1,`.")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-|[A-Za-z]{3}, |[0-9]{1,2} [A-Za-z]{3} ")
_UNITS = {1_000: "milliseconds", 1_000_000: "microseconds", 1_000_000_000: "nanoseconds"}
# The year 5138: what is greater counts finer units.
_LATEST = 100_000_000_000


def digests_of(signature: str) -> dict[bytes, tuple[Finding, ...]]:
    """The digests that a header may hold, those that a library finds in it first."""
    found: dict[bytes, tuple[Finding, ...]] = {}
    for entry in signature.split(" "):
        if (read := _ENTRY.fullmatch(entry)) and (digest := _decoded(read[1])):
            found[digest] = ()
    for match in _DIGEST.finditer(signature):
        if len(match[1]) == 2 * DIGEST_BYTES:
            found.setdefault(bytes.fromhex(match[1]), (_HEX,))
        elif digest := _decoded(match[1].replace("-", "+").replace("_", "/").rstrip("=") + "="):
            found.setdefault(digest, (_FORM,))
    return found


def is_standard(signature: str) -> bool:
    """Whether a library finds a digest to compare in the header."""
    return any(findings == () for findings in digests_of(signature).values())


def _decoded(text: str) -> bytes:
    try:
        digest = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
    return digest if len(digest) == DIGEST_BYTES else b""


def times_of(timestamp: str) -> list[Variant[datetime]]:
    """The moments that a header may tell; seconds first."""
    return list(_times(timestamp.strip().strip("\"'")))


def _times(text: str) -> Iterator[Variant[datetime]]:
    if re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,9})?", text):
        value, *unit = float(text), ""
        for factor, name in _UNITS.items():
            if value >= _LATEST:
                value, unit = float(text) / factor, [name]
        if value >= _LATEST:
            return
        detail = f"the timestamp is in {unit[0]}; the header has seconds, and these were signed."
        yield Variant(
            datetime.fromtimestamp(value, UTC), (Finding(Mistake.TIME_UNIT, detail),) if unit[0] else ()
        )
        return
    if not _DATE.match(text):
        return
    detail = "the timestamp is a date; the header has seconds since 1970, and these were signed."
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        yield Variant(moment, (Finding(Mistake.TIME_UNIT, detail),))
        return


def ids_of(given: str, event: Any) -> list[Variant[str]]:
    """The ids that may have been signed: the one that was given, then those that it is mixed up with."""
    found = {given: Variant(given)}
    for name, value in _ids(event):
        detail = (
            f"the signature is of the {name} of the body, and the webhook-id that was given is another one."
        )
        found.setdefault(value, Variant(value, (Finding(Mistake.ID, detail),)))
    cleaned = given.strip("\"'<> ")
    if cleaned != given:
        found.setdefault(cleaned, Variant(cleaned, (Finding(Mistake.ID, "there are quotes around it."),)))
    return list(found.values())


def _ids(event: Any) -> Iterator[tuple[str, str]]:
    if isinstance(event, dict):
        for name, value in event.items():
            if name.lower() in {"event_id", "id", "delivery_id", "webhook_id"} and isinstance(value, str):
                yield name, value
            elif name == "data" and isinstance(value, dict):
                for inner in value.values():
                    yield from _ids(inner)
