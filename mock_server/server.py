"""Runs the application with uvicorn and greets the person who started it."""

from __future__ import annotations

import logging
import socket
import sys

import click
import uvicorn

from mock_server.app import PUBLIC, build_app
from mock_server.sandbox.keys import demo_install_id
from mock_server.sandbox.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.storage.database import StorageError
from mock_server.storage.installs import read_install

_TOKEN_SECONDS = 30 * 24 * 3600


def run(settings: Settings, listener: socket.socket) -> None:
    """Serves one sandbox until it is stopped."""
    try:
        sandbox = Sandbox(settings)
    except StorageError as error:
        raise click.ClickException(str(error)) from error
    app = build_app(sandbox)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    host, port = listener.getsockname()[:2]
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        h11_max_incomplete_event_size=65536,
    )
    listener.listen(2048)
    click.echo(_greeting(sandbox, f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"))
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        sandbox.close()


def _greeting(sandbox: Sandbox, url: str) -> str:
    lines = [
        f"HelloBooks Manufacturing sandbox, contract {sandbox.contract.version}, "
        f"stage {sandbox.settings.stage}",
        f"  {url}/            what this is, and the reference",
        f"  {url}{PUBLIC}   the API",
        "",
    ]
    for place, tenant in enumerate(sandbox.tenants):
        found = read_install(sandbox.database.session, demo_install_id(tenant.org, tenant.entity))
        if found is None:
            continue
        token = sandbox.signer.sign(found[0], None, _TOKEN_SECONDS, sandbox.ids.object_id())
        comment = "  (all scopes)" if place == 0 else ""
        prefix = "" if place == 0 else "# "
        lines += [
            f"# {tenant.name}, {tenant.currency}{comment}",
            f"{prefix}export HB_TOKEN={token}",
            f"{prefix}export HB_ORG={tenant.org} HB_ENT={tenant.entity}",
            "",
        ]
    lines += [
        "# A first request:",
        'curl -s -H "Authorization: Bearer $HB_TOKEN" '
        f'"{url}{PUBLIC}/orgs/$HB_ORG/entities/$HB_ENT/boms?limit=1"',
        "",
        "Stop with Ctrl-C.",
    ]
    return "\n".join(lines)
