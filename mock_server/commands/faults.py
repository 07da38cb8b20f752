"""`faults`: what goes wrong with requests to the public API."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_server.commands.place import Place, asked, placed, run
from mock_server.options import Seconds

_KINDS = ("status", "latency", "reset", "truncated", "lost", "burst", "stale", "slow_body")
_PRESETS = ("flaky", "slow", "down", "quota")
_JSON = click.option("--json", "is_json", is_flag=True, help="Print the answer as JSON.")
_SCOPE = (
    click.option("--operation", "operation_id", help="Operation, such as createWorkOrder.  [default: all]"),
    click.option("--method", help="Method, such as POST.  [default: all]"),
    click.option("--install", "install_id", help="Install of the token.  [default: all]"),
    click.option("--jti", help="Id of the token.  [default: all]"),
    click.option("--seed", help="What chance goes by, so that a run repeats."),
    click.option("--expires", "expires_in", type=Seconds(), help="When it is gone: 90, 15m, 1h."),
)


def _scoped(command: Any) -> Any:
    for option in reversed((*_SCOPE, _JSON)):
        command = option(command)
    return placed(command)


@click.group(invoke_without_command=True)
@placed
@_JSON
@click.pass_context
def faults(context: click.Context, /, is_json: bool, **place: Any) -> None:
    """Let requests to the public API go wrong, and list what is set.

    With --org and --entity, or HB_ORG and HB_ENT, a fault meets the tokens of that entity alone.

    \b
    hellobooks-sandbox faults add lost --operation createWorkOrder --count 1
    hellobooks-sandbox faults add status --status 503 --probability 0.2 --seed tuesday
    hellobooks-sandbox faults preset flaky --expires 10m
    hellobooks-sandbox faults
    hellobooks-sandbox faults clear
    """
    if context.invoked_subcommand is None:
        run(_list(Place(**place), is_json))


@faults.command("list")
@placed
@_JSON
def listed(is_json: bool, **place: Any) -> None:
    """List the faults, with how often each came about."""
    run(_list(Place(**place), is_json))


@faults.command()
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--status", type=int, help="With status: what is answered.")
@click.option("--code", help="With status: the error code.")
@click.option("--retry-after", type=Seconds(), help="With burst and status: seconds in Retry-After.")
@click.option("--milliseconds", type=int, help="With latency and slow_body: how long it takes.")
@click.option("--to-milliseconds", type=int, help="With latency: at most, by chance.")
@click.option(
    "--percentile",
    "percentiles",
    multiple=True,
    metavar="PERCENT=MILLISECONDS",
    help="With latency: a point of a distribution, such as 95=400; repeat it.",
)
@click.option("--requests", type=int, help="With burst: how many are refused in a row.")
@click.option("--probability", type=float, help="Chance of each request.")
@click.option("--count", type=int, help="How often it comes about at most.")
@click.option("--after", type=int, help="How many requests pass first.")
@_scoped
def add(
    kind: str,
    percentiles: tuple[str, ...],
    is_json: bool,
    url: str,
    org: str | None,
    entity: str | None,
    **given: Any,
) -> None:
    """Set a fault of a KIND: status, latency, reset, truncated, lost, burst, stale or slow_body."""
    place = _place(url, org, entity, given)
    body = {"kind": kind, **_body(place, given)}
    if percentiles:
        body["percentiles"] = [_point(text) for text in percentiles]
    run(_set(place, "/faults", body, is_json))


@faults.command()
@click.argument("name", type=click.Choice(_PRESETS))
@_scoped
def preset(name: str, is_json: bool, url: str, org: str | None, entity: str | None, **given: Any) -> None:
    """Set the faults of a preset: flaky, slow, down or quota."""
    place = _place(url, org, entity, given)
    run(_set(place, f"/faults/presets/{name}", _body(place, given), is_json))


@faults.command()
@click.argument("fault_id", required=False)
@placed
@_JSON
def clear(fault_id: str | None, is_json: bool, **place: Any) -> None:
    """End all faults, or the one with FAULT_ID."""
    run(_clear(Place(**place), fault_id, is_json))


def _place(url: str, org: str | None, entity: str | None, given: dict[str, Any]) -> Place:
    known = {name: given.pop(name) for name in Place.__dataclass_fields__ if name in given}
    return Place(url=url, org=org, entity=entity, **known)


def _body(place: Place, given: dict[str, Any]) -> dict[str, Any]:
    if given.get("method") is not None:
        given["method"] = given["method"].upper()
    named = {"org_ref_id": place.org, "entity_ref_id": place.entity, **given}
    return {name: value for name, value in named.items() if value is not None}


def _point(text: str) -> dict[str, float | int]:
    percent, _, milliseconds = text.partition("=")
    try:
        return {"percent": float(percent), "milliseconds": int(milliseconds)}
    except ValueError:
        raise click.UsageError(f"--percentile {text[:40]} is no point such as 95=400.") from None


async def _list(place: Place, is_json: bool) -> None:
    found = (await asked(place, "GET", "/faults?limit=200"))["faults"]
    _show(found, is_json, "No faults are set.")


async def _set(place: Place, path: str, body: Any, is_json: bool) -> None:
    made = await asked(place, "POST", path, body)
    _show(made["faults"] if "faults" in made else [made], is_json, "")


async def _clear(place: Place, fault_id: str | None, is_json: bool) -> None:
    if fault_id is not None:
        # Loaded where it is needed.
        from urllib.parse import quote

        path = f"/faults/{quote(fault_id, safe='')}"
        _show([await asked(place, "DELETE", path)], is_json, "")
        return
    answer = await asked(place, "DELETE", "/faults")
    count = answer["modified"]
    click.echo(json.dumps(answer) if is_json else f"{count} fault{'' if count == 1 else 's'} ended.")


def _show(found: list[dict[str, Any]], is_json: bool, nothing: str) -> None:
    if is_json:
        click.echo(json.dumps({"faults": found}, ensure_ascii=False))
    else:
        click.echo("\n".join(_line(fault) for fault in found) or nothing)


def _line(fault: dict[str, Any]) -> str:
    """A fault in one line: id, kind, what is set, how often it came about."""
    known = {"id", "kind", "matched", "fired", "expires_at"}
    options = []
    for name, value in fault.items():
        if name == "percentiles":
            value = ",".join(f"{point['percent']:g}={point['milliseconds']}" for point in value)
        if name not in known:
            options.append(f"{name}={value}")
    end = f", until {fault['expires_at']}" if fault["expires_at"] else ""
    counts = f"{fault['fired']} of {fault['matched']}{end}"
    return "  ".join([fault["id"], f"{fault['kind']:<9}", " ".join(options), f"({counts})"])
