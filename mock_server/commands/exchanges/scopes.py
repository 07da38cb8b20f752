"""`scopes`: which scopes a client uses, holds in vain, or lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from mock_server.commands.place import Place, reached, run


@click.command()
@click.option(
    "--by",
    type=click.Choice(["token", "install", "all"]),
    default="token",
    show_default=True,
    help="A report for each of these.",
)
@click.option("--token-id", metavar="JTI", help="Of this token alone.")
@click.option("--install", "install_id", metavar="ID", help="Of this install alone.")
@click.option("--json", "is_json", is_flag=True, help="The report as JSON.")
@reached
def scopes(
    by: str, token_id: str | None, install_id: str | None, is_json: bool, url: str, admin_token: str
) -> None:
    """Report scopes as the log of requests saw them used, and the smallest set that would do."""
    query = {"by": by, "token_id": token_id, "install_id": install_id}
    run(_report(Place(url, None, None, admin_token), query, is_json))


async def _report(place: Place, query: dict[str, Any], is_json: bool) -> None:
    from mock_server.forwarding import Server, asked

    server = Server(place.url, place.admin_token)
    try:
        given = {name: value for name, value in query.items() if value is not None}
        report = await asked(server, "GET", "/scope-report", given)
    finally:
        await server.close()
    if is_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    for line in _lines(report):
        click.echo(line)


def _lines(report: dict[str, Any]) -> Iterator[str]:
    if not report["is_logging"]:
        yield "There is no log: the sandbox was started with --no-log."
    elif not report["reports"]:
        yield "Nothing has been asked with a token so far."
    for entry in report["reports"]:
        of = "all tokens"
        if entry["token_id"] is not None:
            of = f"token {entry['token_id']}, install {entry['install_id']}"
        elif entry["install_id"] is not None:
            of = f"install {entry['install_id']}"
        yield f"{of}: {entry['requests']} requests"
        for use in entry["used"]:
            yield f"  used     {use['scope']}  ({', '.join(use['operations'])}: {use['requests']})"
        for use in entry["missing"]:
            yield f"  missing  {use['scope']}  ({', '.join(use['operations'])}: {use['requests']})"
        yield f"  in vain  {', '.join(entry['in_vain']) or 'none'}"
        yield f"  enough   {', '.join(entry['smallest']) or 'none'}"
