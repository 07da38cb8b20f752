"""`verify`: whether a delivery that was kept fits its secret, and which mistake it looks like if not."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from mock_server.options import Moment, Seconds

_FITS, _DOES_NOT_FIT = 0, 1


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
    # Loaded where it is needed: what serves has no use for it.
    from mock_server.commands.receivers.verifying import verdict_on

    now = at or datetime.fromtimestamp(time.time(), UTC)
    fits, lines = verdict_on(secrets, body, head, given, now, timedelta(seconds=tolerance))
    click.echo("\n".join(lines))
    context.exit(_FITS if fits else _DOES_NOT_FIT)
