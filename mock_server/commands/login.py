"""`login`: installs the demo app by way of the browser, as a customer would."""

from __future__ import annotations

from collections.abc import Sequence

import click

from mock_server.clients import DEMO_CLIENT
from mock_server.commands.exports import exports, shown_as, variables
from mock_server.commands.place import addressed, in_workspace, run

# Of the token endpoint's answer, what programs get beside the variables.
_MORE = {"refresh_token", "expires_in", "scope"}


@click.command()
@addressed
@in_workspace
@click.option("--client-id", default=DEMO_CLIENT, show_default=True, help="A public client of the sandbox.")
@click.option("--scope", "scopes", multiple=True, help="A scope to ask for; repeat it. All by default.")
@click.option("--no-browser", is_flag=True, help="Print the address of the page, and open nothing.")
@click.option("--timeout", default=300, show_default=True, type=click.IntRange(1, 86400), help="Seconds.")
@shown_as
def login(
    url: str, client_id: str, scopes: Sequence[str], no_browser: bool, timeout: int, form: str | None
) -> None:
    """Install an app in the browser, and print the variables of `env` for the entity that was picked.

    The page asks for organisation, entity and scopes; this command waits on a free port of this machine for
    the code, and exchanges it. With --json the refresh token is shown too.

    \b
    eval "$(hellobooks-sandbox login)"
    """
    run(_login(url, client_id, list(dict.fromkeys(scopes)), not no_browser, timeout, form))


async def _login(
    url: str, client_id: str, scopes: Sequence[str], opens: bool, seconds: int, form: str | None
) -> None:
    from mock_server.forwarding import Server
    from mock_server.login import log_in

    async def show(address: str) -> None:
        click.echo(f"Decide in the browser, at {address}", err=True)
        if opens:
            # Loaded where they are needed.
            import asyncio
            import webbrowser

            await asyncio.to_thread(webbrowser.open, address)

    server = Server(url)
    try:
        done = await log_in(server, client_id, scopes, show, seconds)
    finally:
        await server.close()
    values = variables(server, done.token["access_token"], done.org, done.entity)
    more = {name: value for name, value in done.token.items() if name in _MORE}
    click.echo(exports(form, values, more))
