"""Connections that go to checked addresses alone; loaded with the HTTP client, where something is sent."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any

from aiohttp import AddrInfoType, TCPConnector, ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from mock_server.events.addresses import TargetRefused

Check = Callable[[str], str | None]


class CheckedResolver(AbstractResolver):
    """Asks for a name's addresses once, and hands them on where each of them may be reached.

    What it hands on are addresses, never names: the connection asks nobody again, whatever the name may lead
    to by then.
    """

    def __init__(self, check: Check, names: AbstractResolver) -> None:
        self._check = check
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host; one that may not be reached refuses them all."""
        found = await self._names.resolve(host, port, family)
        if not found:
            raise OSError(f"{host[:253]} has no address")
        return [{**each, "host": self._checked(each["host"])} for each in found]

    def _checked(self, host: str) -> str:
        if (reason := self._check(host)) is not None:
            raise TargetRefused(reason)
        return str(ip_address(host))

    async def close(self) -> None:
        """Lets the source of names go."""
        await self._names.close()


def checked_connector(check: Check, context: SSLContext, **options: Any) -> TCPConnector:
    """Connections to what `check` lets pass, with certificates that `context` trusts.

    Of the options `resolver` says where names come from. An address that stands in the URL is no name and is
    not asked for, so that the socket is checked as well.
    """
    names: AbstractResolver | None = options.pop("resolver", None)

    def checked_socket(target: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, place = target
        if (reason := check(str(place[0]))) is not None:
            raise TargetRefused(reason)
        return socket.socket(family, kind, protocol)

    return TCPConnector(
        resolver=CheckedResolver(check, names or ThreadedResolver()),
        socket_factory=checked_socket,
        ssl=context,
        **options,
    )
