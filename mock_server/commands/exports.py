"""What later commands and clients need, in the form that takes it: a shell, a .env file, or a program."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, Protocol

import click

from mock_server.commands.place import Command

_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+=,-]*")
_OPTIONS = (
    click.option("--dotenv", "form", flag_value="dotenv", help="Lines for a .env file."),
    click.option("--json", "form", flag_value="json", help="A JSON object."),
)


def shown_as(command: Command) -> Command:
    """Gives a command the options of forms."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def exports(form: str | None, values: Mapping[str, str], more: Mapping[str, Any]) -> str:
    """The variables in a form, by default for `eval`; `more` is for programs alone."""
    if form == "json":
        return json.dumps({**values, **more}, ensure_ascii=False)
    if form == "dotenv":
        return "\n".join(f"{name}={_dotted(value)}" for name, value in values.items())
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in values.items())


def _dotted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


class Named(Protocol):
    """A sandbox by its address, and a workspace in it."""

    origin: str
    workspace: str | None


def variables(server: Named, token: str, org: str, entity: str) -> dict[str, str]:
    """What clients and the other commands read, of an entity."""
    named = {"HB_URL": server.origin, "HB_TOKEN": token, "HB_ORG": org, "HB_ENT": entity}
    return named if server.workspace is None else {**named, "HB_WORKSPACE": server.workspace}
