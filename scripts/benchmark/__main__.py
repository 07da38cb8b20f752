"""Chooses what is measured, and shows it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from scripts.benchmark import history, micro, race
from scripts.benchmark.servers import Missing


@click.command()
@click.option("--history", "is_history", is_flag=True, help="An entity with a long past against a new one.")
@click.option("--orders", default=history.ORDERS, show_default=True, help="Work orders of the past.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures to this file too.")
@click.option("--micro", "is_micro", is_flag=True, help="Microseconds in process, against their budgets.")
@click.option("--rounds", default=race.ROUNDS, show_default=True, help="Rounds of the comparison over HTTP.")
@click.option("--seconds", default=race.SECONDS, show_default=True, help="Seconds of each of its runs.")
def main(is_history: bool, is_micro: bool, orders: int, file: Path | None, rounds: int, seconds: int) -> None:
    """Measure the sandbox; exit 1 where a goal is missed."""
    if is_history:
        found, lines = history.measure(orders=orders), history.lines
    elif is_micro:
        found, lines = micro.measure(), micro.lines
    else:
        try:
            found, lines = race.measure(rounds, seconds), race.lines
        except Missing as error:
            raise click.ClickException(str(error)) from error
    click.echo("\n".join(lines(found)))
    if file is not None:
        file.write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(0 if found["is_met"] else 1)


main()
