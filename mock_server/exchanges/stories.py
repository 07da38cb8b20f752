"""What the forms of an export share: which headers are sent again, and which ids earlier answers gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import orjson

from mock_server.exchanges.exchange import Exchange

# What a client adds by itself, or what belongs to one connection.
_OWN = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "user-agent",
    "expect",
    "te",
    "upgrade",
    "keep-alive",
    "trailer",
}
KEY = "idempotency-key"
AUTHORIZATION = "authorization"


class Step(NamedTuple):
    """An exchange in a story; `made` is the id of the record that it made."""

    number: int
    exchange: Exchange
    made: str | None

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers to send again, the token's aside."""
        sent = self.exchange.sent_headers
        return [(name, value) for name, value in sent if name not in _OWN and name != AUTHORIZATION]

    @property
    def is_authorized(self) -> bool:
        """Whether its token was accepted."""
        return self.exchange.caller is not None

    @property
    def has_bad_token(self) -> bool:
        """Whether it had something for a token that was not accepted."""
        return not self.is_authorized and any(name == AUTHORIZATION for name, _ in self.exchange.sent_headers)

    @property
    def target(self) -> str:
        """Path and query, as they may stand in a URL."""
        return target_of(self.exchange)

    @property
    def title(self) -> str:
        """What it was and what came of it, in a few words."""
        each = self.exchange
        name = each.operation or f"{each.method} {each.path[:100]}"
        return f"{name}: {each.status} {each.code}".strip()


def target_of(exchange: Exchange) -> str:
    """Path and query, as they may stand in a URL."""
    # Loaded where it is needed.
    from urllib.parse import quote

    path = quote(exchange.path, safe="/-._~!$&'()*+,;=:@")
    return f"{path}?{exchange.query.decode('latin-1')}" if exchange.query else path


def story_of(exchanges: Iterable[Exchange]) -> list[Step]:
    """The steps, numbered from 1."""
    return [Step(number, each, _made(each)) for number, each in enumerate(exchanges, 1)]


def _made(exchange: Exchange) -> str | None:
    if exchange.method != "POST" or exchange.status not in {200, 201}:
        return None
    try:
        answer = orjson.loads(exchange.answer)
    except orjson.JSONDecodeError:
        return None
    found = answer.get("id") if isinstance(answer, dict) else None
    # The answer of an action has the id that its path names.
    is_new = isinstance(found, str) and len(found) >= 8 and found not in exchange.path
    return found if is_new else None


def replaced(text: str, known: dict[str, str], quoted: Callable[[str], str]) -> str:
    """A text in which each known id is replaced by what stands for it, the parts between them quoted."""
    found = [(text.find(old), old) for old in known if old in text]
    if not found:
        return quoted(text)
    place, old = min(found)
    before, after = text[:place], text[place + len(old) :]
    parts = [quoted(before) if before else "", known[old], replaced(after, known, quoted) if after else ""]
    return "".join(parts)
