"""The address that a server listens on."""

from __future__ import annotations

import socket

import click


def bound(host: str, port: int) -> socket.socket:
    """A socket that is bound to an address; a ClickException says in one sentence why it cannot be."""
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
