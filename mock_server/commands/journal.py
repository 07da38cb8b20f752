"""`journal`: what stock, orders and job work would post in an accounting product."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import click

from mock_server.commands.place import Place, placed, run

_WIDTH = 48


@click.command()
@click.argument("document", required=False)
@placed
@click.option("--from", "start", metavar="DATE", help="First posting date.")
@click.option("--to", "end", metavar="DATE", help="Last posting date.")
@click.option("--json", "is_json", is_flag=True, help="An entry a line, as JSON.")
def journal(
    document: str | None,
    url: str,
    org: str | None,
    entity: str | None,
    admin_token: str,
    start: str | None,
    end: str | None,
    is_json: bool,
) -> None:
    """List journal entries of DOCUMENT, an order by id or number, or of all that was posted."""
    query = {"document": document, "from": start, "to": end}
    given = {key: value for key, value in query.items() if value is not None}
    run(_journal(Place(url, org, entity, admin_token), given, is_json))


async def _journal(place: Place, query: dict[str, Any], is_json: bool) -> None:
    from mock_server.forwarding import Server, find_entities

    server = Server(place.url, place.admin_token)
    try:
        [entity, *_] = await find_entities(server, place.org, place.entity)
        async for entry in _entries(server, f"{entity.path}/journal", query):
            click.echo(json.dumps(entry, ensure_ascii=False) if is_json else _text(entry))
    finally:
        await server.close()


async def _entries(server: Any, path: str, query: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """All entries, page by page."""
    from mock_server.forwarding import ForwardingError

    more: dict[str, Any] = {}
    while True:
        answer = await server.control("GET", path, query={**query, **more, "limit": 200})
        if answer.status != 200:
            raise ForwardingError(f"{answer.told}.")
        for entry in answer.body["entries"]:
            yield entry
        if not answer.body["has_more"]:
            return
        more = {"after": answer.body["next_cursor"]}


def _text(entry: dict[str, Any]) -> str:
    """An entry as an accountant writes it: debits on the left, credits on the right."""
    lines = [f"{entry['posting_date']}  {entry['narration']}  {entry['currency']}"]
    for line in entry["lines"]:
        name = "  ".join(part for part in (line["account_name"], line["item_code"]) if part)
        debit, credit = line["debit"], line["credit"]
        shown = f"  {name}" if debit else f"    {name}"
        amounts = f"{debit:>16,.2f}" if debit else f"{'':16}{credit:>16,.2f}"
        lines.append(f"{shown:<{_WIDTH}}{amounts}")
    return "\n".join(lines)
