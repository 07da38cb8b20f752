"""Which targets a sandbox takes, by the options that it was started with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from contract_tests.kit import Client, Contract, process, unchanged

_PRIVATE = ("https://127.0.0.1/hooks", "https://localhost:3000/hooks", "https://[::1]/", "https://10.0.0.1/")
_ODD = ("https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://127.0.0.1./", "https://[::.]/")
_PUBLIC = ("https://example.com/hooks", "https://192.0.2.1/hooks", "https://[2001:db8::1]/hooks")


@pytest.fixture(autouse=True)
def _own(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")


@contextmanager
def started(contract: Contract, *options: str) -> Iterator[Client]:
    """A client of a sandbox with these options."""
    with ExitStack() as opened:
        target = opened.enter_context(process.sandbox(options=options))
        http = opened.enter_context(httpx.Client(timeout=60, trust_env=False))
        yield Client(target, contract, http, target.tenant.token)


def subscribe(client: Client, url: str, mode: str = "push") -> httpx.Response:
    """Asks for events at a URL."""
    body = {"topics": ["bom.created"], "target_url": url, "delivery_mode": mode}
    return client.call("createWebhookSubscription", json=body)


def test_without_private_webhooks_a_target_is_public(contract: Contract) -> None:
    with started(contract, "--no-private-webhooks") as client:
        with unchanged(client):
            for url in (*_PRIVATE, *_ODD):
                answer = subscribe(client, url)
                assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), url
                [detail] = answer.json()["details"]
                assert detail["pointer"] == "/target_url"
                assert url not in answer.text
        for url in _PUBLIC:
            assert subscribe(client, url).status_code == 201
        # Nothing is sent to it.
        assert subscribe(client, _PRIVATE[0], "pull").status_code == 201


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ((), 201),
        (("--host", "0.0.0.0"), 400),
        (("--host", "0.0.0.0", "--allow-private-webhooks"), 201),
    ],
    ids=["on loopback", "on every address", "where it is asked for"],
)
def test_private_targets_are_for_a_server_that_only_its_own_machine_reaches(
    contract: Contract, options: tuple[str, ...], status: int
) -> None:
    with started(contract, *options) as client:
        assert {subscribe(client, url).status_code for url in _PRIVATE} == {status}
        # An address that can be read in two ways is none anywhere.
        assert {subscribe(client, url).status_code for url in _ODD} == {400}
