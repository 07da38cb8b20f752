"""Which addresses belong to the public internet, and what the others are."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

# The first that fits names the address. Those of documentation lead nowhere, and examples use them.
_IPV4: list[tuple[str, str]] = [
    ("169.254.169.254/32", "a metadata address"),
    ("100.100.100.200/32", "a metadata address"),
    # Azure answers its machines at a public address.
    ("168.63.129.16/32", "a metadata address"),
    ("192.0.0.192/32", "a metadata address"),
    ("0.0.0.0/32", "the unspecified address"),
    ("0.0.0.0/8", "an address of this network"),
    ("10.0.0.0/8", "a private address"),
    ("100.64.0.0/10", "an address that a provider shares among customers"),
    ("127.0.0.0/8", "a loopback address"),
    ("169.254.0.0/16", "a link-local address"),
    ("172.16.0.0/12", "a private address"),
    ("192.0.0.0/24", "a reserved address"),
    ("192.88.99.0/24", "a reserved address"),
    ("192.168.0.0/16", "a private address"),
    ("198.18.0.0/15", "an address for benchmarks"),
    ("224.0.0.0/4", "a multicast address"),
    ("255.255.255.255/32", "the broadcast address"),
    ("240.0.0.0/4", "a reserved address"),
]
_IPV6: list[tuple[str, str]] = [
    ("::/128", "the unspecified address"),
    ("::1/128", "a loopback address"),
    ("fd00:ec2::254/128", "a metadata address"),
    ("fd20:ce::254/128", "a metadata address"),
    ("fe80::/10", "a link-local address"),
    ("fec0::/10", "a site-local address"),
    ("fc00::/7", "a unique-local address"),
    ("ff00::/8", "a multicast address"),
    ("64:ff9b:1::/48", "an address of a local translation to IPv4"),
]
# Within the global unicast addresses: those that protocols use among themselves, Teredo's among them.
_PROTOCOLS = IPv6Network("2001::/23")
_GLOBAL = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
# What stands before the IPv4 address in an interface identifier of ISATAP.
_ISATAP = {0x00005EFE, 0x02005EFE}
_32_BITS = 0xFFFFFFFF

_KINDS4 = [(IPv4Network(network), kind) for network, kind in _IPV4]
_KINDS6 = [(IPv6Network(network), kind) for network, kind in _IPV6]


class TargetRefused(OSError):
    """A connection that is not made, because of where it would go."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EACCES, reason)

    @property
    def reason(self) -> str:
        """Why, in words that follow the name of the target."""
        return str(self.strerror)


def refusal_of(error: BaseException) -> str | None:
    """Why a connection was not made, where it failed for its target: the client wraps what it is told."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, TargetRefused):
            return seen.reason
        seen = seen.__cause__
    return None


def kind_of(address: Address) -> str | None:
    """What an address is that is not of the public internet, such as `a loopback address`; else None.

    An IPv6 address that carries one of IPv4 is what that one is.
    """
    if isinstance(address, IPv4Address):
        return next((kind for network, kind in _KINDS4 if address in network), None)
    for network, kind in _KINDS6:
        if address in network:
            return kind
    for carried in _carried(address):
        if (inner := kind_of(carried)) is not None:
            return f"{inner} inside one of IPv6"
    if address in _MAPPED or address in _NAT64:
        return None
    return None if address in _GLOBAL and address not in _PROTOCOLS else "a reserved address"


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that a network may read out of one of IPv6."""
    value = int(address)
    last = value & _32_BITS
    if any(address in network for network in (_MAPPED, _NAT64, _COMPATIBLE, _TRANSLATED)):
        yield IPv4Address(last)
    if address in _SIX_TO_FOUR:
        yield IPv4Address(value >> 80 & _32_BITS)
    if address in _TEREDO:
        # The relay, and the client with its bits turned round.
        yield IPv4Address(value >> 64 & _32_BITS)
        yield IPv4Address(last ^ _32_BITS)
    if value >> 32 & _32_BITS in _ISATAP:
        yield IPv4Address(last)
