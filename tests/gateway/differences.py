"""Compares an answer with that of the stock Connexion stack; every difference that may be is listed here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from mock_server.letters import composed, trimmed

# New for each answer.
_OWN_HEADERS = {b"x-request-id", b"date"}
# Marks a 400 whose faults Connexion found: it words them in its own way.
STOCK_WORDING = b"x-stock-wording"


class Difference(AssertionError):
    """The two answers to a request differ where they must not."""


@dataclass
class Reply:
    """An answer as it went out."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Request:
    """What was asked, for reading the comparison."""

    method: str
    path: str
    raw_path: bytes
    query: bytes
    body: bytes


@dataclass(frozen=True)
class Allowed:
    """A difference that may be: its reason, and a test of the two answers that is as narrow as possible."""

    reason: str
    holds: Callable[[Request, Reply, Reply], bool]


def _is_worded_by_connexion(request: Request, ours: Reply, stock: Reply) -> bool:
    if STOCK_WORDING not in stock.headers or (ours.status, stock.status) != (400, 400):
        return False
    mine, other = _error(request, ours), _error(request, stock)
    return mine == other and _headers(ours, b"content-length") == _headers(
        stock, b"content-length", STOCK_WORDING
    )


def _is_type_after_parameters(request: Request, ours: Reply, stock: Reply) -> bool:
    is_expected = (ours.status, stock.status) == (415, 400) and STOCK_WORDING in stock.headers
    return is_expected and request.query != b""


def _is_literal_for_an_id(request: Request, ours: Reply, stock: Reply) -> bool:
    # Without query and body it can but be the id that Connexion refuses; a stub reads none.
    is_refused = stock.status == 501 or (stock.status == 400 and STOCK_WORDING in stock.headers)
    return ours.status == 405 and is_refused and request.query == request.body == b""


def _allows_less(request: Request, ours: Reply, stock: Reply) -> bool:
    is_expected = ours.status == stock.status == 405 and ours.body == stock.body
    is_same = _headers(ours, b"allow") == _headers(stock, b"allow")
    return is_expected and is_same and _methods(stock) <= _methods(ours)


def _is_options(request: Request, ours: Reply, stock: Reply) -> bool:
    is_expected = request.method == "OPTIONS" and (ours.status, stock.status) == (204, 405)
    return is_expected and ours.body == b"" and _methods(stock) | {b"OPTIONS"} <= _methods(ours)


def _is_redirected(request: Request, ours: Reply, stock: Reply) -> bool:
    # The path with a slash at its end, or without the one that it has.
    if (ours.status, stock.status) != (404, 307):
        return False
    asked, target = request.path, urlsplit(stock.headers[b"location"].decode()).path
    return unquote(target) in {asked + "/", asked.rstrip("/")}


def _is_decoded_first(request: Request, ours: Reply, stock: Reply) -> bool:
    has_encoded = re.search(rb"%(2f|0a)", request.raw_path, re.IGNORECASE) is not None
    return has_encoded and stock.status in {404, 307} and ours.status in {400, 404, 501}


def _is_read_before_it_is_held(request: Request, ours: Reply, stock: Reply) -> bool:
    # A text with blanks at an end, or a moment that the format has and no calendar of Python's.
    is_expected = STOCK_WORDING in stock.headers and stock.status == 400 and ours.status != 400
    asked = [value for _, value in parse_qsl(request.query.decode("latin-1"))]
    texts = [*_texts(_parsed(request.body)), *asked]
    has_blanks = any(composed(trimmed(text)) != text for text in texts)
    is_moment = re.search(rb"updatedSince=(0000-|[^&]*%3A60|[^&]*:60|[^&]*\+)", request.query)
    return is_expected and (has_blanks or is_moment is not None)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _tells_what_was_meant(request: Request, ours: Reply, stock: Reply) -> bool:
    if (ours.status, stock.status) != (404, 404) or request.method == "HEAD":
        return ours.status == stock.status == 404 and request.method == "HEAD"
    told, plain = json.loads(ours.body), json.loads(stock.body)
    is_told: bool = told["message"].startswith("No such path; did you mean /")
    return is_told and plain["message"] == "No such path."


