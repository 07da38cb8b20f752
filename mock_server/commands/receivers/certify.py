"""`certify`: a fixed script of events against a receiver, and a certificate of what it did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

_PASSES, _FAILS = 0, 1
_LINES = 14
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--target", required=True, metavar="URL", help="The receiver's address, http:// or https://.")
@click.option(
    "--secret",
    required=True,
    envvar="HELLOBOOKS_WEBHOOK_SECRET",
    help="The signing secret it knows, whsec_….  [env: HELLOBOOKS_WEBHOOK_SECRET]",
)
@click.option(
    "--only",
    multiple=True,
    metavar="LINE",
    type=click.IntRange(1, _LINES),
    help="Play this line alone, after the first one; repeat it for several.",
)
@click.option("--report", type=_FILE, help="Write the certificate to this file, in Markdown.")
@click.option("--json", "data", type=_FILE, help="Write the certificate to this file, as JSON.")
@click.option(
    "--events-url",
    metavar="URL",
    help="Where a GET answers the ids the receiver has handled: a JSON list, an id each time it was handled.",
)
@click.option(
    "--burst",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help="Deliveries of the burst, ten at once.",
)
@click.pass_context
def certify(
    context: click.Context,
    target: str,
    secret: str,
    only: Sequence[int],
    report: Path | None,
    data: Path | None,
    events_url: str | None,
    burst: int,
) -> None:
    """Play a fixed script of events against a receiver, and certify what it does with them.

    \b
    hellobooks-sandbox certify --target http://localhost:3000/hook --secret whsec_… \\
      --events-url http://localhost:3000/handled --report certificate.md

    It sends real deliveries: signed, faulty on purpose, repeated, reordered, in a burst. Try it on a receiver
    whose data may be thrown away. No server of the sandbox is needed.

    \b
    Exit status: 0 every line passes that could be seen, 1 some fail, 2 it cannot be played.
    """
    # Loaded where it is needed: what serves has no use for it.
    from mock_server.commands.receivers.certifying import certificate_of

    passes = certificate_of(target, secret, only, events_url, burst, report, data)
    context.exit(_PASSES if passes else _FAILS)
