"""`logs`: what was asked of a sandbox and answered, as a list, a stream, an export or once more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from mock_server.commands.place import Command, Place, reached, run

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_PLANES = ["public", "control", "internal"]
_FORMATS = ["curl", "pytest", "har", "arazzo"]
_FILTERS = (
    click.option("--status", metavar="STATUS", help="A status such as 409, or a class such as 4xx."),
    click.option("--operation", "operation_id", metavar="ID", help="An operation, such as createBom."),
    click.option("--record", "record_id", metavar="ID", help="A record that they name or changed."),
    click.option("--code", metavar="CODE", help="An error code, such as insufficient_stock."),
    click.option("--token-id", metavar="JTI", help="A token, by its jti."),
    click.option("--install", "install_id", metavar="ID", help="An install."),
    click.option("--method", type=click.Choice(_METHODS), help="A method."),
    click.option("--plane", type=click.Choice(_PLANES), help="A part of the server."),
    click.option(
        "--last", type=click.IntRange(1, 200), default=50, show_default=True, help="So many of the last."
    ),
)


def filtered(command: Command) -> Command:
    """Gives a command the options that say which requests are meant."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def _query(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


@click.group(invoke_without_command=True)
@reached
@filtered
@click.option("--follow", "-f", is_flag=True, help="Go on with what is asked from now on, until Ctrl-C.")
@click.option("--clear", is_flag=True, help="Forget all requests instead.")
@click.option("--json", "is_json", is_flag=True, help="A JSON object a line.")
@click.pass_context
def logs(
    context: click.Context,
    /,
    url: str,
    admin_token: str,
    follow: bool,
    clear: bool,
    is_json: bool,
    **filters: Any,
) -> None:
    """List what was asked of a sandbox, oldest first, and how it was answered.

    A line has time, status, method and path or operation, error code, milliseconds and X-Request-Id.
    """
    if context.invoked_subcommand is None:
        place = Place(url, None, None, admin_token)
        if clear:
            run(_clear(place))
        else:
            run(_list(place, _query(filters), follow, is_json))


@logs.command()
@click.option("--format", "form", type=click.Choice(_FORMATS), required=True, help="What to write.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file to write to.")
@reached
@filtered
def export(form: str, output: Path | None, url: str, admin_token: str, **filters: Any) -> None:
    """Write requests as commands of curl, as a test for pytest, as HAR, or as a workflow of Arazzo."""
    run(_export(Place(url, None, None, admin_token), {"format": form, **_query(filters)}, output))


@logs.command()
@click.argument("request_id")
@click.option("--json", "is_json", is_flag=True, help="The new request with its answer, as JSON.")
@reached
def replay(request_id: str, is_json: bool, url: str, admin_token: str) -> None:
    """Send a request to the public API again, as it was."""
    run(_replay(Place(url, None, None, admin_token), request_id, is_json))


async def _list(place: Place, query: dict[str, Any], follow: bool, is_json: bool) -> None:
    from mock_server.forwarding import Server, follow_requests, list_requests, request_line

    def show(request: Any) -> None:
        click.echo(json.dumps(request, ensure_ascii=False) if is_json else request_line(request))

    server = Server(place.url, place.admin_token)
    try:
        if follow:
            await follow_requests(server, query, show, _warn)
            return
        for request in await list_requests(server, query, _warn):
            show(request)
    finally:
        await server.close()


async def _clear(place: Place) -> None:
    from mock_server.forwarding import Server, asked

    server = Server(place.url, place.admin_token)
    try:
        count = (await asked(server, "DELETE", "/requests"))["modified"]
    finally:
        await server.close()
    click.echo(f"{count} {'request is' if count == 1 else 'requests are'} forgotten.")


async def _export(place: Place, query: dict[str, Any], output: Path | None) -> None:
    from mock_server.forwarding import Server

    server = Server(place.url, place.admin_token)
    try:
        text = await server.text("/requests/export", query)
    finally:
        await server.close()
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error


async def _replay(place: Place, request_id: str, is_json: bool) -> None:
    from mock_server.forwarding import Server, asked, request_line

    server = Server(place.url, place.admin_token)
    try:
        request = await asked(server, "POST", f"/requests/{request_id}/replay")
    finally:
        await server.close()
    if is_json:
        click.echo(json.dumps(request, ensure_ascii=False))
        return
    click.echo(request_line(request))
    if request["response"]["body"]:
        click.echo(request["response"]["body"])


def _warn(text: str) -> None:
    click.echo(text, err=True)
