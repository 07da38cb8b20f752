"""Checks in about a minute what a change most often breaks: contract, style, types, and one operation."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

from scripts.checks import code_reports, contract_reports
from scripts.contract import PROJECT, SOURCES, bundle

# Where the tests are that an operation has by being in the contract.
_WHERE = (
    "contract_tests/gateway",
    "contract_tests/hostile",
    "contract_tests/records",
    "contract_tests/shop_floor",
    "tests/test_architecture.py",
)
# The registers, and who may import whom.
_ALWAYS = ("has_its_request", "has_a_request_that_succeeds", "that_the_rules_allow")
_DEFAULT = "getBom"


def changed_operations(project: Path = PROJECT) -> list[str]:
    """The operations whose sources differ from the last commit."""
    status = subprocess.run(
        [
            "git",
            "status",
            "--porcelain",
            "--untracked-files=all",
            "--",
            "openapi/resources/*/operations/*.yaml",
        ],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    files = [Path(line[3:]) for line in status.stdout.splitlines()]
    return sorted(file.stem for file in files if (project / file).is_file())


def main(arguments: list[str] | None = None) -> int:
    """The command `scripts/check`."""
    parser = argparse.ArgumentParser(prog="scripts/check", description=__doc__)
    parser.add_argument("operation", nargs="*", help="operationId; by default those that you have changed")
    asked = parser.parse_args(arguments).operation
    start = time.monotonic()
    reports = contract_reports()
    if len(reports) > 1:
        items = bundle(SOURCES)["paths"].values()
        known = {
            operation["operationId"]
            for item in items
            for operation in item.values()
            if "operationId" in operation
        }
        unknown = sorted(set(asked) - known)
        if unknown:
            print(f"The contract has no operation {', '.join(unknown)}.", file=sys.stderr)
            return 2
        reports += code_reports()
    for report in reports:
        print(report, flush=True)
    if any(report.faults for report in reports):
        return 1
    chosen = asked or changed_operations() or [_DEFAULT]
    print(f"{'tests':9}{', '.join(chosen)}", flush=True)
    # Tests are named in snake case, or after the operation where they are made for each.
    named = [re.sub("(?=[A-Z])", "_", name).lower() for name in chosen]
    words = " or ".join([*chosen, *named, *_ALWAYS])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *_WHERE, "-k", words], cwd=PROJECT, check=False
    )
    print(f"{time.monotonic() - start:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
