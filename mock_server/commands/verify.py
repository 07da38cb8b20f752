"""`verify`: whether a delivery that was kept fits its secret, and which mistake it looks like if not."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from mock_server.options import Moment, Seconds
from mock_server.receiving import Received, Unusable, Verdict, examine, read_headers, received
from mock_server.settings import BUILT

_FITS, _DOES_NOT_FIT = 0, 1
_MOST_BYTES = 16 * 1024 * 1024


@click.command()
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    required=True,
    envvar="HELLOBOOKS_WEBHOOK_SECRET",
    help="The signing secret, whsec_…; repeat it for an old and a new one.  [env: HELLOBOOKS_WEBHOOK_SECRET]",
)
@click.option("--file", "body", required=True, help="The body as it was received; - is the standard input.")
@click.option(
    "--headers",
    "head",
    help="File with the headers: lines `Name: value`, as of `curl -v`, or an object in JSON.",
)
@click.option("--id", "event_id", help="The header webhook-id, in place of --headers.")
@click.option("--timestamp", help="The header webhook-timestamp.")
@click.option("--signature", help="The header webhook-signature.")
@click.option("--at", type=Moment(), help="Check the time as at this moment.  [default: now]")
@click.option(
    "--tolerance",
    type=Seconds(),
    default="5m",
    show_default=True,
    help="How far the time may be off, either way.",
)
@click.pass_context
def verify(
    context: click.Context,
    secrets: Sequence[str],
    body: str,
    head: str | None,
    event_id: str | None,
    timestamp: str | None,
    signature: str | None,
    at: datetime | None,
    tolerance: int,
) -> None:
    """Say whether an event's body, headers and secret fit, and which mistake it looks like if not.

    \b
    hellobooks-sandbox verify --secret whsec_… --file body.json --headers headers.txt
    hellobooks-sandbox verify --secret whsec_… --file body.json \\
      --id 019ec9f9-… --timestamp 1781505000 --signature v1,rht0… --at 2026-06-15T06:30:00Z

    A signature that your own code has worked out may be given too: what it has signed is found then.

    \b
    Exit status: 0 it fits, 1 it does not, 2 what was given cannot be examined.
    """
    if tolerance < 0:
        raise click.UsageError("--tolerance is a span of time, and not negative.")
    given = {"id": event_id, "timestamp": timestamp, "signature": signature}
    if head is not None and any(value is not None for value in given.values()):
        raise click.UsageError("--headers excludes --id, --timestamp and --signature.")
    now = at or datetime.fromtimestamp(time.time(), UTC)
    try:
        delivery = _delivery(body, head, given)
        verdict = examine(delivery, secrets, now, timedelta(seconds=tolerance), _samples())
    except Unusable as error:
        raise click.UsageError(str(error)) from error
    click.echo("\n".join(_told(verdict)))
    context.exit(_FITS if verdict.fits else _DOES_NOT_FIT)


def _delivery(body: str, head: str | None, given: dict[str, str | None]) -> Received:
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
    # Loaded where it is needed.
    from mock_server.contract import Contract, read_document

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
