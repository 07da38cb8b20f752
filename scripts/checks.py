"""Checks the contract with everything that can judge it: house rules, validators of others, linters."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.contract import PROJECT, SERVED, SOURCES, ContractError, build
from scripts.contract.rules import CHECKS, Breach, apply, load_rules, read_subject

Command = list[str]
NODE_ENVIRONMENT = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


@dataclass(frozen=True)
class Report:
    """The outcome of one step: its faults, or why it was skipped."""

    step: str
    faults: list[str] = field(default_factory=list)
    skipped: str = ""

    def __str__(self) -> str:
        if self.skipped:
            return f"skipped  {self.step}: {self.skipped}"
        return "\n".join([f"{'faulty' if self.faults else 'ok':9}{self.step}", *self.faults])


def house_rule_breaches(root: Path = SOURCES) -> list[Breach]:
    """Every breach of the house rules by the contract in `root`."""
    return apply(load_rules(SOURCES / "rules"), CHECKS, read_subject(root))


def validator_faults(document: dict[str, Any]) -> list[str]:
    """What openapi-spec-validator finds in one form of the document."""
    import openapi_spec_validator

    is_31 = document["openapi"].startswith("3.1")
    name = "OpenAPIV31SpecValidator" if is_31 else "OpenAPIV30SpecValidator"
    errors = getattr(openapi_spec_validator, name)(document).iter_errors()
    return [
        f"#/{'/'.join(map(str, error.absolute_path))}: {error.message.splitlines()[0][:300]}"
        for error in errors
    ]


def prance_faults(index: Path) -> list[str]:
    """What prance finds when it resolves the source tree by itself."""
    import prance
    from prance.util.resolver import permissive_object_on_recursion
    from prance.util.url import ResolutionError

    try:
        prance.ResolvingParser(
            str(index),
            backend="openapi-spec-validator",
            # A schema may refer to itself, a resolver that writes everything out has to stop somewhere.
            recursion_limit=1,
            recursion_limit_handler=permissive_object_on_recursion,
        )
    except (prance.ValidationError, ResolutionError) as error:
        return [str(getattr(error.__cause__, "message", error)).splitlines()[0][:500]]
    return []


def command_faults(command: Command) -> list[str]:
    """The output of a command that failed; nothing where it succeeded."""
    environment = {**os.environ, **NODE_ENVIRONMENT}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [*done.stdout.splitlines(), *done.stderr.splitlines()] or [f"exit status {done.returncode}"]


def node_tool(name: str) -> Path | None:
    """The installed command of an npm package, if there is one."""
    tool = PROJECT / "node_modules" / ".bin" / name
    return tool if tool.exists() else None


def contract_reports(root: Path = SOURCES, *outs: Path) -> list[Report]:
    """The build and, where there is something to judge, the house rules."""
    try:
        build(root, *outs)
    except ContractError as error:
        return [Report("build", [str(fault) for fault in error.faults])]
    try:
        found = [str(breach) for breach in house_rule_breaches(root)]
    except ContractError as error:
        # A rule, or a file that only the rules read.
        found = [str(fault) for fault in error.faults]
    return [Report("build"), Report("house rules", found)]


def code_reports() -> list[Report]:
    """Style and types of the Python code."""
    python = [sys.executable, "-m"]
    concise = ["--output-format", "concise", "."]
    return [
        Report("ruff", command_faults([*python, "ruff", "check", "--quiet", *concise])),
        Report("ruff format", command_faults([*python, "ruff", "format", "--check", *concise])),
        Report("mypy", command_faults([*python, "mypy", "--strict"])),
    ]


def lint(root: Path = SOURCES, *outs: Path) -> list[Report]:
    """Every step in turn; the build comes first, and without it there is nothing more to judge."""
    reports = contract_reports(root, *outs)
    if len(reports) == 1:
        return reports
    forms = sorted((outs or (SERVED,))[0].glob("*openapi*.json"))
    for file in forms:
        reports.append(
            Report(f"openapi-spec-validator {file.name}", validator_faults(json.loads(file.read_text())))
        )
    for index in (root / "openapi.yaml", root / "sandbox" / "openapi.yaml"):
        if index.is_file():
            reports.append(Report(f"prance {index.relative_to(root)}", prance_faults(index)))
    reports += code_reports()
    built = [str(file) for file in forms if file.name.endswith("openapi.json")]
    reports.append(_node("redocly", lambda tool: [tool, "lint", "--format", "codeframe", *built]))
    reports.append(_program("hadolint", "hadolint Dockerfile", ["Dockerfile"]))
    reports.append(_program("shellcheck", "shellcheck", [str(file) for file in shell_scripts()]))
    reports.append(_node("dclint", lambda tool: [tool, "--quiet", "compose.yaml"]))
    reports.append(_node("spectral", lambda tool: [tool, "lint", "--quiet", *built]))
    return reports


def shell_scripts() -> list[Path]:
    """The commands of the project: their names have no ending."""
    folders = (PROJECT / "scripts", PROJECT / ".ci")
    return sorted(
        file for folder in folders for file in folder.iterdir() if file.is_file() and not file.suffix
    )


def _program(name: str, step: str, arguments: list[str]) -> Report:
    """A program that is in the project's own environment, or else on this machine."""
    own = Path(sys.executable).with_name(name)
    program = str(own) if own.exists() else shutil.which(name)
    if program is None:
        return Report(step, skipped=f"There is no {name} for this machine. It runs in CI.")
    return Report(step, command_faults([program, *arguments]))


def _node(name: str, command: Callable[[str], Command]) -> Report:
    tool = node_tool(name)
    if tool is None:
        return Report(name, skipped="Node.js is not here. It runs in CI.")
    return Report(name, command_faults(command(str(tool))))


def main(arguments: list[str] | None = None) -> int:
    """The command `scripts/lint`."""
    parser = argparse.ArgumentParser(prog="scripts/lint", description=__doc__)
    parser.add_argument("part", nargs="?", choices=["contract"], help="the build and the house rules alone")
    reports = contract_reports() if parser.parse_args(arguments).part else lint()
    for report in reports:
        print(report)
    return 1 if any(report.faults for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
