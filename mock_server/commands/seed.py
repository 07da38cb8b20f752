"""`seed`: checks a seed pack, and writes the state of a sandbox as one."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mock_server.commands.place import Place, placed, run
from mock_server.options import Moment


@click.group()
def seed() -> None:
    """Check a seed pack, or write the state of a sandbox as one.

    `serve --seed FILE` starts a sandbox with a pack.
    """


@seed.command()
@click.argument("file", type=click.File("rb"))
@click.option("--clock", type=Moment(), help="Play it as of this moment; now by default.")
@click.option("--json", "is_json", is_flag=True, help="Print the findings as JSON.")
def check(file: Any, clock: datetime | None, is_json: bool) -> None:
    """Check the pack FILE: its form, each body against the contract, and by playing it.

    A finding is a line with file, line, column, pointer and a sentence. With any the exit code is 1.
    """
    # Loaded where it is needed.
    from mock_server.seeds import PackFault, check_pack, contracts
    from mock_server.settings import BUILT

    try:
        counted = check_pack(file.read(), file.name, contracts(BUILT), clock)
    except PackFault as fault:
        if is_json:
            findings = [each._asdict() for each in fault.findings]
            click.echo(json.dumps({"file": fault.name, "findings": findings}, ensure_ascii=False))
        else:
            click.echo(str(fault))
        raise SystemExit(1) from None
    if is_json:
        click.echo(json.dumps({"file": file.name, "findings": []}, ensure_ascii=False))
    else:
        click.echo(f"{file.name}: {counted}")


@seed.command()
@placed
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; stdout by default.",
)
@click.option("--json", "is_json", is_flag=True, help="Print the pack and what it leaves out as JSON.")
def export(
    url: str, org: str | None, entity: str | None, admin_token: str, output: Path | None, is_json: bool
) -> None:
    """Write the state of the sandbox, or of one entity, as a seed pack.

    What the pack leaves out is told on stderr.
    """
    run(_export(Place(url, org, entity, admin_token), output, is_json))


async def _export(place: Place, output: Path | None, is_json: bool) -> None:
    from mock_server.forwarding import ForwardingError, Server, find_entities

    server = Server(place.url, place.admin_token)
    try:
        await find_entities(server, place.org, place.entity)
        named = {"org_ref_id": place.org, "entity_ref_id": place.entity}
        query = {name: value for name, value in named.items() if value is not None}
        answer = await server.control("GET", "/seed", query=query)
    finally:
        await server.close()
    if answer.status != 200:
        raise ForwardingError(f"There is no pack: {answer.told}.")
    text = json.dumps(answer.body, ensure_ascii=False) + "\n" if is_json else answer.body["pack"]
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
    if not is_json:
        for told in answer.body["left_out"]:
            click.echo(f"left out: {told}", err=True)
