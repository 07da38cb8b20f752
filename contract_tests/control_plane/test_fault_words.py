"""What is no fault is refused, in a rule and in the header; each documented failure can be had."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.control_plane.test_faults import refused
from contract_tests.kit import Client, Contract, Control, Operation, Target

pytestmark = pytest.mark.usefixtures("control")


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, (400, "invalid_request", "/kind")),
        ({"kind": "explode"}, (400, "invalid_request", "/kind")),
        ({"kind": "status"}, (400, "invalid_request", "/status")),
        ({"kind": "status", "status": 200}, (400, "invalid_request", "/status")),
        ({"kind": "reset", "status": 503}, (400, "invalid_request", "/status")),
        ({"kind": "status", "status": 504}, (422, "answer_not_documented", "/status")),
        (
            {"kind": "status", "status": 409, "operation_id": "getBom"},
            (422, "answer_not_documented", "/status"),
        ),
        ({"kind": "status", "status": 503, "code": "x"}, (422, "answer_not_documented", "/code")),
        ({"kind": "status", "status": 500, "retry_after": 1}, (400, "invalid_request", "/retry_after")),
        ({"kind": "latency"}, (400, "invalid_request", "/milliseconds")),
        ({"kind": "latency", "milliseconds": 60_001}, (400, "invalid_request", "/milliseconds")),
        (
            {"kind": "latency", "milliseconds": 9, "to_milliseconds": 8},
            (400, "invalid_request", "/to_milliseconds"),
        ),
        ({"kind": "latency", "percentiles": []}, (400, "invalid_request", "/percentiles")),
        (
            {"kind": "latency", "percentiles": [{"percent": 9, "milliseconds": 1}] * 2},
            (400, "invalid_request", "/percentiles/1/percent"),
        ),
        ({"kind": "lost", "requests": 3}, (400, "invalid_request", "/requests")),
        ({"kind": "lost", "probability": 1.1}, (400, "invalid_request", "/probability")),
        ({"kind": "lost", "operation_id": "getBoms"}, (400, "invalid_request", "/operation_id")),
        ({"kind": "lost", "entity_ref_id": "x"}, (400, "invalid_request", "/org_ref_id")),
        ({"kind": "lost", "org_ref_id": "x", "entity_ref_id": "x"}, (404, "not_found", "")),
        ({"kind": "lost", "org_ref_id": "x"}, (404, "not_found", "")),
        ({"kind": "lost", "install_id": "0" * 24}, (404, "not_found", "")),
        ({"kind": "lost", "expires_in": 0}, (400, "invalid_request", "/expires_in")),
        ({"kind": "lost", "speed": 1}, (400, "invalid_request", "/speed")),
    ],
    ids=str,
)
def test_what_is_no_fault_is_refused_and_sets_none(
    control: Control, target: Target, body: Any, answer: tuple[int, str, str]
) -> None:
    before = control.send("GET", "/faults?limit=200")["faults"]
    assert refused(target, body) == answer
    assert control.send("GET", "/faults?limit=200")["faults"] == before


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "is not a fault"),
        ("explode", "is not a fault"),
        ("statsu=503", "is not a fault; did you mean status?"),
        ("status", "status needs a value, such as status=503"),
        ("status=", "status needs a value, such as status=503"),
        ("status=abc", "status must be a whole number from 0 to 599"),
        ("status=409", "getInstallContext does not document 409"),
        ("status=503; code=rate_limited", "getInstallContext does not document 503 rate_limited"),
        ("code=rate_limited", "needs a status beside it"),
        ("reset=1", "reset takes no value"),
        ("latency=60001", "latency must be a whole number from 0 to 60000"),
        ("latency=-1", "latency must be a whole number from 0 to 60000"),
        ("latency=1; latency=2", "names latency more than once"),
        ("lost;" * 60, "must have at most 200 characters"),
    ],
)
def test_a_header_that_is_no_fault_is_refused(client: Client, value: str, message: str) -> None:
    told = client.refusal("getInstallContext", 400, "invalid_request", headers={"X-Sandbox-Fault": value})
    [fault] = told["details"]
    assert fault["pointer"] == "/header/X-Sandbox-Fault"
    assert message in fault["message"]


def test_a_header_is_read_where_its_token_is_good_alone(client: Client) -> None:
    headers = {"X-Sandbox-Fault": "explode"}
    client.using("no.such.token").refusal("getInstallContext", 401, "invalid_token", headers=headers)


def test_each_failure_that_an_operation_documents_is_reached_by_the_header(
    client: Client, control: Control, contract: Contract, operation: Operation
) -> None:
    for status in sorted(operation.statuses & {402, 500, 503}):
        for code in sorted(contract.codes_of(operation.id, status)):
            headers = {"X-Sandbox-Fault": f"status={status}; code={code}"}
            client.refusal(operation.id, status, code, headers=headers)
