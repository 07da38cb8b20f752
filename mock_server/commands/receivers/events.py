"""`events`: what has happened in a sandbox, and sending an event again."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_server.commands.place import Place, placed, run


@click.group(invoke_without_command=True)
@placed
@click.option("--topic", help="Events of this topic alone, such as bom.updated.")
@click.option("--follow", "-f", is_flag=True, help="Go on with what happens from now on, until Ctrl-C.")
@click.option("--json", "is_json", is_flag=True, help="A JSON object a line, with the bytes that are signed.")
@click.pass_context
def events(
    context: click.Context,
    url: str,
    org: str | None,
    entity: str | None,
    admin_token: str,
    topic: str | None,
    follow: bool,
    is_json: bool,
) -> None:
    """List what has happened to an entity's records, oldest first.

    A line has the time, topic, record, revision and id of an event.
    """
    place = Place(url, org, entity, admin_token)
    if context.invoked_subcommand is None:
        run(_tail(place, topic, follow, is_json))


@events.command()
@click.argument("event_id")
@placed
@click.pass_context
def resend(
    context: click.Context, event_id: str, url: str, org: str | None, entity: str | None, admin_token: str
) -> None:
    """Send an event again, to all that subscribe to its topic now."""
    given = {"url": url, "org": org, "entity": entity, "admin_token": admin_token}
    # Options before the word `resend` hold too.
    outer = context.parent.params if context.parent is not None else {}
    for name in given:
        if context.get_parameter_source(name) is click.core.ParameterSource.DEFAULT:
            given[name] = outer.get(name, given[name])
    run(_resend(Place(**given), event_id))  # type: ignore[arg-type]


async def _tail(place: Place, topic: str | None, follow: bool, is_json: bool) -> None:
    from mock_server.forwarding import Server, event_line, find_entities, tail

    def show(event: Any) -> None:
        click.echo(json.dumps(event, ensure_ascii=False) if is_json else event_line(event))

    server = Server(place.url, place.admin_token)
    try:
        [entity, *_] = await find_entities(server, place.org, place.entity)
        await tail(server, entity, topic, show, _warn if follow else None)
    finally:
        await server.close()


async def _resend(place: Place, event_id: str) -> None:
    from mock_server.forwarding import Server, find_entities, resend

    server = Server(place.url, place.admin_token)
    try:
        entities = await find_entities(server, place.org, place.entity)
        count = await resend(server, entities, event_id)
    finally:
        await server.close()
    click.echo("No subscription has its topic." if not count else f"Queued for {_subscriptions(count)}.")


def _subscriptions(count: int) -> str:
    return "one subscription" if count == 1 else f"{count} subscriptions"


def _warn(text: str) -> None:
    click.echo(text, err=True)
