"""`entities`, `items`, `vendors`: what a sandbox has of them, new ones, and changes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import click

from mock_server.commands.place import Place, placed, run

_JSON = click.option("--json", "is_json", is_flag=True, help="Print JSON.")
_VALUES = click.argument("values", nargs=-1, required=True, metavar="NAME=VALUE...")


@click.group(invoke_without_command=True)
@placed
@_JSON
@click.pass_context
def entities(context: click.Context, /, is_json: bool, **place: Any) -> None:
    """List the entities of the sandbox.

    \b
    hellobooks-sandbox entities add org_ref_id=org-a entity_ref_id=ent-a org_name=A name=A \\
        country=IN currency=INR time_zone=Asia/Kolkata
    hellobooks-sandbox entities --org org-a --entity ent-a change overhead_percent=12.5
    """
    context.obj = Place(**place), is_json
    if context.invoked_subcommand is None:
        run(_work(context, lambda desk: desk.entities()))


@entities.command("add")
@_VALUES
@click.pass_context
def add_entity(context: click.Context, values: Sequence[str]) -> None:
    """Create an entity from members of `createEntity`."""
    run(_work(context, lambda desk: desk.add_entity(values)))


@entities.command("change")
@_VALUES
@click.pass_context
def change_entity(context: click.Context, values: Sequence[str]) -> None:
    """Change the entity with members of `updateEntity`."""
    run(_work(context, lambda desk: desk.change_entity(values)))


def _records(plural: str, code: str, examples: str) -> click.Group:
    """The command for one kind of record that has a code."""
    singular = plural.removesuffix("s")
    kind = singular.capitalize()

    @click.group(
        plural, invoke_without_command=True, help=f"List the {plural} of an entity.\n\n\b\n{examples}"
    )
    @placed
    @_JSON
    @click.pass_context
    def group(context: click.Context, /, is_json: bool, **place: Any) -> None:
        context.obj = Place(**place), is_json
        if context.invoked_subcommand is None:
            run(_work(context, lambda desk: desk.records(kind, code)))

    @group.command("add", help=f"Create one from members of `create{kind}`.")
    @_VALUES
    @click.pass_context
    def add(context: click.Context, values: Sequence[str]) -> None:
        run(_work(context, lambda desk: desk.add(kind, code, values)))

    @group.command("change", help=f"Change the one that has a code or id with members of `update{kind}`.")
    @click.argument("which", metavar="CODE_OR_ID")
    @_VALUES
    @click.pass_context
    def change(context: click.Context, which: str, values: Sequence[str]) -> None:
        run(_work(context, lambda desk: desk.change(kind, code, which, values)))

    return group


items = _records(
    "items",
    "ItemCode",
    "hellobooks-sandbox items add ItemCode=BELL Name=Bell Uom=NOS StandardCost=4.2\n"
    "hellobooks-sandbox items change BELL StandardCost=5 IsActive=false",
)
vendors = _records(
    "vendors",
    "VendorCode",
    "hellobooks-sandbox vendors add VendorCode=PLATER DisplayName=Platers IsSubcontractor=true\n"
    "hellobooks-sandbox vendors change PLATER IsArchived=true",
)


async def _work(context: click.Context, work: Callable[[Any], Awaitable[tuple[Any, Sequence[str]]]]) -> None:
    """Does the work at the place that the group was given, and prints what came of it."""
    from mock_server.forwarding import RecordDesk, Server

    place, is_json = context.obj
    server = Server(place.url, place.admin_token)
    try:
        shown, lines = await work(RecordDesk(server, place.org, place.entity))
    finally:
        await server.close()
    click.echo(json.dumps(shown, ensure_ascii=False) if is_json else "\n".join(lines))
