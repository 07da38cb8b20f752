"""Tokens of the authorize page's form: of this sandbox, for one request, for an hour, to be used once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from hmac import compare_digest

# How long a form may wait for its person.
FORM_SECONDS = 3600


class FormTokens:
    """Makes and checks them; which were used is a matter of the database, by their ids."""

    def __init__(self, key: bytes, wall_time: Callable[[], float]) -> None:
        self._key = hashlib.blake2b(key, digest_size=32, person=b"authorize form").digest()
        self._wall_time = wall_time

    def make(self, form_id: str, request: str) -> str:
        """A token for the form with an id that answers a request."""
        expires_at = int(self._wall_time()) + FORM_SECONDS
        return f"{form_id}.{expires_at}.{self._digest(form_id, str(expires_at), request)}"

    def read(self, token: str, request: str) -> str | None:
        """The form's id; None where the token is not of this request, or too old."""
        form_id, _, rest = token.partition(".")
        expires_at, _, digest = rest.partition(".")
        expected = self._digest(form_id, expires_at, request)
        if not compare_digest(digest.encode(), expected.encode()) or int(expires_at) <= self._wall_time():
            return None
        return form_id

    def _digest(self, *parts: str) -> str:
        text = "\n".join(parts).encode()
        return hashlib.blake2b(text, key=self._key, digest_size=20).hexdigest()
