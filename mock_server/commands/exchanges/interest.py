"""`interest`: what HelloBooks asks of those who register interest, written from the log of requests."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from mock_server.commands.place import Place, reached, run

_OPEN = "to be filled in"
_NEWS = {
    "webhooks": "webhooks",
    "fetched events": "events, fetched by the client",
    "polling": "polling, by `updatedSince`",
    "webhooks and polling": "webhooks, and polling by `updatedSince`",
    "none": "neither webhooks nor polling was used",
}


@click.command()
@click.option("--use-case", metavar="TEXT", help="What it is for; asked for otherwise.")
@click.option("--timeline", metavar="TEXT", help="When it is needed; asked for otherwise.")
@click.option("--install", "install_id", metavar="ID", help="From the requests of this install alone.")
@click.option("--token-id", metavar="JTI", help="From the requests with this token alone.")
@click.option("--json", "is_json", is_flag=True, help="JSON instead of Markdown.")
@reached
def interest(
    use_case: str | None,
    timeline: str | None,
    install_id: str | None,
    token_id: str | None,
    is_json: bool,
    url: str,
    admin_token: str,
) -> None:
    """Write what HelloBooks asks of integrators who register interest in the manufacturing API.

    Resources, operations, scopes, topics or polling and volumes come from the log of requests; run your
    client against the sandbox first. Send the text to your partner manager.
    """
    query = {"install_id": install_id, "token_id": token_id}
    given = {name: value for name, value in query.items() if value is not None}
    run(_write(Place(url, None, None, admin_token), given, use_case, timeline, is_json))


async def _write(
    place: Place, query: dict[str, Any], use_case: str | None, timeline: str | None, is_json: bool
) -> None:
    from mock_server.forwarding import ForwardingError, Server, asked

    server = Server(place.url, place.admin_token)
    try:
        found = await asked(server, "GET", "/interest", query)
    finally:
        await server.close()
    if not found["is_logging"]:
        raise ForwardingError("There is no log to write it from: the sandbox was started with --no-log.")
    found = {
        "use_case": use_case or _asked_for("Use case, in one or two sentences"),
        "timeline": timeline or _asked_for("Timeline, or what waits for it"),
        **found,
    }
    text = json.dumps(found, ensure_ascii=False, indent=2) if is_json else "\n".join(markdown(found))
    click.echo(text)


def _asked_for(what: str) -> str | None:
    """What a person types; None where there is none, as in CI."""
    if not sys.stdin.isatty():
        return None
    answer: str = click.prompt(what, default="", show_default=False, err=True)
    return answer.strip() or None


def markdown(found: dict[str, Any]) -> Iterator[str]:
    """The text for a partner manager."""
    volumes = found["volumes"]
    yield "# Interest in the HelloBooks Manufacturing API"
    yield ""
    yield f"- Use case: {found['use_case'] or _OPEN}"
    yield f"- Timeline: {found['timeline'] or _OPEN}"
    yield f"- News: {_NEWS[found['news']]}"
    yield f"- Topics: {_listed(found['topics'])}"
    yield f"- Scopes: {_listed(found['scopes'])}"
    yield (
        f"- Volumes: {volumes['requests']} requests ({volumes['reads']} reads, {volumes['writes']} writes), "
        f"{volumes['busiest_minute']} in the busiest minute"
    )
    if found["from"] is not None:
        yield f"- Seen in a sandbox from {found['from']} to {found['to']}"
    yield ""
    yield "| resource | access | operations |"
    yield "|---|---|---|"
    for resource in found["resources"]:
        operations = ", ".join(
            f"`{each['operation_id']}` ({each['requests']})" for each in resource["operations"]
        )
        yield f"| {resource['resource']} | {resource['access']} | {operations} |"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
