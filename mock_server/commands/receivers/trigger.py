"""`trigger`: brings an event about, by the legal path to it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mock_server.commands.place import Place, placed, run


@click.command()
@click.argument("topic", required=False)
@click.option("--for", "name", metavar="ID_OR_NUMBER", help="The record that it is to happen to.")
@click.option(
    "--set", "given", multiple=True, metavar="NAME=VALUE", help="A member of the last step's body; repeat it."
)
@click.option("--dry-run", "is_dry", is_flag=True, help="Print the steps, and write nothing.")
@click.option("--list", "is_list", is_flag=True, help="Show each topic with the path to it.")
@placed
@click.option(
    "--token",
    envvar="HB_TOKEN",
    help="Access token of the public API; one of the control plane where there is none.  [env: HB_TOKEN]",
)
def trigger(
    topic: str | None,
    name: str | None,
    given: Sequence[str],
    is_dry: bool,
    is_list: bool,
    url: str,
    org: str | None,
    entity: str | None,
    admin_token: str,
    token: str | None,
) -> None:
    """Bring an event about: walk the legal path to TOPIC on real records, and print each step.

    What is missing on the way (item, stock, vendor, BOM, order) is made. With --for that record is taken as
    it is, and only what is missing is walked; where it is impossible, the server's reason is the answer.

    \b
    hellobooks-sandbox trigger work_order.completed
    hellobooks-sandbox trigger work_order.completed --for WO-0012 --set CompletedQuantity=4
    hellobooks-sandbox trigger --list
    """
    # Loaded where it is needed.
    from mock_server.triggers import PATHS, path_lines

    if is_list:
        click.echo("\n".join(path_lines()))
        return
    if topic is None:
        raise click.UsageError("Name a topic; --list shows them.")
    topic = topic.strip().lower()
    if topic not in PATHS:
        raise click.UsageError(_unknown(topic))
    run(_trigger(Place(url, org, entity, admin_token), token, topic, name, given, is_dry))


def _unknown(topic: str) -> str:
    from mock_server.contract import unknown_name
    from mock_server.triggers import PATHS, Operations

    if topic in Operations().silent:
        return f"{topic} can be subscribed to, and nothing sends it."
    told = f"{topic[:100]} {unknown_name(topic, PATHS, 'a topic that is sent')}"
    return f"{told} --list shows them." if told.endswith("?") else f"{told}; --list shows them."


async def _trigger(
    place: Place, token: str | None, topic: str, name: str | None, given: Sequence[str], is_dry: bool
) -> None:
    from mock_server.forwarding import Entity, Server, find_entities
    from mock_server.triggers import PATHS, Desk, Operations, new_token, read_values
    from mock_server.triggers import trigger as walk

    operations = Operations()
    values = read_values(operations, PATHS[topic].last, given)
    server = Server(place.url, place.admin_token)
    try:
        if token and place.org and place.entity:
            entity = Entity(place.org, place.entity)
        else:
            [entity, *_] = await find_entities(server, place.org, place.entity)
        desk = Desk(
            server,
            entity,
            token or await new_token(server, entity),
            operations,
            click.echo,
            values=values,
            is_dry=is_dry,
        )
        click.echo(await walk(desk, topic, name))
    finally:
        await server.close()
