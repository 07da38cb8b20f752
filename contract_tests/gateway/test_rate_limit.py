"""The budget of requests: shown on every answer, moving, per client and install."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from contract_tests.kit import Client, Contract, Control, Target


def spent_caller(client: Client, control: Control, budget: int) -> Client:
    """A caller of a new install who has used up its budget."""
    install = control.install(client.tenant, rate_limit=budget)
    caller = client.using(control.token(client.tenant, install=install))
    for remaining in reversed(range(budget)):
        answer = caller.call("healthCheck", expect=200)
        assert answer.headers["ratelimit-limit"] == str(budget)
        assert answer.headers["ratelimit-remaining"] == str(remaining)
    return caller


def test_each_request_takes_one_from_the_budget_until_429(client: Client, control: Control) -> None:
    caller = spent_caller(client, control, 3)
    body = caller.refusal("healthCheck", 429, "rate_limited")
    assert body["message"] == "Public API rate limit exceeded."
    answer = caller.call("healthCheck", expect=429)
    assert answer.headers["ratelimit-remaining"] == "0"
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert answer.headers["retry-after"] == answer.headers["ratelimit-reset"]


def test_refused_requests_and_unknown_paths_spend_too(client: Client, control: Control) -> None:
    install = control.install(client.tenant, rate_limit=3)
    caller = client.using(control.token(client.tenant, ["contacts:read"], install=install))
    caller.refusal("listItem", 403, "insufficient_scope")
    caller.refusal("listVendor", 403, "tenant_scope_violation", entityId="ent-of-somebody-else")
    assert caller.send("GET", client.target.url + "/nothing").status_code == 404
    caller.refusal("healthCheck", 429, "rate_limited")


def test_a_new_token_brings_no_new_budget(client: Client, control: Control) -> None:
    install = control.install(client.tenant, rate_limit=2)
    for _ in range(2):
        client.using(control.token(client.tenant, install=install)).call("healthCheck", expect=200)
    client.using(control.token(client.tenant, install=install)).refusal("healthCheck", 429, "rate_limited")


def test_another_install_has_a_budget_of_its_own(client: Client, control: Control) -> None:
    spent_caller(client, control, 1).call("healthCheck", expect=429)
    client.call("healthCheck", expect=200)


def test_a_larger_budget_counts_at_once(client: Client, control: Control) -> None:
    install = control.install(client.tenant, rate_limit=1)
    caller = client.using(control.token(client.tenant, install=install))
    caller.call("healthCheck", expect=200)
    caller.call("healthCheck", expect=429)
    control.change(install, rate_limit=3)
    assert caller.call("healthCheck", expect=200).headers["ratelimit-remaining"] == "1"


def test_without_an_override_the_documented_budget_is_in_force(
    start: Callable[..., Target], contract: Contract, http: httpx.Client
) -> None:
    target = start(rate_limit=None)
    client = Client(target, contract, http, target.tenant.token)
    documented = contract.document["x-rate-limit"]
    for used in range(1, documented["requests"] + 1):
        answer = client.call("healthCheck", expect=200)
        assert answer.headers["ratelimit-remaining"] == str(documented["requests"] - used)
    policy = answer.headers["ratelimit-policy"]
    assert f"q={documented['requests']}; w={documented['window_seconds']};" in policy
    client.refusal("healthCheck", 429, "rate_limited")
    client.using("not.a.token").refusal("healthCheck", 401, "invalid_token")
