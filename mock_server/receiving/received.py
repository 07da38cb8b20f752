"""A delivery as a receiver has it, and the headers of one as people keep them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "webhook-"
# The library that Standard Webhooks comes from has names of its own.
_OTHER_PREFIX = "svix-"
_NAMES = ("id", "timestamp", "signature")
_LINE = re.compile(r"[<>*\s]*([A-Za-z][A-Za-z0-9_-]*)\s*[:=]\s*(.*?)\s*")


class Unusable(ValueError):
    """What was given cannot be examined; the message is a sentence."""


@dataclass(frozen=True)
class Received:
    """The body and the three headers that were signed with it; `length` is the Content-Length, if known."""

    body: bytes
    id: str
    timestamp: str
    signature: str
    length: int | None = None
    notes: tuple[str, ...] = ()


def received(body: bytes, headers: Mapping[str, str]) -> Received:
    """The delivery; header names in any case."""
    known = {_plain(name): value for name, value in headers.items()}
    found = [known.get(PREFIX + name, "").strip() for name in _NAMES]
    notes: tuple[str, ...] = ()
    if not any(found):
        found = [known.get(_OTHER_PREFIX + name, "").strip() for name in _NAMES]
        notes = (f"The headers are named {_OTHER_PREFIX}…; the sandbox names them {PREFIX}….",)
    missing = [PREFIX + name for name, value in zip(_NAMES, found, strict=True) if not value]
    if missing:
        raise Unusable(f"Nothing says what {' and '.join(missing)} {'was' if len(missing) == 1 else 'were'}.")
    length = known.get("content-length", "")
    told = int(length) if re.fullmatch("[0-9]{1,15}", length) else None
    return Received(body, found[0], found[1], found[2], told, notes)


def read_headers(text: str) -> dict[str, str]:
    """Headers from lines as in a request, with `curl -v` or in an environment, or from an object in JSON.

    A header that comes twice is both values with a blank between them.
    """
    found: dict[str, str] = {}
    for name, value in _from_json(text) if text.lstrip().startswith("{") else _from_lines(text):
        name = _plain(name)
        found[name] = f"{found[name]} {value}" if name in found else value
    return found


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("http-")


def _from_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if found := _LINE.fullmatch(line):
            yield found[1], found[2]


def _from_json(text: str) -> Iterator[tuple[str, str]]:
    try:
        parsed: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unusable("The headers begin as JSON does, and are none.") from error
    # A delivery of the log, or an event that was pulled, has them inside.
    parsed = parsed.get("headers", parsed)
    if not isinstance(parsed, dict):
        raise Unusable("The headers are no object with a text for each name.")
    for name, values in parsed.items():
        for value in values if isinstance(values, list) else [values]:
            yield str(name), str(value)
