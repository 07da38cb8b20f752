"""The options by which a command finds a sandbox and an entity in it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from mock_server.options import AdminToken

Command = TypeVar("Command", bound=Callable[..., Any])
addressed = click.option(
    "--url",
    default="http://127.0.0.1:8080",
    envvar="HB_URL",
    show_default=True,
    help="Address of the sandbox.  [env: HB_URL]",
)
_OPTIONS = (
    addressed,
    click.option("--org", envvar="HB_ORG", help="Organisation.  [env: HB_ORG]"),
    click.option(
        "--entity",
        envvar="HB_ENT",
        help="Entity; the first one where neither is named.  [env: HB_ENT]",
    ),
    click.option(
        "--admin-token-file",
        "admin_token",
        type=AdminToken(),
        default="",
        envvar="HELLOBOOKS_ADMIN_TOKEN_FILE",
        help="File of the server's admin token, where it is another machine.  "
        "[env: HELLOBOOKS_ADMIN_TOKEN_FILE]",
    ),
)


@dataclass(frozen=True)
class Place:
    """A sandbox, and perhaps an entity in it."""

    url: str
    org: str | None
    entity: str | None
    admin_token: str

    @property
    def is_named(self) -> bool:
        """Whether an entity, or its organisation, was named."""
        return self.org is not None or self.entity is not None


def reached(command: Command) -> Command:
    """Gives a command the options of a sandbox, of which it needs no entity."""
    for option in (_OPTIONS[-1], _OPTIONS[0]):
        command = option(command)
    return command


def placed(command: Command) -> Command:
    """Gives a command the options of a place."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run(work: Coroutine[Any, Any, None]) -> None:
    """Runs a command's work; what it cannot go on with is one sentence."""
    # Loaded where it is needed.
    import asyncio

    from mock_server.forwarding import ForwardingError

    try:
        asyncio.run(work)
    except ForwardingError as error:
        raise click.ClickException(str(error)) from error
