"""The command line: serve the sandbox, make a token, help those who receive events."""

from __future__ import annotations

import io
import secrets
import socket
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from mock_server.commands import certify, env, events, listen, login, trigger, verify
from mock_server.options import AdminToken, Certificates, Limit, Moment, Seconds
from mock_server.settings import BUILT, COMMAND, PACKAGE, Settings, data_place

_DATA_DIR = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    help="Folder of the data.  [default: .sandbox if it is here or this is a checkout, else the user's own]",
)


@click.group()
@click.version_option(package_name=PACKAGE, prog_name=COMMAND, message="%(prog)s %(version)s")
def cli() -> None:
    """A stateful sandbox of the HelloBooks Manufacturing API preview."""


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@click.option("--ephemeral", is_flag=True, help="Keep everything in memory.")
@_DATA_DIR
@click.option(
    "--database",
    metavar="URL",
    envvar="HELLOBOOKS_DATABASE",
    help="A PostgreSQL database, postgresql://user@host/name, that several servers may share.  "
    "[env: HELLOBOOKS_DATABASE]",
)
@click.option(
    "--durability",
    type=click.Choice(["normal", "full"]),
    default="normal",
    show_default=True,
    help="What an answered write survives: 'normal' the end of the process, 'full' a loss of power too.",
)
@click.option(
    "--reset", is_flag=True, help="Begin with fresh data; the file that is there is kept under another name."
)
@click.option("--stage", type=click.Choice(["preview", "today"]), default="preview", show_default=True)
@click.option(
    "--rate-limit", type=Limit(), help="Requests per minute, or 'off'.  [default: the contract's 120]"
)
@click.option("--seed", type=click.Choice(["demo", "empty"]), default="demo", show_default=True)
@click.option("--clock", type=Moment(), help="Stop the sandbox's clock at this moment.")
@click.option(
    "--admin-token-file",
    "admin_token",
    type=AdminToken(),
    default="",
    envvar="HELLOBOOKS_ADMIN_TOKEN_FILE",
    help="File of a token with which other machines may use the control plane.  "
    "[env: HELLOBOOKS_ADMIN_TOKEN_FILE]",
)
@click.option(
    "--allow-private-webhooks/--no-private-webhooks",
    "private_webhooks",
    default=None,
    help="Whether events may go to this machine and the network around it.  "
    "[default: only when serving on loopback]",
)
@click.option(
    "--max-workspaces",
    default=1_000,
    show_default=True,
    type=click.IntRange(0, 100_000),
    help="How many workspaces may be made beside the first one.",
)
@click.option(
    "--webhook-ca",
    type=Certificates(),
    help="File (PEM) of authorities that receivers' certificates may come from, beside the usual ones.",
)
def serve(
    host: str,
    port: int,
    ephemeral: bool,
    data_dir: Path | None,
    database: str | None,
    durability: str,
    reset: bool,
    stage: str,
    rate_limit: int | None,
    seed: str,
    clock: datetime | None,
    admin_token: str,
    private_webhooks: bool | None,
    webhook_ca: Path | None,
    max_workspaces: int,
) -> None:
    """Serve the contract from a seeded sandbox."""
    if ephemeral and data_dir is not None:
        raise click.UsageError("--ephemeral and --data-dir exclude each other.")
    if database is not None and (ephemeral or data_dir is not None):
        raise click.UsageError("--database excludes --ephemeral and --data-dir.")
    if (reset or durability == "full") and (ephemeral or database is not None):
        raise click.UsageError("--reset and --durability full are for a data folder.")
    _require_contract()
    listener = _listen(host, port)
    from mock_server.gateway import is_loopback
    from mock_server.server import run

    if private_webhooks is None:
        private_webhooks = is_loopback(listener.getsockname()[0])
    folder = None if ephemeral or database is not None else data_place(data_dir)
    settings = Settings(
        folder,
        stage,
        rate_limit,
        seed,
        clock,
        database,
        is_flushed=durability == "full",
        is_reset=reset,
        admin_token=admin_token,
        allows_private_targets=private_webhooks,
        webhook_ca=webhook_ca,
        max_workspaces=max_workspaces,
    )
    run(settings, listener)


def _require_contract() -> None:
    if not (BUILT / "openapi.json").is_file():
        raise click.ClickException(
            "The contract is not built: in a checkout, scripts/build does it; in a wheel, it is there."
        )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except PermissionError as error:
        raise click.ClickException(f"Port {port} on {host} may not be used: {error.strerror}.") from error
    except socket.gaierror as error:
        raise click.ClickException(f"{host} is no address of this machine.") from error
    except OSError as error:
        reason = "is in use" if error.errno == 98 else f"cannot be used: {error.strerror}"
        raise click.ClickException(
            f"Port {port} on {host} {reason}; name another with --port, or 0 for a free one."
        ) from error
    return listener


@cli.command()
@click.option("--org", required=True, help="Organisation, such as org-veloma.")
@click.option("--entity", required=True, help="Entity, such as ent-veloma-pune.")
@click.option("--scope", "scopes", multiple=True, help="A scope to grant; repeat it. All of them by default.")
@click.option("--expires", type=Seconds(), default="30d", help="90, 15m, 1h, 7d; may be negative.")
@_DATA_DIR
@click.option(
    "--database", metavar="URL", envvar="HELLOBOOKS_DATABASE", help="The servers' PostgreSQL database."
)
def token(
    org: str, entity: str, scopes: Sequence[str], expires: int, data_dir: Path | None, database: str | None
) -> None:
    """Print an access token for the entity's own install, and nothing else."""
    from mock_server.token_command import demo_token, key_of_database, key_of_folder

    _require_contract()
    if database is not None and data_dir is not None:
        raise click.UsageError("--database and --data-dir exclude each other.")
    key = key_of_folder(data_dir) if database is None else key_of_database(database)
    click.echo(demo_token(org, entity, scopes, expires, key, secrets.token_hex(12), time.time))


for command in (certify, env, events, listen, login, trigger, verify):
    cli.add_command(command)


def main() -> None:
    """Runs the command; what goes wrong is one sentence on stderr and a non-zero exit."""
    for stream in (sys.stdout, sys.stderr):
        # What the terminal cannot show, such as a name in another script, ends nothing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        sys.exit(cli.main(prog_name=COMMAND, standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
