"""`listen`: forwards the events of a sandbox to a receiver on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from mock_server.commands.place import Place, placed, run

_STOPPED = 130


@click.command()
@click.option(
    "--forward-to",
    "target",
    metavar="URL",
    required=True,
    help="Where events are posted, such as http://localhost:3000/hook.",
)
@click.option("--topics", help="Topics, separated by commas.  [default: all]")
@placed
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that remembers what was forwarded.  [default: one for each sandbox, entity and URL in the "
    "user's own folder]",
)
@click.pass_context
def listen(
    context: click.Context,
    target: str,
    topics: str | None,
    url: str,
    org: str | None,
    entity: str | None,
    admin_token: str,
    state: Path | None,
) -> None:
    """Forward the events of a sandbox to a receiver on this machine, without a tunnel and without HTTPS.

    It subscribes by itself, prints the signing secret once, and then a line for each delivery: time, topic,
    record, status, milliseconds. Whatever the receiver answers counts as handled; while it does not answer,
    the event waits. The next run goes on after the last event that was answered.
    """
    named = [topic.strip().lower() for topic in (topics or "").split(",")]
    wanted = tuple(dict.fromkeys(topic for topic in named if topic))
    if topics is not None and not wanted:
        raise click.UsageError("--topics names no topic.")
    try:
        run(_listen(Place(url, org, entity, admin_token), target, wanted, state))
    except KeyboardInterrupt:
        click.echo("Stopped; the next run goes on after the last event that was answered.", err=True)
        context.exit(_STOPPED)


async def _listen(place: Place, target: str, topics: tuple[str, ...], state: Path | None) -> None:
    # Loaded where it is needed.
    from mock_server.forwarding import (
        Forwarder,
        Forwarding,
        Receiver,
        Server,
        StateFile,
        find_entities,
        usual_file,
    )

    receiver, server = Receiver(target), Server(place.url, place.admin_token)
    try:
        [entity, *_] = await find_entities(server, place.org, place.entity)
        file = StateFile((state or usual_file(server.name, entity, target)).absolute())
        with file.held():
            click.echo(f"Events of {entity.org}/{entity.entity} at {server.origin} go to {target}")
            forwarding = Forwarding(server, entity, topics, file, click.echo)
            await forwarding.open()
            if await forwarding.is_today():
                _warn("This sandbox is as the gateway is today: it sends nothing but tests and replays.")
            click.echo("Stop with Ctrl-C.")
            await Forwarder(forwarding, receiver, click.echo, _warn).run()
    finally:
        await receiver.close()
        await server.close()


def _warn(text: str) -> None:
    click.echo(text, err=True)
