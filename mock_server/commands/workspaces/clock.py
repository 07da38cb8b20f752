"""`clock`: what time it is in a workspace."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from mock_server.commands.place import Place, asked, reached, run
from mock_server.options import Moment, Seconds
from mock_server.wire import instant

_JSON = click.option("--json", "is_json", is_flag=True, help="Print the answer as JSON.")


@click.group(invoke_without_command=True)
@reached
@_JSON
@click.pass_context
def clock(context: click.Context, url: str, admin_token: str, is_json: bool) -> None:
    """Show the sandbox's clock, and set it.

    \b
    hellobooks-sandbox clock pin 2026-06-15T06:30:00Z
    hellobooks-sandbox clock advance 2h
    hellobooks-sandbox clock next
    hellobooks-sandbox clock run
    """
    if context.invoked_subcommand is None:
        run(_ask(Place(url, None, None, admin_token), "GET", "/clock", None, is_json))


@clock.command()
@click.argument("moment", type=Moment())
@reached
@_JSON
def pin(moment: datetime, url: str, admin_token: str, is_json: bool) -> None:
    """Stop the clock at a moment."""
    body = {"pinned_at": instant(moment)}
    run(_ask(Place(url, None, None, admin_token), "PUT", "/clock", body, is_json))


@clock.command("run")
@click.argument("moment", type=Moment(), required=False)
@reached
@_JSON
def go(moment: datetime | None, url: str, admin_token: str, is_json: bool) -> None:
    """Let the clock run, from a moment or with the machine's."""
    body = {"pinned_at": None} if moment is None else {"now": instant(moment)}
    run(_ask(Place(url, None, None, admin_token), "PUT", "/clock", body, is_json))


@clock.command()
@click.argument("span", type=Seconds())
@reached
@_JSON
def advance(span: int, url: str, admin_token: str, is_json: bool) -> None:
    """Move the clock on by a span such as 90, 15m, 2h, 7d, and say what fell due."""
    run(_ask(Place(url, None, None, admin_token), "POST", "/clock/advance", {"seconds": span}, is_json))


@clock.command("next")
@reached
@_JSON
def to_next(url: str, admin_token: str, is_json: bool) -> None:
    """Move the clock on to what falls due next."""
    run(_ask(Place(url, None, None, admin_token), "POST", "/clock/advance", {"to": "next"}, is_json))


async def _ask(place: Place, method: str, path: str, body: Any, is_json: bool) -> None:
    answer = await asked(place, method, path, body)
    if is_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    for due in answer.get("due", ()):
        click.echo(f"{due['at']}  {due['text']}")
    click.echo(f"It is {answer['now']}{', and stays so' if answer['is_pinned'] else ''}.")
    if not answer.get("is_complete", True):
        click.echo("The clock stopped on the way: a receiver takes too long, or too much fell due.", err=True)
