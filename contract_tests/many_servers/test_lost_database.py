"""The connection to the database is lost: 503, nothing half done, and all is well again by itself."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from contract_tests.kit import PROJECT, Client, Contract, Control, Fixtures, Target, ask
from contract_tests.many_servers.conftest import address_of, through
from contract_tests.many_servers.forwarder import Forwarder, forwarder

_SOON = 10.0
_KILL = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE application_name = 'hellobooks-sandbox' AND pid <> pg_backend_pid()
"""


@pytest.fixture
def wire(schema: str) -> Iterator[Forwarder]:
    """What stands between a server and its database."""
    with forwarder(address_of(schema)) as made:
        yield made


@pytest.fixture
def behind(
    wire: Forwarder, schema: str, serve: Callable[..., Target], contract: Contract, http: httpx.Client
) -> Fixtures:
    """Fixtures at a server behind the wire."""
    return fixtures_at(serve(database=through(wire.port, schema)), contract, http)


def fixtures_at(target: Target, contract: Contract, http: httpx.Client) -> Fixtures:
    """Fixtures at a server."""
    assert target.control is not None
    client = Client(target, contract, http, target.tenant.token)
    return Fixtures(client, Control(target.control, http), "LOST")


def lost(client: Client, operation_id: str, **request: Any) -> httpx.Response:
    """The answer to a call that cannot be served without the database."""
    answer = client.call(operation_id, expect=503, **request)
    assert answer.json()["error"] == "service_unavailable"
    return answer


def recovers(client: Client) -> bool:
    """Whether the server answers again soon."""
    end = time.monotonic() + _SOON
    while client.call("listBoms").status_code != 200:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_without_the_database_every_request_is_a_503_with_retry_after(
    behind: Fixtures, wire: Forwarder
) -> None:
    client, body = behind.client, behind.body()
    before = client.every("listBoms")
    wire.cut()
    for answer in (
        lost(client, "listBoms"),
        lost(client, "getBom", id=before[0]["id"]),
        lost(client, "createBom", json=body),
        lost(client, "getEfficiencyReport"),
    ):
        assert int(answer.headers["retry-after"]) >= 1
    control = httpx.get(f"{client.target.control}/installs")
    assert (control.status_code, control.json()["error"]) == (503, "service_unavailable")
    assert int(control.headers["retry-after"]) >= 1
    wire.mend()
    assert recovers(client)
    assert client.every("listBoms") == before
    client.call("createBom", expect=201, json=body)


def test_a_token_revoked_while_a_server_was_cut_off_is_refused_when_it_is_back(
    behind: Fixtures, wire: Forwarder, serve: Callable[..., Target], contract: Contract, http: httpx.Client
) -> None:
    other = fixtures_at(serve(), contract, http)
    assert other.control is not None
    token = other.control.token(other.client.tenant)
    caller = behind.client.using(token)
    caller.call("getInstallContext", expect=200)
    wire.cut()
    other.control.revoke(token)
    wire.mend()
    assert recovers(behind.client)
    caller.refusal("getInstallContext", 401, "invalid_token")


def test_writes_whose_connection_is_killed_are_done_whole_or_not_at_all(
    serve: Callable[..., Target], schema: str, contract: Contract
) -> None:
    target = serve()
    with httpx.Client(timeout=60) as http:
        fixtures = fixtures_at(target, contract, http)
        bodies = [fixtures.body(Name=fixtures.label("KILL")) for _ in range(120)]
        before = len(fixtures.client.every("listBoms"))
        outcomes: dict[str, str] = {}
        refused = 0
        with killing(schema):
            for body in bodies:
                key = {"Idempotency-Key": str(body["Name"])}
                for _ in range(50):
                    answer = fixtures.client.call("createBom", json=body, headers=key)
                    if answer.status_code == 201:
                        outcomes[str(body["Name"])] = answer.json()["id"]
                        break
                    assert answer.status_code == 503
                    assert int(answer.headers["retry-after"]) >= 1
                    refused += 1
        assert refused
        assert recovers(fixtures.client)
        made = fixtures.client.every("listBoms")[before:]
        assert {bom["Name"]: bom["id"] for bom in made} == outcomes
        assert len(made) == len(bodies)
        # The demo data has numbers of its own among the first ones.
        numbers = [int(bom["BomNumber"].removeprefix("BOM-")) for bom in made][-100:]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@contextmanager
def killing(schema: str) -> Iterator[None]:
    """Ends all connections of the servers, again and again."""
    is_over = threading.Event()

    def kill() -> None:
        while not is_over.wait(0.03):
            ask(schema, _KILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"netloc": "sandbox@127.0.0.1:1"}, "The database 127.0.0.1:1/postgres cannot be reached: "),
        ({"netloc": "sandbox:wrong@{place}"}, "refuses the user name or the password."),
        ({"path": "/nowhere"}, "has no database "),
        ({"query": "search_path=nowhere"}, "search_path names does not exist."),
        ({"scheme": "mysql"}, "is no address of a PostgreSQL database: "),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(
    schema: str, change: dict[str, str], told: str
) -> None:
    parts = urlsplit(schema)
    place = parts.netloc.rpartition("@")[2]
    url = parts._replace(**{name: value.format(place=place) for name, value in change.items()}).geturl()
    command = [sys.executable, "-m", "mock_server", "serve", "--port", "0", "--database", url]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert parts.password is not None and parts.password not in done.stderr
