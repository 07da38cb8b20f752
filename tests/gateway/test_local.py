"""Who may use the control plane: this machine, asked by its own name, for itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mock_server.gateway.local import is_local, is_local_host, is_loopback
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import Client

Headers = Sequence[tuple[bytes, bytes]]
_ADMIN = "an-admin-token-that-nobody-can-guess"
_OWN: Headers = [(b"host", b"127.0.0.1:8080")]


@pytest.mark.parametrize(
    "peer",
    [
        "127.0.0.1",
        "127.0.0.2",
        "127.255.255.254",
        "::1",
        "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
    ],
)
def test_a_peer_on_the_loopback_interface_is_this_machine(peer: str) -> None:
    assert is_loopback(peer)


@pytest.mark.parametrize(
    "peer",
    [
        "",
        "localhost",
        "testclient",
        "10.0.0.1",
        "192.168.1.7",
        "0.0.0.0",
        "::",
        "::2",
        "fe80::1",
        "::1%lo",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "127.1",
        "127.0.0.1.example.com",
        "127.evil.example",
        "0127.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.0.0.1 ",
        "127.0.0.1:80",
    ],
)
def test_another_peer_or_another_spelling_is_not(peer: str) -> None:
    assert not is_loopback(peer)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost",
        "localhost:8080",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1:65535",
        "127.0.0.53:8080",
        "[::1]",
        "[::1]:8080",
        "[0:0:0:0:0:0:0:1]:80",
        "[::ffff:127.0.0.1]:80",
    ],
)
def test_a_host_that_can_only_be_this_machine_is_local(host: str) -> None:
    assert is_local_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        ":8080",
        "sandbox",
        "evil.example",
        "localhost.",
        "localhost.:8080",
        "localhost.evil.example",
        "evil.localhost",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:080x",
        "localhost:80:80",
        "localhost,evil.example",
        "localhost/",
        "user@localhost",
        "127.0.0.1.nip.io",
        "127.0.0.1.evil.example:8080",
        "127-0-0-1.evil.example",
        "a.127.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.1.",
        "0127.0.0.1",
        "127.000.000.001",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "0.0.0.0:8080",
        "::1",
        "::1:8080",
        "[::1",
        "[::1]8080",
        "[::1%lo]",
        "[::1%25lo]",
        "[::]",
        "[::2]",
        "[127.0.0.1]",
        "[::127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "10.0.0.1",
        "192.168.1.7:8080",
        "169.254.169.254",
        "host.docker.internal",
        "l\u043ecalhost",
        "①②⑦.0.0.1",
    ],
)
def test_a_host_that_a_name_service_could_turn_elsewhere_is_not(host: str) -> None:
    assert not is_local_host(host)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"origin", b"http://127.0.0.1:8080")],
        [(b"sec-fetch-site", b"same-origin"), (b"origin", b"HTTP://127.0.0.1:8080")],
        [(b"sec-fetch-site", b"none"), (b"sec-fetch-mode", b"navigate")],
        [(b"authorization", b"Bearer x"), (b"user-agent", b"curl/8")],
    ],
)
def test_what_this_machine_asks_for_itself_is_let_in(headers: Headers) -> None:
    assert is_local("127.0.0.1", [*_OWN, *headers])


@pytest.mark.parametrize(
    "header",
    [
        (b"origin", b"null"),
        (b"origin", b""),
        (b"origin", b"https://evil.example"),
        (b"origin", b"https://127.0.0.1:8080"),
        (b"origin", b"http://127.0.0.1"),
        (b"origin", b"http://127.0.0.1:3000"),
        (b"origin", b"http://localhost:8080"),
        (b"origin", b"http://127.0.0.1:8080.evil.example"),
        (b"sec-fetch-site", b"cross-site"),
        (b"sec-fetch-site", b"same-site"),
        (b"sec-fetch-site", b""),
        (b"forwarded", b"for=127.0.0.1"),
        (b"via", b"1.1 proxy"),
        (b"x-forwarded-for", b"127.0.0.1"),
        (b"x-forwarded-host", b"localhost"),
        (b"x-forwarded-proto", b"http"),
        (b"x-forwarded-prefix", b""),
        (b"x-forwarded", b"1"),
        (b"x-real-ip", b"127.0.0.1"),
        (b"x-client-ip", b"127.0.0.1"),
        (b"true-client-ip", b"127.0.0.1"),
        (b"cf-connecting-ip", b"127.0.0.1"),
        (b"x-envoy-external-address", b"127.0.0.1"),
        (b"x-original-url", b"/"),
        (b"host", b"127.0.0.1:8080"),
        (b"host", b"evil.example"),
    ],
)
def test_another_origin_a_forwarder_or_a_second_host_is_not(header: tuple[bytes, bytes]) -> None:
    assert not is_local("127.0.0.1", [*_OWN, header])
    assert not is_local("127.0.0.1", [header, *_OWN])


def test_a_request_without_a_host_is_not_let_in() -> None:
    assert not is_local("127.0.0.1", [])


def test_every_path_of_the_control_plane_is_then_one_that_does_not_exist() -> None:
    from mock_server.app import build_app

    sandbox = Sandbox(Settings())
    send = Client(build_app(sandbox))
    for path in ("/_sandbox/v1/entities", "/_sandbox/v1/installs", "/_sandbox/v1/nothing"):
        for headers, peer in (
            ({"host": "evil.example"}, "127.0.0.1"),
            ({"origin": "https://evil.example"}, "127.0.0.1"),
            ({"x-forwarded-for": "10.0.0.1"}, "127.0.0.1"),
            ({}, "10.0.0.1"),
        ):
            answer = send("GET", path, headers=headers, host=peer)
            assert (answer.status, answer.json()["error"]) == (404, "not_found")
    assert send("GET", "/_sandbox/v1/entities").status == 200
    sandbox.close()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {_ADMIN}", 200),
        ("", 404),
        (_ADMIN, 404),
        ("Bearer ", 404),
        (f"Bearer {_ADMIN}x", 404),
        (f"Bearer {_ADMIN[:-1]}", 404),
        (f"Bearer {_ADMIN.upper()}", 404),
        (f"Bearer {_ADMIN}, Bearer {_ADMIN}", 404),
    ],
)
def test_from_elsewhere_the_admin_token_alone_opens_the_control_plane(given: str, status: int) -> None:
    from mock_server.app import build_app

    sandbox = Sandbox(Settings(admin_token=_ADMIN))
    send = Client(build_app(sandbox))
    for headers, peer in (({"host": "sandbox.example"}, "10.0.0.1"), ({"via": "1.1 proxy"}, "127.0.0.1")):
        answer = send("GET", "/_sandbox/v1/entities", headers={**headers, "authorization": given}, host=peer)
        assert answer.status == status
    assert send("GET", "/_sandbox/v1/entities").status == 200
    sandbox.close()


def test_where_there_is_no_admin_token_an_empty_one_opens_nothing() -> None:
    from mock_server.app import build_app

    sandbox = Sandbox(Settings())
    send = Client(build_app(sandbox))
    for given in ("Bearer ", "Bearer", "Bearer None"):
        answer = send("GET", "/_sandbox/v1/entities", headers={"authorization": given}, host="10.0.0.1")
        assert answer.status == 404
    sandbox.close()
