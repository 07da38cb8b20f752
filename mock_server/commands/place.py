"""The options by which a command finds a sandbox and an entity in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from mock_server.options import AdminToken

Command = TypeVar("Command", bound=Callable[..., Any])
_WORKSPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
addressed = click.option(
    "--url",
    default="http://127.0.0.1:8080",
    envvar="HB_URL",
    show_default=True,
    is_eager=True,
    help="Address of the sandbox.  [env: HB_URL]",
)


def _in_workspace(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value and value != "default":
        if not _WORKSPACE.fullmatch(value):
            raise click.BadParameter(f"{value[:60]} is no id of a workspace.", context, parameter)
        # Where the control plane of the workspace is; the public API goes by the token.
        context.params["url"] = f"{context.params['url'].rstrip('/')}/_sandbox/v1/workspaces/{value}"


in_workspace = click.option(
    "--workspace",
    envvar="HB_WORKSPACE",
    expose_value=False,
    callback=_in_workspace,
    help="Workspace in it.  [env: HB_WORKSPACE; default: default]",
)
_OPTIONS = (
    addressed,
    in_workspace,
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
    for option in (_OPTIONS[-1], in_workspace, addressed):
        command = option(command)
    return command


def placed(command: Command) -> Command:
    """Gives a command the options of a place."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


async def asked(place: Place, method: str, path: str, body: Any = None) -> Any:
    """What the control plane answers; a ForwardingError where it refuses."""
    from mock_server.forwarding import ForwardingError, Server

    server = Server(place.url, place.admin_token)
    try:
        answer = await server.control(method, path, body)
    finally:
        await server.close()
    if answer.status >= 400:
        raise ForwardingError(f"{answer.told}.")
    return answer.body


def run(work: Coroutine[Any, Any, None]) -> None:
    """Runs a command's work; what it cannot go on with is one sentence."""
    # Loaded where it is needed.
    import asyncio

    from mock_server.forwarding import ForwardingError

    try:
        asyncio.run(work)
    except ForwardingError as error:
        raise click.ClickException(str(error)) from error
