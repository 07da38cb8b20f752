"""Whether a request comes from this machine, and from nobody who stands behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

Headers = Sequence[tuple[bytes, bytes]]

_HOST = re.compile(r"(\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]|[0-9A-Za-z.-]+)(?::([0-9]{1,5}))?")
# A page that this server sent, or an address that a person typed.
_OWN_SITES = {b"same-origin", b"none"}
# Whoever passes a request on says so in one of these: then the peer is not who asks.
_FORWARDING = set(
    b"forwarded via x-real-ip x-client-ip client-ip true-client-ip x-cluster-client-ip x-originating-ip "
    b"x-remote-ip x-remote-addr x-original-forwarded-for x-original-host x-original-url x-rewrite-url "
    b"x-host x-proxyuser-ip fastly-client-ip proxy-connection x-azure-clientip cdn-loop".split()
)
_FORWARDING_FAMILIES = (b"x-forwarded", b"x-envoy-", b"cf-", b"x-amzn-", b"x-arr-", b"proxy-")


def is_loopback(address: str) -> bool:
    """Whether this is an address of the loopback interface, in its full spelling; names are not."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.scope_id is not None:
            return False
        return parsed.is_loopback if parsed.ipv4_mapped is None else parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback


def is_local_host(value: str) -> bool:
    """Whether a Host header names this machine by a loopback address or as `localhost`.

    Other names may lead here as well: whoever owns such a name could make a browser send requests.
    """
    found = _HOST.fullmatch(value)
    if found is None or (found[2] is not None and not 0 < int(found[2]) <= 65535):
        return False
    host = found[1]
    return host.lower() == "localhost" or is_loopback(host[1:-1] if host.startswith("[") else host)


def is_local(peer: str, headers: Headers) -> bool:
    """Whether the peer is this machine, was meant to be asked, and asks for itself."""
    if not is_loopback(peer):
        return False
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) != 1 or not is_local_host(host := hosts[0].decode("latin-1")):
        return False
    own = f"http://{host}".lower().encode("latin-1")
    for name, value in headers:
        if name == b"origin" and value.lower() != own:
            return False
        if name == b"sec-fetch-site" and value.lower() not in _OWN_SITES:
            return False
        if name in _FORWARDING or name.startswith(_FORWARDING_FAMILIES):
            return False
    return True
