"""`explain`: why a request was answered as it was."""

from __future__ import annotations

import json

import click

from mock_server.commands.place import Place, reached, run


@click.command()
@click.argument("request_id")
@click.option("--json", "is_json", is_flag=True, help="The request, its answer and the words, as JSON.")
@reached
def explain(request_id: str, is_json: bool, url: str, admin_token: str) -> None:
    """Say in plain words why a request was answered as it was.

    REQUEST_ID is the X-Request-Id of the answer.
    """
    run(_explain(Place(url, None, None, admin_token), request_id, is_json))


async def _explain(place: Place, request_id: str, is_json: bool) -> None:
    from mock_server.commands.explaining_requests import explain_request
    from mock_server.forwarding import Server

    server = Server(place.url, place.admin_token)
    try:
        found = await explain_request(server, request_id)
    finally:
        await server.close()
    click.echo(json.dumps(found, ensure_ascii=False) if is_json else "\n".join(found["explanation"]))
