"""`explain`: why a request was answered as it was, or how a figure came about."""

from __future__ import annotations

import json
import re
from typing import Any

import click

from mock_server.commands.place import Place, placed, run

# What joins a part to those before it, by the operation of the whole.
_SIGNS = {"sum": "+ ", "difference": "− ", "product": "× ", "quotient": "÷ "}  # noqa: RUF001
_CHOICES = {"least": "the least of", "greatest": "the greatest of"}
_REPORT = "Report"
_REQUEST = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8,}")


@click.command()
@click.argument("name")
@click.argument("pointer", required=False)
@placed
@click.option("--kind", help="Kind of the record, where records of several kinds have the number.")
@click.option("--from", "start", metavar="DATE", help="First day of a report.")
@click.option("--to", "end", metavar="DATE", help="Last day of a report.")
@click.option("--item", metavar="ID", help="Item of a report.")
@click.option("--depth", type=click.IntRange(1, 200), default=200, help="Levels of the tree.")
@click.option("--nodes", type=click.IntRange(1, 10_000), default=1000, help="Nodes of the tree at most.")
@click.option("--json", "is_json", is_flag=True, help="The tree as JSON.")
def explain(
    name: str,
    pointer: str | None,
    url: str,
    org: str | None,
    entity: str | None,
    admin_token: str,
    kind: str | None,
    start: str | None,
    end: str | None,
    item: str | None,
    depth: int,
    nodes: int,
    is_json: bool,
) -> None:
    """Tell how a figure came about, such as /Variance/Total of WO-0005, or why a request was answered so.

    A request is named by the X-Request-Id of its answer, alone. Else NAME is the id or number of a record,
    the code of an item, or the operation of a report such as getJobCostingReport; POINTER the place of the
    figure in what GET shows of it.
    """
    if pointer is None and _REQUEST.fullmatch(name):
        run(_explain_request(Place(url, org, entity, admin_token), name, is_json))
        return
    if pointer is None:
        raise click.UsageError(f"Name the figure of {name} too, such as /Variance/Total.")
    query: dict[str, Any] = {"pointer": pointer, "depth": depth, "nodes": nodes}
    is_report = name.startswith("get") and name.endswith(_REPORT)
    if is_report:
        query |= {"report": name, "from": start, "to": end, "item_ref_id": item}
    else:
        query |= {"record": name, "kind": kind}
    path = "/explain-report" if is_report else "/explain"
    given = {key: value for key, value in query.items() if value is not None}
    run(_explain(Place(url, org, entity, admin_token), path, given, is_json))


async def _explain_request(place: Place, request_id: str, is_json: bool) -> None:
    from mock_server.commands.exchanges import explain_request
    from mock_server.forwarding import Server

    server = Server(place.url, place.admin_token)
    try:
        found = await explain_request(server, request_id)
    finally:
        await server.close()
    click.echo(json.dumps(found, ensure_ascii=False) if is_json else "\n".join(found["explanation"]))


async def _explain(place: Place, path: str, query: dict[str, Any], is_json: bool) -> None:
    from mock_server.forwarding import ForwardingError, Server, find_entities

    server = Server(place.url, place.admin_token)
    try:
        [entity, *_] = await find_entities(server, place.org, place.entity)
        answer = await server.control("GET", f"{entity.path}{path}", query=query)
    finally:
        await server.close()
    if answer.status != 200:
        raise ForwardingError(f"{answer.told}.")
    if is_json:
        click.echo(json.dumps(answer.body, ensure_ascii=False))
        return
    for line in _lines(answer.body["figure"], 0, ""):
        click.echo(line)
    if not answer.body["is_complete"]:
        click.echo("There is more below: raise --depth or --nodes.", err=True)


def _lines(node: dict[str, Any], level: int, sign: str) -> list[str]:
    """A figure and its parts, each a line, deeper ones further to the right."""
    told = [f"{'  ' * level}{sign}{node['value']} {node['unit']}".rstrip() + f"  {node['label']}"]
    told += [f"({text})" for text in _remarks(node)]
    found = [" ".join(told)]
    join = _SIGNS.get(node["operation"], "")
    for place, part in enumerate(node["children"]):
        found += _lines(part, level + 1, join if place else "")
    return found


def _remarks(node: dict[str, Any]) -> list[str]:
    found = []
    rounding, source = node["rounding"], node["source"]
    if node["exact"] is not None:
        found.append(f"exactly {node['exact']}")
    if rounding is not None:
        found.append(f"rounded, residue {rounding['residue']}")
    if node["operation"] in _CHOICES:
        found.append(_CHOICES[node["operation"]])
    if source is not None:
        kind = "BOM" if source["type"] == "bom" else source["type"].replace("_", " ")
        parts = [kind, source["number"] or source["id"], source["pointer"]]
        found.append(" ".join(part for part in parts if part))
    if node["children_omitted"]:
        count = node["children_omitted"]
        found.append("1 part not shown" if count == 1 else f"{count} parts not shown")
    return found
