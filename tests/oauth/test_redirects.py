"""Where an app may be led back to: what it registered, and on this machine any port."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.oauth.redirects import may_redirect, only_redirect, source_of

HOSTS = ["http://127.0.0.1", "http://[::1]", "http://localhost"]
PLAIN = st.text(st.sampled_from("abcXYZ019-._~/?=&%+"), max_size=20)
ANY = st.text(max_size=60)


@given(st.sampled_from(HOSTS), st.integers(1, 65535), st.integers(1, 65535), PLAIN)
def test_on_this_machine_the_port_does_not_count(host: str, ours: int, theirs: int, rest: str) -> None:
    assert may_redirect([f"{host}:{ours}/{rest}"], f"{host}:{theirs}/{rest}")
    assert may_redirect([f"{host}/{rest}"], f"{host}:{theirs}/{rest}")
    assert may_redirect([host], f"{host}:{theirs}/{rest}")


@given(st.sampled_from(HOSTS), st.sampled_from(HOSTS), PLAIN, PLAIN)
def test_host_and_path_do(one: str, other: str, path: str, another: str) -> None:
    is_same = (one, path) == (other, another)
    assert may_redirect([f"{one}:1/{path}"], f"{other}:2/{another}") is is_same


@given(ANY, ANY)
def test_elsewhere_every_letter_does(path: str, another: str) -> None:
    registered = f"https://app.example.com/{path}"
    assert may_redirect([registered], f"https://app.example.com/{another}") is (path == another)
    assert not may_redirect([registered], f"https://app.example.com:443/{path}")


@given(ANY, st.sampled_from(HOSTS))
def test_whatever_is_led_to_on_this_machine_is_on_it(tail: str, host: str) -> None:
    asked = host + tail
    if may_redirect(HOSTS, asked):
        assert urlsplit(asked).hostname in {"127.0.0.1", "::1", "localhost"}
        assert urlsplit(asked).username is None
        assert "#" not in asked


def test_nothing_registered_leads_nowhere() -> None:
    assert not may_redirect([], "http://127.0.0.1:1/")
    assert only_redirect([]) is None


@pytest.mark.parametrize(
    ("registered", "only"),
    [
        (["https://app.example.com/cb"], "https://app.example.com/cb"),
        (["http://127.0.0.1:3000/cb"], "http://127.0.0.1:3000/cb"),
        (["com.example.app:/cb"], "com.example.app:/cb"),
        (["http://127.0.0.1/cb"], None),
        (["https://app.example.com/cb", "https://app.example.com/other"], None),
    ],
)
def test_the_usual_address_is_the_only_one_that_is_whole(registered: list[str], only: str | None) -> None:
    assert only_redirect(registered) == only


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("https://app.example.com/cb?x=1", "https://app.example.com"),
        ("http://127.0.0.1:3000/cb", "http://127.0.0.1:3000"),
        ("http://[::1]:3000/cb", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_a_policy_names_the_place_that_the_form_leads_to(address: str, source: str) -> None:
    assert source_of(address) == source
