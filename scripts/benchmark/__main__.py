"""Chooses what is measured, and shows it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from scripts.benchmark import history, micro


@click.command()
@click.option("--history", "is_history", is_flag=True, help="An entity with a long past against a new one.")
@click.option("--orders", default=history.ORDERS, show_default=True, help="Work orders of the past.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures to this file too.")
@click.option("--micro", "is_micro", is_flag=True, help="Microseconds in process, against their budgets.")
def main(is_history: bool, is_micro: bool, orders: int, file: Path | None) -> None:
    """Measure the sandbox; exit 1 where a goal is missed."""
    if is_history:
        found = history.measure(orders=orders)
        click.echo("\n".join(history.lines(found)))
    elif is_micro:
        found = micro.measure()
        click.echo("\n".join(micro.lines(found)))
    if file is not None:
        file.write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(0 if found["is_met"] else 1)


main()
