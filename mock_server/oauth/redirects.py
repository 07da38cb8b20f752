"""Redirect URIs: which one a client may name, and what a page may lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_THIS_MACHINE = re.compile(
    r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]{1,5}))?((?:[/?][!-\"$-~]*)?)"
)


def may_redirect(registered: Iterable[str], asked: str) -> bool:
    """Whether a client that registered these may be led back to `asked`.

    An address is compared as it is written (RFC 6749 3.1.2.3). One of this machine may have another port, as
    a program takes what is free (RFC 8252 7.3), and fits with every path where it was registered without one.
    """
    return any(each == asked or _is_like(each, asked) for each in registered)


def _is_like(registered: str, asked: str) -> bool:
    ours, theirs = _THIS_MACHINE.fullmatch(registered), _THIS_MACHINE.fullmatch(asked)
    if ours is None or theirs is None or not 0 < int(theirs[2] or "80") <= 65535:
        return False
    return ours[1] == theirs[1] and ours[3] in {"", theirs[3]}


def only_redirect(registered: list[str]) -> str | None:
    """Where a request leads back to that names no address: the only one, where it is a whole one."""
    if len(registered) != 1:
        return None
    found = _THIS_MACHINE.fullmatch(registered[0])
    return registered[0] if found is None or found[2] is not None else None


def source_of(redirect: str) -> str:
    """What a content security policy calls the place that a form may lead to."""
    parts = urlsplit(redirect)
    # A policy has no way to write an IPv6 address.
    if not parts.netloc or "[" in parts.netloc:
        return f"{parts.scheme}:"
    return f"{parts.scheme}://{parts.netloc}"
