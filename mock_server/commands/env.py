"""`env`: the variables that clients and the other commands read, for one entity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from mock_server.commands.exports import exports, shown_as, variables
from mock_server.commands.place import Place, placed, run
from mock_server.options import Seconds


@click.command()
@placed
@click.option("--scope", "scopes", multiple=True, help="A scope to grant; repeat it. All of them by default.")
@click.option("--expires", type=Seconds(), default="30d", show_default=True, help="90, 15m, 1h, 7d.")
@shown_as
@click.pass_context
def env(
    context: click.Context,
    url: str,
    org: str | None,
    entity: str | None,
    admin_token: str,
    scopes: Sequence[str],
    expires: int,
    form: str | None,
) -> None:
    """Print HB_URL, HB_TOKEN, HB_ORG and HB_ENT, with a new token of the entity.

    \b
    eval "$(hellobooks-sandbox env)"
    eval "$(hellobooks-sandbox env --entity ent-veloma-uk --scope bom:read --expires 15m)"
    hellobooks-sandbox env --dotenv > .env
    """
    if context.get_parameter_source("entity") is click.core.ParameterSource.COMMANDLINE:
        if context.get_parameter_source("org") is click.core.ParameterSource.ENVIRONMENT:
            # What an earlier one exported says nothing of an entity that is named now.
            org = None
    run(_print(Place(url, org, entity, admin_token), scopes, expires, form))


async def _print(place: Place, scopes: Sequence[str], seconds: int, form: str | None) -> None:
    from mock_server.forwarding import ForwardingError, Server, find_entities

    server = Server(place.url, place.admin_token)
    try:
        [entity, *_] = await find_entities(server, place.org, place.entity)
        asked: dict[str, Any] = {
            "org_ref_id": entity.org,
            "entity_ref_id": entity.entity,
            "expires_in": seconds,
        }
        if scopes:
            asked["scopes"] = list(dict.fromkeys(scopes))
        answer = await server.control("POST", "/tokens", asked)
        if answer.status != 201:
            raise ForwardingError(f"The sandbox gives no such token: {answer.told}.")
    finally:
        await server.close()
    values = variables(server, answer.body["access_token"], entity.org, entity.entity)
    click.echo(exports(form, values, {"expires_at": answer.body["expires_at"]}))
