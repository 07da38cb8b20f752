"""`reset`, `snapshots`, `diff`: what a workspace holds, put back and compared."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import click

from mock_server.commands.place import Place, asked, reached, run

_JSON = click.option("--json", "is_json", is_flag=True, help="Print the answer as JSON.")


@click.command()
@reached
@_JSON
def reset(url: str, admin_token: str, is_json: bool) -> None:
    """Put the workspace back to its seed, and its clock to its beginning."""
    run(_say(Place(url, None, None, admin_token), "POST", "/reset", "{id} is as it was at first.", is_json))


@click.group(invoke_without_command=True)
@reached
@_JSON
@click.pass_context
def snapshots(context: click.Context, url: str, admin_token: str, is_json: bool) -> None:
    """Keep states of the workspace under names, and list them.

    \b
    hellobooks-sandbox snapshots save before
    hellobooks-sandbox diff --from before
    hellobooks-sandbox snapshots restore before
    """
    if context.invoked_subcommand is None:
        run(_list(Place(url, None, None, admin_token), is_json))


@snapshots.command()
@click.argument("name")
@reached
@_JSON
def save(name: str, url: str, admin_token: str, is_json: bool) -> None:
    """Keep the state of now; an older one of this name is replaced."""
    path = f"/snapshots/{quote(name, safe='')}"
    run(_say(Place(url, None, None, admin_token), "PUT", path, "Kept as {name}.", is_json))


@snapshots.command()
@click.argument("name")
@reached
@_JSON
def restore(name: str, url: str, admin_token: str, is_json: bool) -> None:
    """Put a state back in place of the one of now."""
    path = f"/snapshots/{quote(name, safe='')}/restore"
    run(_say(Place(url, None, None, admin_token), "POST", path, "It is {now} again.", is_json))


@snapshots.command()
@click.argument("name")
@reached
@_JSON
def delete(name: str, url: str, admin_token: str, is_json: bool) -> None:
    """Forget a state."""
    path = f"/snapshots/{quote(name, safe='')}"
    run(_say(Place(url, None, None, admin_token), "DELETE", path, f"{name} is forgotten.", is_json))


@click.command()
@reached
@click.option("--from", "start", help="Snapshot to compare from.  [default: the seed]")
@click.option("--to", "end", help="Snapshot to compare with.  [default: as it is now]")
@_JSON
def diff(url: str, admin_token: str, start: str | None, end: str | None, is_json: bool) -> None:
    """Say what differs between two states of the workspace."""
    names = {name: value for name, value in (("from", start), ("to", end)) if value is not None}
    run(_diff(Place(url, None, None, admin_token), f"/diff?{urlencode(names)}", is_json))


async def _say(place: Place, method: str, path: str, text: str, is_json: bool) -> None:
    answer: dict[str, Any] = await asked(place, method, path)
    click.echo(json.dumps(answer, ensure_ascii=False) if is_json else text.format(**answer))


async def _list(place: Place, is_json: bool) -> None:
    for each in (await asked(place, "GET", "/snapshots?limit=200"))["snapshots"]:
        line = f"{each['name']}  {each['now']}"
        click.echo(json.dumps(each, ensure_ascii=False) if is_json else line)


async def _diff(place: Place, path: str, is_json: bool) -> None:
    found = await asked(place, "GET", path)
    if is_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found["differences"]:
        click.echo(f"{each['entity_ref_id']}  {each['text']}")
    if not found["differences"]:
        click.echo("Nothing differs.")
    if not found["is_whole"]:
        click.echo("There is more.", err=True)
