"""Reads what `verify` is given, and says what comes of its examination."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from mock_server.contract import Contract, read_document
from mock_server.receiving import Received, Unusable, Verdict, examine, read_headers, received
from mock_server.settings import BUILT

_MOST_BYTES = 16 * 1024 * 1024


def verdict_on(
    secrets: Sequence[str],
    body: str,
    head: str | None,
    given: Mapping[str, str | None],
    now: datetime,
    tolerance: timedelta,
) -> tuple[bool, list[str]]:
    """Whether a delivery fits, and that in words; files are named, `given` are headers without a file."""
    try:
        verdict = examine(_delivery(body, head, given), secrets, now, tolerance, _samples())
    except Unusable as error:
        raise click.UsageError(str(error)) from error
    return verdict.fits, list(_told(verdict))


def _delivery(body: str, head: str | None, given: Mapping[str, str | None]) -> Received:
    content = _read(body)
    if head is None:
        return received(content, {f"webhook-{name}": value or "" for name, value in given.items()})
    try:
        return received(content, read_headers(_read(head).decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise Unusable(f"{head} is no text in UTF-8.") from error


def _read(name: str) -> bytes:
    try:
        if name == "-":
            content = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > _MOST_BYTES:
        raise Unusable(f"{name} is larger than {_MOST_BYTES // (1024 * 1024)} MiB.")
    return content


def _samples() -> Iterator[Any]:
    """The events of the contract's examples, which are in the order in which events are sent."""
    file = BUILT / "openapi.json"
    if not file.is_file():
        return
    contract = Contract(read_document(file))
    for webhook in contract.document["webhooks"].values():
        content = contract.resolve(webhook["post"]["requestBody"])["content"]["application/json"]
        for example in content.get("examples", {}).values():
            yield contract.resolve(example)["value"]


def _told(verdict: Verdict) -> Iterator[str]:
    if verdict.fits:
        yield "It fits: the signature is of this id, this time and these bytes, by this secret."
    elif verdict.is_proven:
        yield "It does not fit. What makes it fit is known:"
    else:
        yield "It does not fit. What it looks like:"
    yield from (f"- {finding}" for finding in verdict.findings)
    yield from verdict.notes
