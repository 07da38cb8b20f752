"""Chooses what is measured, and shows it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from scripts.benchmark import history


@click.command()
@click.option("--history", "is_history", is_flag=True, help="An entity with a long past against a new one.")
@click.option("--orders", default=history.ORDERS, show_default=True, help="Work orders of the past.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write the figures to this file too.")
def main(is_history: bool, orders: int, file: Path | None) -> None:
    """Measure the sandbox; exit 1 where a goal is missed."""
    found: dict[str, Any] = history.measure(orders=orders)
    click.echo("\n".join(history.lines(found)))
    if file is not None:
        file.write_text(json.dumps(found, indent=2) + "\n")
    sys.exit(0 if found["is_met"] else 1)


main()
