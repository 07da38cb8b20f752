"""Tokens with the right signature and claims that make no sense."""

from __future__ import annotations

import math
from typing import Any

import jwt
import pytest

from mock_server.app import build_app
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from mock_server.tokens import TokenSigner, demo_install_id
from tests.asgi import E1, Client

_KEY = b"k" * 32
_CLAIMS: dict[str, Any] = {
    "aud": "marketplace_app",
    "jti": "a" * 24,
    "installId": demo_install_id(*E1),
    "scopes": ["bom:read"],
    "exp": 4_000_000_000,
}
_ABSENT = object()
_VALUES: dict[str, list[Any]] = {
    "exp": [
        _ABSENT,
        None,
        "4000000000",
        True,
        [],
        {},
        -1,
        10**30,
        1e300,
        math.inf,
        math.nan,
        253_402_300_800,
    ],
    "jti": [_ABSENT, None, 7, [], {}, "", "a" * 65, "a\x00b", "\ud800", "ä", "a b"],
    "installId": [_ABSENT, None, 7, [], {}, "", "\ud800", "\x00", "x" * 4_000],
    "scopes": [_ABSENT, None, 7, "bom:read", {}, [7], [None], [["bom:read"]]],
    "aud": [_ABSENT, None, 7, {}, [], [None], "else", ["else"]],
    "nbf": [math.inf, math.nan, "x", [], 10**400, 4_000_000_000],
    "sub": [7, [], {}],
}
_ODD = [(name, value) for name, values in _VALUES.items() for value in values]


def _signed(claims: dict[str, Any], key: bytes = _KEY) -> str:
    return jwt.encode({k: v for k, v in claims.items() if v is not _ABSENT}, key, algorithm="HS256")


def test_a_token_whose_claims_are_of_their_kinds_is_read() -> None:
    signer = TokenSigner(_KEY, lambda: 0.0)
    for claims in (_CLAIMS, {**_CLAIMS, "exp": 4_000_000_000.5}, {**_CLAIMS, "more": [1]}):
        found = signer.read(_signed(claims))
        assert found is not None
        assert (found.expires_at, found.scopes) == (4_000_000_000, ("bom:read",))


@pytest.mark.parametrize(
    ("name", "value"), _ODD, ids=[f"{name} {place}" for place, (name, _) in enumerate(_ODD)]
)
def test_an_odd_claim_makes_a_token_invalid(name: str, value: Any) -> None:
    assert TokenSigner(_KEY, lambda: 0.0).read(_signed({**_CLAIMS, name: value})) is None


def test_odd_claims_are_401_and_no_failure() -> None:
    sandbox = Sandbox(Settings())
    app = build_app(sandbox)
    key: bytes = sandbox.signer._key
    assert Client(app, _signed(_CLAIMS, key))("GET", "/public/v1/me").status == 200
    for name, value in _ODD:
        answer = Client(app, _signed({**_CLAIMS, name: value}, key))("GET", "/public/v1/me")
        assert (answer.status, answer.json()["error"]) == (401, "invalid_token"), (name, value)
    sandbox.close()
