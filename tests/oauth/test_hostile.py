"""Whatever is sent to the endpoints, the answer is theirs, and nobody is led anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mock_server.app import build_app
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import Client

FORM = {"content-type": "application/x-www-form-urlencoded"}
NAMES = st.sampled_from(
    "response_type client_id redirect_uri scope state code_challenge code_challenge_method workspace "
    "grant_type code refresh_token code_verifier client_secret token token_type_hint "
    "form entity scopes decision error".split()
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "code",
            "demo-app",
            "http://127.0.0.1:9/cb",
            "bom:read",
            "S256",
            "default",
            "authorization_code",
            "refresh_token",
            "a" * 43,
            "approve",
            "x~y",
        ]
    ),
    st.text(max_size=20),
)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
BASIC = st.text(st.characters(max_codepoint=255), max_size=30).map("Basic {}".format)
HEADERS: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}), st.fixed_dictionaries({"authorization": BASIC})
)


@pytest.fixture(scope="module")
def send() -> Iterator[Client]:
    """An application."""
    with closing(Sandbox(Settings(is_checking=True))) as sandbox:
        yield Client(build_app(sandbox))


@given(fields=FIELDS, form=FIELDS)
@example(fields=[("redirect_uri", "//evil.example"), ("client_id", "demo-app")], form=[])
def test_the_page_leads_nobody_where_no_client_is(
    send: Client, fields: list[tuple[str, str]], form: list[tuple[str, str]]
) -> None:
    path = f"/oauth/authorize?{urlencode(fields)}"
    for answer in (send("GET", path), send("POST", path, raw=urlencode(form).encode(), headers=FORM)):
        assert answer.status in {200, 302, 303, 400}
        if "location" in answer.headers:
            assert urlsplit(answer.headers["location"]).hostname in {"127.0.0.1", "::1", "localhost"}
            assert answer.headers["location"].isascii()
        assert b"<script" not in answer.body


@given(fields=FIELDS, headers=HEADERS)
@pytest.mark.parametrize("path", ["token", "revoke"])
def test_no_token_is_had_by_chance(
    send: Client, path: str, fields: list[tuple[str, str]], headers: dict[str, str]
) -> None:
    answer = send("POST", f"/oauth/{path}", raw=urlencode(fields).encode(), headers={**FORM, **headers})
    assert answer.status in ({400, 401} if path == "token" else {200, 400, 401})
    assert "access_token" not in answer.json()


@given(raw=st.binary(max_size=60))
def test_bytes_that_are_no_form_are_refused_or_read(send: Client, raw: bytes) -> None:
    for path in ("token", "revoke"):
        assert send("POST", f"/oauth/{path}", raw=raw, headers=FORM).status in {400, 401}
    assert send("POST", "/oauth/authorize", raw=raw, headers=FORM).status == 400
