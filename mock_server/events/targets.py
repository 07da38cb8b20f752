"""Where a subscription may have its events sent."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Any

from mock_server.events.addresses import Address, kind_of

_VISIBLE = re.compile(r"[!-~]+")
_PARTS = re.compile(r"https://([^/?#]*)([/?][^#]*)?(#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_LONGEST_NAME = 253
# A name that ends in such a label is read as a number by clients: 127.1, 0x7f.0.0.1, 2130706433.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
# Names of this machine and of the network around it, which no server of the public internet has.
_LOCAL_NAMES = re.compile(r"(?:.*\.)?(?:localhost|localdomain|local|internal|home\.arpa)", re.IGNORECASE)

_PUBLIC_ONLY = "is {}, and this server sends to public addresses only"


class Targets:
    """What an operator lets the server reach; `ca` is a file of authorities trusted beside the usual ones."""

    def __init__(self, allow_private: bool, ca: Path | None = None) -> None:
        self._allows_private = allow_private
        # Read at once, as the file may be gone when the first event is sent.
        self._context = None if ca is None else _context(ca)

    def check_url(self, url: str) -> str | None:
        """Why events are not sent to a URL, in words that follow its name; None where they are.

        Names are not looked up: what they lead to is checked at each connection.
        """
        if not _VISIBLE.fullmatch(url) or "\\" in url:
            return "is to be an address in ASCII; the rest is percent-encoded, a host is written as xn--"
        parts = _PARTS.fullmatch(url)
        if parts is None:
            return "starts with https://"
        authority, _, fragment = parts.groups()
        if fragment is not None:
            return "has no fragment: it would never be sent"
        if "@" in authority:
            return "has neither a user name nor a password: the signature says who sends"
        found = _AUTHORITY.fullmatch(authority)
        if found is None or not found[1]:
            return "names a host, as in https://example.com/hooks"
        host, port = found.groups()
        if port is not None and not (_PORT.fullmatch(port) and int(port) <= 65535):
            return "has a port from 1 to 65535, or none"
        return self._check_host(host)

    def check_address(self, address: str) -> str | None:
        """Why no connection is made to an address, in words that follow its name; None where it is."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return "has no address that can be read"
        return self._check_parsed(parsed)

    def connector(self, **options: Any) -> Any:
        """An `aiohttp.TCPConnector` that connects to what may be reached, and checks certificates.

        `resolver` is where names come from, by default the system; other options are those of aiohttp. What
        it refuses fails with a client error of which `refusal_of` says the reason. A session of it must
        follow no redirect, take no proxy and leave `ssl` alone.
        """
        # The HTTP client is loaded where something is sent.
        from mock_server.events.resolver import checked_connector

        if self._context is None:
            self._context = _context(None)
        return checked_connector(self.check_address, self._context, **options)

    def _check_host(self, host: str) -> str | None:
        if host.startswith("["):
            try:
                parsed = IPv6Address(host[1:-1])
            except ValueError:
                parsed = None
            if parsed is None or parsed.scope_id is not None:
                return "has an IPv6 address in brackets, without a zone"
            return self._check_parsed(parsed)
        labels = host.removesuffix(".").split(".")
        if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
            return "has a host of letters, digits and hyphens, or an address"
        if _NUMBER.fullmatch(labels[-1]):
            return self._check_ipv4(host)
        if not self._allows_private and _LOCAL_NAMES.fullmatch(".".join(labels)):
            return _PUBLIC_ONLY.format("a name of the local network")
        return None

    def _check_ipv4(self, host: str) -> str | None:
        """Any spelling but the usual one is refused: clients do not agree on what it means."""
        try:
            return self._check_parsed(ip_address(host))
        except ValueError:
            return "has an IPv4 address of four decimal parts without leading zeros, such as 192.0.2.1"

    def _check_parsed(self, address: Address) -> str | None:
        kind = None if self._allows_private else kind_of(address)
        return None if kind is None else _PUBLIC_ONLY.format(kind)


def _context(ca: Path | None) -> SSLContext:
    context = create_default_context()
    if ca is not None:
        context.load_verify_locations(ca)
    context.set_alpn_protocols(["http/1.1"])
    return context
