"""Requests to the OAuth endpoints, as they are read once for all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from mock_server.gateway import Receive, Scope, read_bytes

_TYPE = re.compile(rb"\s*application/x-www-form-urlencoded\s*(;.*)?", re.IGNORECASE | re.DOTALL)
_MAX_FIELDS = 200


class UnreadableForm(Exception):
    """The parameters cannot be read; the text says why."""


@dataclass(frozen=True)
class Fields:
    """Parameters, those without a value left out (RFC 6749 3.1), and the names that came more than once."""

    values: Mapping[str, str]
    repeated: frozenset[str]

    @property
    def text(self) -> str:
        """The parameters as a query, always spelt alike."""
        return urlencode(sorted(self.values.items()))


@dataclass(frozen=True)
class OauthRequest:
    """A request: its parameters are those of the query, of the token and revocation endpoints the body's."""

    method: str
    path: str
    fields: Fields
    authorization: str = ""


def read_fields(raw: bytes, lists: frozenset[str] = frozenset()) -> Fields:
    """Parameters of a query or of a form; of those in `lists` each value counts, separated by blanks."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), max_num_fields=_MAX_FIELDS)
        found: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                found.setdefault(name, []).append(value)
    except ValueError as error:
        raise UnreadableForm("The parameters are not application/x-www-form-urlencoded.") from error
    repeated = frozenset(name for name, values in found.items() if len(values) > 1 and name not in lists)
    return Fields({name: " ".join(values) for name, values in found.items()}, repeated)


async def read_form(
    scope: Scope, receive: Receive, headers: dict[bytes, bytes], lists: frozenset[str] = frozenset()
) -> Fields:
    """The parameters of a body."""
    raw = await read_bytes(receive, headers)
    if _TYPE.fullmatch(headers.get(b"content-type", b"")) is None:
        raise UnreadableForm("The body has to be application/x-www-form-urlencoded.")
    return read_fields(raw, lists)
