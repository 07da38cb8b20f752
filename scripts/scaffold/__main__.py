"""The command `scripts/new`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts.scaffold import KINDS, ScaffoldError, Wanted, scaffold
from scripts.scaffold.words import parts

PROJECT = Path(__file__).resolve().parents[2]
_NEXT = """
It builds, and the server answers 501 for it after the scope check. Next:
  1. Write its schemas and examples, and whatever is "To be written"; scripts/check {id} says what is wrong.
  2. Put what it decides into mock_server/manufacturing/, and what it reads into the book (CONTRIBUTING.md).
  3. Add its handler to mock_server/api/{module}.py, found by its name:
         def {name}(self, call: Call) -> Answer:
  4. Take `x-unbuilt` off it, and put the promises it keeps in place of the one in {test}.
  5. Enter what it refuses, and a request that succeeds, into the registers (CONTRIBUTING.md).
  6. Say it in CHANGELOG.md, contract and sandbox apart."""


def main(arguments: list[str] | None = None) -> int:
    """Writes what was asked for and says what is left to do."""
    parser = argparse.ArgumentParser(
        prog="scripts/new", description="Begin something new, in the style of the house."
    )
    things = parser.add_subparsers(dest="thing", required=True)
    operation = things.add_parser("operation", help="an operation of the contract")
    operation.add_argument("kind", choices=KINDS)
    operation.add_argument("id", help="its operationId, such as listWorkOrderMovements")
    operation.add_argument("path", help="its path below the entity, such as '/work-orders/{id}/movements'")
    operation.add_argument(
        "--resource", help="its folder in openapi/resources; by default the path's first segment"
    )
    asked = parser.parse_args(arguments)
    wanted = Wanted(asked.kind, asked.id, "/" + asked.path.strip("/"), asked.resource)
    try:
        written = scaffold(PROJECT, wanted)
    except ScaffoldError as error:
        print(error, file=sys.stderr)
        return 1
    for file in written:
        print(file.relative_to(PROJECT))
    test, folder = written[-1].relative_to(PROJECT), wanted.resource or wanted.path.split("/")[1]
    name = "_".join(parts(wanted.id))
    print(_NEXT.format(id=wanted.id, module=folder.replace("-", "_"), name=name, test=test))
    return 0


if __name__ == "__main__":
    sys.exit(main())