ALLOWED = (
    Allowed("Connexion words the faults of a request in its own way.", _is_worded_by_connexion),
    Allowed("Connexion reads the parameters before it minds the media type.", _is_type_after_parameters),
    Allowed(
        "Connexion takes /boms/restore for /boms/{id} where only the latter has the method.",
        _is_literal_for_an_id,
    ),
    Allowed(
        "Connexion holds a text against its schema as it is spelt, before blanks and marks are read.",
        _is_read_before_it_is_held,
    ),
    Allowed("Connexion does not say which path was probably meant.", _tells_what_was_meant),
    Allowed("Connexion's Allow names the methods of one of a path's routes.", _allows_less),
    Allowed("Connexion does not answer OPTIONS.", _is_options),
    Allowed("Connexion redirects a path that is right but for a slash at its end.", _is_redirected),
    Allowed(
        "Connexion decodes a path before it routes: an encoded slash separates, a line break fits nowhere.",
        _is_decoded_first,
    ),
)


@dataclass(frozen=True)
class Overlooked:
    """A fault that Connexion does not find, where our own reading of a request decides; with its reason."""

    reason: str
    pointer: str
    message: str


OVERLOOKED = (
    Overlooked(
        "Connexion reads a number as Python does: 5_0, +5 and 1e999 count.",
        "/query/.*",
        "must be a (whole )?number",
    ),
    Overlooked("Connexion takes the last of several values.", "/query/.*", "is given more than once"),
    Overlooked("Connexion replaces what is not UTF-8.", "/query/.*", "is not UTF-8"),
    Overlooked("Connexion ignores a body that nobody asked for.", "", "this operation takes no body"),
    Overlooked("Connexion takes a text of blanks alone for one.", ".*", "must hold a character that is seen"),
    Overlooked(
        "Connexion compares ids as they are spelt: one in upper and one in lower case are two.",
        ".*/[0-9]+",
        "repeats an earlier entry",
    ),
    Overlooked(
        "Connexion knows no rule between members.",
        ".*",
        "is required where .*|does not go with .*|cannot be given together with .*",
    ),
)


def check_overlooked(operation_id: str, found: list[dict[str, str]]) -> None:
    """Raises Difference where our gate finds a fault that Connexion did not and should have."""
    for fault in found:
        if not any(
            re.fullmatch(known.pointer, fault["pointer"]) and re.fullmatch(known.message, fault["message"])
            for known in OVERLOOKED
        ):
            raise Difference(f"{operation_id}: the stock stack lets pass {fault}")


def compare(request: Request, ours: Reply, stock: Reply) -> None:
    """Raises Difference where status, body or headers differ and no entry of ALLOWED covers it."""
    if ours.status == stock.status and ours.body == stock.body and _headers(ours) == _headers(stock):
        return
    if any(allowed.holds(request, ours, stock) for allowed in ALLOWED):
        return
    query = f"?{request.query.decode('latin-1')}" if request.query else ""
    raise Difference(
        f"{request.method} {request.raw_path.decode('latin-1')}{query} {request.body[:2000]!r}\n"
        f"ours:  {ours.status} {_shown(ours, stock)} {ours.body[:2000]!r}\n"
        f"stock: {stock.status} {_shown(stock, ours)} {stock.body[:2000]!r}"
    )


def _headers(reply: Reply, *but: bytes) -> dict[bytes, bytes]:
    return {
        name: value for name, value in reply.headers.items() if name not in _OWN_HEADERS and name not in but
    }


def _methods(reply: Reply) -> set[bytes]:
    return set(reply.headers[b"allow"].split(b", "))


def _error(request: Request, reply: Reply) -> Any:
    """The body of a refusal without what it says of the request."""
    if request.method == "HEAD":
        return None
    body = json.loads(reply.body)
    body.pop("details", None)
    return body


def _shown(reply: Reply, other: Reply) -> dict[bytes, bytes]:
    return dict(_headers(reply).items() - _headers(other).items())
