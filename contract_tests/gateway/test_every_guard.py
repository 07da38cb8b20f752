"""Every operation answers what every guard refuses: token, plan, budget, size and media type."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.kit import JSON, Client, Control, Operation, exchange

_TWENTY_MEGABYTES = 20_000_000
# What an install is like that a guard refuses, by status and code.
_REFUSED: dict[tuple[int, str], dict[str, Any]] = {
    (401, "invalid_install"): {"status": "inactive"},
    (401, "invalid_client"): {"client_disabled": True, "client_id": "app_that_is_disabled"},
    (403, "FEATURE_NOT_IN_PLAN"): {"plan": {"covers_public_api": False}},
    (403, "LIMIT_EXCEEDED"): {"plan": {"covers_public_api": False, "refusal": "LIMIT_EXCEEDED"}},
    (429, "rate_limited"): {"rate_limit": 0},
}


@pytest.mark.parametrize("case", _REFUSED, ids=lambda case: case[1])
def test_an_install_that_a_guard_refuses_gets_it_from_every_operation(
    client: Client, control: Control, case: tuple[int, str]
) -> None:
    status, code = case
    install = control.install(client.tenant, **_REFUSED[case])
    caller = client.using(control.token(client.tenant, install=install))
    for operation in client.contract.operations.values():
        body = caller.call(operation.id, expect=status).json()
        assert code in (body["error"], isinstance(body["error"], dict) and body["error"]["code"]), (
            operation.id
        )


def test_every_write_refuses_a_body_that_is_too_large(client: Client, built_write: Operation) -> None:
    url = client.url(built_write.id)
    reply = exchange(client, built_write.method, url, length=_TWENTY_MEGABYTES, headers=JSON)
    assert (reply.response.status_code, reply.response.json()["error"]) == (413, "payload_too_large")


def test_every_operation_with_a_body_refuses_another_media_type(
    client: Client, built_body: Operation
) -> None:
    url, text = client.url(built_body.id), [("Content-Type", "text/plain")]
    answer = exchange(client, built_body.method, url, body=b"x", headers=text).response
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")
