"""`dry-run`: what a write would have done that was only tried."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_server.commands.place import Place, placed, run


@click.command("dry-run")
@click.argument("request_id")
@placed
@click.option("--json", "is_json", is_flag=True, help="Print the answer as JSON.")
def dry_run(request_id: str, is_json: bool, **place: Any) -> None:
    """Say what a write would have done: stock moves, changes of costs, events.

    REQUEST_ID is the X-Request-Id of a write that was sent with X-Sandbox-Dry-Run: true.
    """
    run(_show(Place(**place), request_id, is_json))


async def _show(place: Place, request_id: str, is_json: bool) -> None:
    # Loaded where it is needed.
    from urllib.parse import quote

    from mock_server.forwarding import ForwardingError, Server

    server = Server(place.url, place.admin_token)
    try:
        answer = await server.control("GET", f"/dry-runs/{quote(request_id, safe='')}")
    finally:
        await server.close()
    if answer.status != 200:
        raise ForwardingError(answer.told)
    click.echo(json.dumps(answer.body, ensure_ascii=False) if is_json else "\n".join(_lines(answer.body)))


def _lines(told: dict[str, Any]) -> list[str]:
    """The outcome, a line for each effect."""
    lines = [f"{told['operation_id']} would answer {told['status']}."]
    for moved in told["movements"]:
        way = " ".join(
            f"{word} {place}" for word, place in (("from", moved["From"]), ("to", moved["To"])) if place
        )
        lines.append(
            f"stock  {moved['ItemCode']} {moved['Quantity']} {way}  {moved['Type']}, {moved['Value']}"
        )
    for cost in told["cost_changes"]:
        lines.append(
            f"cost   {cost['resource']} {cost['record_id']} {cost['pointer']} "
            f"{_figure(cost['before'])} → {_figure(cost['after'])}"
        )
    lines += [f"event  {event['topic']} {event['record_id']} {event['revision']}" for event in told["events"]]
    return lines if len(lines) > 1 else [*lines, "Nothing of stock, costs or events would change."]


def _figure(value: Any) -> str:
    return "none" if value is None else str(value)
