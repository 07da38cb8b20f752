"""The texts that a body may have been when it was signed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from mock_server.receiving.findings import Finding, Mistake, Variant
from mock_server.receiving.serialisations import orders_of, parse, restyled

_AS_RECEIVED = "verify the bytes as they came, before anything reads them."
_MARK = "\ufeff"
# A page of events has many texts inside, and is not rewritten for each.
_MOST_RESTYLED = 6


def bodies_of(body: bytes, samples: Iterable[Any]) -> Iterator[Variant[str]]:
    """The body as it stands, then as it was before each usual change; no text comes twice.

    `samples` are asked for where the body as it stands is not what is looked for.
    """
    return _once(_bodies(body, samples))


def _once(variants: Iterable[Variant[str]]) -> Iterator[Variant[str]]:
    seen: set[str] = set()
    for variant in variants:
        if variant.value not in seen:
            seen.add(variant.value)
            yield variant


def event_in(body: bytes) -> Any:
    """The JSON of a body in whatever encoding it is, or None."""
    for text, _ in _texts(body):
        try:
            return parse(text.lstrip(_MARK))
        except ValueError:
            continue
    return None


def _bodies(body: bytes, samples: Iterable[Any]) -> Iterator[Variant[str]]:
    texts = list(_once(_texts(body)))
    yield from texts
    for text, findings in list(texts):
        for inner, detail in _unwrapped(text):
            texts.append(Variant(inner, (*findings, Finding(Mistake.WRAPPED, detail))))
            yield texts[-1]
        for other, detail in _lines(text):
            yield Variant(other, (*findings, Finding(Mistake.LINES, f"{detail}; {_AS_RECEIVED}")))
    orders = orders_of(samples)
    for text, findings in texts[:_MOST_RESTYLED]:
        for other, style in restyled(text, orders):
            detail = f"the signature is of the same JSON {style}; {_AS_RECEIVED}"
            yield Variant(other, (*findings, Finding(Mistake.RESERIALISED, detail)))


def _texts(body: bytes) -> Iterator[Variant[str]]:
    for codec, detail in _codecs(body):
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        before: tuple[Finding, ...] = ()
        if detail:
            before = (
                Finding(Mistake.ENCODING, f"the body is in {detail}, an event in UTF-8; {_AS_RECEIVED}"),
            )
        yield Variant(text, before)
        for other, change in _recoded(text):
            yield Variant(other, (*before, Finding(Mistake.ENCODING, f"{change}; {_AS_RECEIVED}")))


def _codecs(body: bytes) -> Iterable[tuple[str, str]]:
    yield "utf-8", ""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        yield "utf-16", "UTF-16 with a byte order mark"
    elif b"\0" in body:
        yield "utf-16-le", "UTF-16"
        yield "utf-16-be", "UTF-16"
    elif not _is_utf8(body):
        yield "cp1252", "Windows-1252"
        yield "latin-1", "Latin-1"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _recoded(text: str) -> Iterator[tuple[str, str]]:
    if text.startswith(_MARK):
        yield text.removeprefix(_MARK), "the body has a byte order mark in front"
    for codec in ("cp1252", "latin-1"):
        try:
            yield (
                text.encode(codec).decode("utf-8"),
                "letters of UTF-8 were read as Latin-1 and written again",
            )
        except UnicodeError:
            continue
    for codec in ("cp1252", "latin-1"):
        try:
            yield (
                text.encode().decode(codec),
                "the signature is of letters of UTF-8 that were read as Latin-1",
            )
        except UnicodeError:
            continue
    for form in ("NFC", "NFD"):
        yield unicodedata.normalize(form, text), "letters and their marks were put together in another way"


def _lines(text: str) -> Iterator[tuple[str, str]]:
    bare = text.strip("\r\n")
    yield bare, "the body has newlines around it that were not signed"
    yield bare + "\n", "the signature is of a body with a newline at the end"
    yield bare + "\r\n", "the signature is of a body with CR LF at the end"
    unix = text.replace("\r\n", "\n")
    yield unix, "the body has CR LF where LF was signed"
    yield unix.replace("\n", "\r\n"), "the body has LF where CR LF was signed"
    yield text.strip(), "the body has blanks around it that were not signed"


def _unwrapped(text: str) -> Iterator[tuple[str, str]]:
    try:
        value = parse(text)
    except ValueError:
        return
    if isinstance(value, str):
        yield value, "the body is JSON inside a text of JSON; the text's content is what was signed."
    events = value.get("events", [value]) if isinstance(value, dict) else value
    for event in events if isinstance(events, list) else []:
        if isinstance(event, dict) and isinstance(event.get("body"), str):
            yield str(event["body"]), "the body of the event is inside this; only that text was signed."
