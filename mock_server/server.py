"""Runs the application with uvicorn and greets the person who started it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import sys

import click
import uvicorn

from mock_server.app import PUBLIC, build_app
from mock_server.connections import (
    OTHER_FILES,
    VARIABLE,
    BoundedServer,
    Limits,
    LimitsError,
    WireRefusals,
    limits_of,
)
from mock_server.gateway import is_loopback
from mock_server.planes import Planes
from mock_server.sandbox import Sandbox
from mock_server.settings import COMMAND, Settings
from mock_server.storage import Database, StorageError, Unavailable
from mock_server.storage.tenancy import read_install
from mock_server.tokens import demo_install_id

_OPEN = (
    "Warning: the sandbox listens on {host}, so other machines can reach it, without TLS; put no real data "
    "in it. The control plane answers {whom}."
)
_WHOM = {True: "this machine, and who has the admin token", False: "this machine alone"}
_TOKEN_SECONDS = 30 * 24 * 3600


def run(settings: Settings, listener: socket.socket) -> None:
    """Serves one sandbox until it is stopped; everything lives in one event loop."""
    try:
        limits = _limits()
    except LimitsError as error:
        raise click.ClickException(str(error)) from error
    signal.signal(signal.SIGTERM, _leave)
    loop_factory = uvicorn.Config("").get_loop_factory()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        try:
            runner.run(_serve(settings, listener, limits))
        except StorageError as error:
            for finding in error.findings:
                click.echo(finding, err=True)
            raise click.ClickException(str(error)) from error


async def _serve(settings: Settings, listener: socket.socket, limits: Limits) -> None:
    database = await _open(settings)
    try:
        sandbox = await _made(settings, database)
    except Unavailable as error:
        raise StorageError(str(error) or "The database went away during the start.") from error
    database = sandbox.database
    try:
        await _answer(sandbox, listener, limits)
    finally:
        # Also where the person is quicker than the server.
        await database.run(sandbox.close)


async def _answer(sandbox: Sandbox, listener: socket.socket, limits: Limits) -> None:
    if sandbox.kept is not None:
        click.echo(f"The data so far is kept as {sandbox.kept}.", err=True)
    if resumed := sandbox.timekeeper.resumed():
        click.echo(resumed, err=True)
    planes = Planes(sandbox)
    app = build_app(sandbox, planes)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    host, port = listener.getsockname()[:2]
    server = BoundedServer(app, limits, WireRefusals(sandbox.contract))
    _settle()
    listener.listen(2048)
    url = f"http://{_shown(host)}:{port}"
    if not is_loopback(host):
        whom = _WHOM[bool(sandbox.settings.admin_token)]
        click.echo(_OPEN.format(host=host, whom=whom), err=True)
    click.echo(await sandbox.database.run(lambda: _greeting(sandbox, url)))
    deliverer = sandbox.deliverer()
    deliverer.start()
    planes.workspaces.start()
    try:
        await server.serve(sockets=[listener])
    finally:
        await planes.workspaces.stop()
        await deliverer.stop()


async def _open(settings: Settings) -> Database | None:
    if settings.database is None:
        return None
    # The driver is loaded where it is needed.
    from mock_server.storage.postgres import open_postgres

    return await open_postgres(settings.database)


async def _made(settings: Settings, database: Database | None) -> Sandbox:
    if database is None:
        return Sandbox(settings)
    return await database.run(lambda: Sandbox(settings, database))


def _shown(host: str) -> str:
    """The address as it stands in a URL; where all are listened on, the one of this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]" if ":" in host else host


def _limits() -> Limits:
    """The limits of connections, in a process that has been given room for as many as it may have."""
    limits = limits_of(os.environ.get(VARIABLE, ""))
    if sys.platform == "win32":
        return limits
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return limits if soft == resource.RLIM_INFINITY else limits.within(soft)


def _settle() -> None:
    """Lets go of what only the start needed, and keeps the collector from what stays for good."""
    gc.collect()
    gc.freeze()
    # Freed pages stay with the process unless the C library is asked for them; not every one can be.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _leave(number: int, frame: object) -> None:
    # After the server has finished what it had: the database is closed on the way out.
    raise SystemExit(128 + number)


def _greeting(sandbox: Sandbox, url: str) -> str:
    lines = [
        f"HelloBooks Manufacturing sandbox, contract {sandbox.contract.version}, "
        f"stage {sandbox.settings.stage}",
        f"  {url}/            what this is, and the reference",
        f"  {url}{PUBLIC}   the API",
    ]
    if sandbox.settings.data_dir is not None:
        place = sandbox.settings.data_dir.absolute()
        lines.append(f"  {place!s:<{len(url + PUBLIC)}}   the data")
    # One token is shown: whoever needs another asks for it, and none is printed in vain.
    for tenant in sandbox.tenants[:1]:
        found = read_install(sandbox.database.session, demo_install_id(tenant.org, tenant.entity))
        if found is None:
            continue
        token = sandbox.signer.sign(found[0], None, _TOKEN_SECONDS, sandbox.ids.object_id())
        lines += [
            "",
            f"# {tenant.name}, {tenant.currency}  (all scopes)",
            f"export HB_TOKEN={token}",
            f"export HB_ORG={tenant.org} HB_ENT={tenant.entity}",
        ]
    lines += [
        "",
        "# A first request:",
        'curl -s -H "Authorization: Bearer $HB_TOKEN" '
        f'"{url}{PUBLIC}/orgs/$HB_ORG/entities/$HB_ENT/boms?limit=1"',
        "",
    ]
    others = [tenant.entity for tenant in sandbox.tenants[1:]]
    if others:
        lines += [
            f"# Another entity ({', '.join(others)}), fewer scopes, a shorter life:",
            f'#   eval "$({COMMAND} env --url {url} --entity {others[0]})"',
            "",
        ]
    lines.append("Stop with Ctrl-C.")
    return "\n".join(lines)
