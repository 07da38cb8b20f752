"""Chooses what is measured, and shows it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from scripts.benchmark import durability, events, history, micro, race, soak, workspaces
from scripts.benchmark.servers import Missing


@click.command()
@click.option("--history", "is_history", is_flag=True, help="An entity with a long past against a new one.")
@click.option("--orders", default=history.ORDERS, show_default=True, help="Work orders of the past.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures to this file too.")
@click.option("--micro", "is_micro", is_flag=True, help="Microseconds in process, against their budgets.")
@click.option("--margin", default=1.0, show_default=True, help="With --micro: as many budgets pass.")
@click.option("--soak", "is_soak", is_flag=True, help="Full load for long: memory, handles, longest answer.")
@click.option("--durability", "is_durability", is_flag=True, help="Writes that wait for the disk, or do not.")
@click.option("--events", "is_events", is_flag=True, help="Deliveries of events, and what they cost.")
@click.option("--workspaces", "is_workspaces", is_flag=True, help="A thousand workspaces on one server.")
@click.option("--rounds", default=race.ROUNDS, show_default=True, help="Rounds of the comparison over HTTP.")
@click.option(
    "--seconds",
    type=int,
    help=f"Seconds of each of its runs ({race.SECONDS}), or of the soak ({soak.SECONDS}).",
)
def main(
    is_history: bool,
    is_micro: bool,
    margin: float,
    is_soak: bool,
    is_durability: bool,
    is_events: bool,
    is_workspaces: bool,
    orders: int,
    file: Path | None,
    rounds: int,
    seconds: int | None,
) -> None:
    """Measure the sandbox; exit 1 where a goal is missed."""
    if is_history:
        found, lines = history.measure(orders=orders), history.lines
    elif is_workspaces:
        found, lines = workspaces.measure(), workspaces.lines
    elif is_micro:
        found, lines = micro.measure(margin), micro.lines
    else:
        try:
            if is_soak:
                found, lines = soak.measure(seconds or soak.SECONDS), soak.lines
            elif is_events:
                found, lines = events.measure(seconds or race.SECONDS), events.lines
            elif is_durability:
                found, lines = durability.measure(rounds, seconds or race.SECONDS), durability.lines
            else:
                found, lines = race.measure(rounds, seconds or race.SECONDS), race.lines
        except Missing as error:
            raise click.ClickException(str(error)) from error
    click.echo("\n".join(lines(found)))
    if file is not None:
        file.write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(0 if found["is_met"] else 1)


main()
