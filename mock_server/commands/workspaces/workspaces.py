"""`workspaces`: isolated sandboxes of one server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from mock_server.commands.exports import exports, shown_as
from mock_server.commands.place import Place, asked, reached, run
from mock_server.options import Moment, Seconds
from mock_server.wire import instant

_JSON = click.option("--json", "is_json", is_flag=True, help="Print the answer as JSON.")


@click.group(invoke_without_command=True)
@reached
@_JSON
@click.pass_context
def workspaces(context: click.Context, url: str, admin_token: str, is_json: bool) -> None:
    """Make isolated sandboxes behind one address, and list them.

    \b
    eval "$(hellobooks-sandbox workspaces make --clock 2026-06-15T06:30:00Z)"
    hellobooks-sandbox workspaces
    hellobooks-sandbox workspaces delete "$HB_WORKSPACE"
    """
    if context.invoked_subcommand is None:
        run(_list(Place(url, None, None, admin_token), is_json))


@workspaces.command()
@reached
@click.option("--id", "workspace_id", help="Its id; a new one by default.")
@click.option("--name", help="What people call it.")
@click.option("--seed", help="demo, empty, or the file of a pack.")
@click.option("--from", "source", help="Workspace of which it is a copy.")
@click.option("--snapshot", help="Snapshot of that workspace.")
@click.option("--clock", type=Moment(), help="Stop its clock at this moment.")
@click.option("--expires", type=Seconds(), default="24h", show_default=True, help="90, 15m, 1h, 7d.")
@shown_as
def make(url: str, admin_token: str, clock: Any, expires: int, form: str | None, **given: str | None) -> None:
    """Make a workspace, and print the variables by which clients and the other commands are in it."""
    names = {"workspace_id": "id", "source": "from_workspace", "snapshot": "from_snapshot"}
    body: dict[str, Any] = {
        names.get(name, name): value for name, value in given.items() if value is not None
    }
    body["expires_in"] = expires
    if body.get("seed") not in {None, "demo", "empty"}:
        try:
            body["seed"] = Path(body["seed"]).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.ClickException(f"{body['seed']} cannot be read: {error}.") from error
    if clock is not None:
        body["clock"] = {"pinned_at": instant(clock)}
    run(_make(Place(url, None, None, admin_token), body, form))


@workspaces.command()
@click.argument("workspace_id")
@reached
@_JSON
def delete(workspace_id: str, url: str, admin_token: str, is_json: bool) -> None:
    """End a workspace with all that is in it."""
    run(_delete(Place(url, None, None, admin_token), workspace_id, is_json))


def root_of(place: Place) -> Place:
    """The server itself: workspaces are made and ended beside each other."""
    parts = urlsplit(place.url)
    return Place(f"{parts.scheme}://{parts.netloc}", None, None, place.admin_token)


async def _list(place: Place, is_json: bool) -> None:
    found = (await asked(root_of(place), "GET", "/workspaces?limit=200"))["workspaces"]
    for each in found:
        until = f"until {each['expires_at']}" if each["expires_at"] else "for good"
        line = f"{each['id']}  {until}  {each['name']}".rstrip()
        click.echo(json.dumps(each, ensure_ascii=False) if is_json else line)


async def _make(place: Place, body: dict[str, Any], form: str | None) -> None:
    root = root_of(place)
    made = await asked(root, "POST", "/workspaces", body)
    [first, *_] = made["tokens"] or [{"access_token": "", "org_ref_id": "", "entity_ref_id": ""}]
    values = {
        "HB_URL": root.url,
        "HB_WORKSPACE": made["id"],
        "HB_TOKEN": first["access_token"],
        "HB_ORG": first["org_ref_id"],
        "HB_ENT": first["entity_ref_id"],
    }
    click.echo(exports(form, values, {"expires_at": made["expires_at"], "tokens": made["tokens"]}))


async def _delete(place: Place, workspace_id: str, is_json: bool) -> None:
    # Loaded where it is needed.
    from urllib.parse import quote

    answer = await asked(root_of(place), "DELETE", f"/workspaces/{quote(workspace_id, safe='')}")
    click.echo(json.dumps(answer) if is_json else f"{workspace_id} has ended.")
