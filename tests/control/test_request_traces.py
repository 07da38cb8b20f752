"""The log says which guard refused a request, and where the contract says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.asgi import E2, Client, Reply, base_of
from tests.control.log_desk import BOMS, Desk

GUARDS = [
    "token",
    "plan",
    "rate_limit",
    "credits",
    "tenant",
    "route",
    "scope",
    "built",
    "body",
    "parameters",
    "idempotency_key",
    "rule",
]


@pytest.fixture
def desk(sandbox: Any) -> Desk:
    """A seeded sandbox with its log."""
    return Desk(sandbox)


def no_token(desk: Desk) -> Reply:
    return Client(desk.app)("GET", BOMS)


def small_plan(desk: Desk) -> Reply:
    client = desk.limited()
    me = client("GET", "/public/v1/me").json()
    plan = {"plan": {"covers_public_api": False}}
    assert desk.control("PATCH", f"/_sandbox/v1/installs/{me['install_id']}", plan).status == 200
    return client("GET", BOMS)


def spent_budget(desk: Desk) -> Reply:
    client = desk.limited(rate_limit=1)
    client("GET", BOMS)
    return client("GET", BOMS)


def no_credits(desk: Desk) -> Reply:
    client = desk.limited()
    me = client("GET", "/public/v1/me").json()
    change = {"credits": {"mode": "metered", "balance": 0}}
    changed = desk.control("PATCH", f"/_sandbox/v1/installs/{me['install_id']}", change)
    assert changed.status == 200, changed.body
    return client("GET", BOMS)


def other_entity(desk: Desk) -> Reply:
    return desk.public("GET", f"{base_of(E2)}/boms")


def no_path(desk: Desk) -> Reply:
    return desk.public("GET", f"{base_of()}/bombs")


def other_method(desk: Desk) -> Reply:
    return desk.public("PATCH", BOMS)


def few_scopes(desk: Desk) -> Reply:
    return desk.limited(scopes=["recipe:read"])("GET", BOMS)


def a_stub(desk: Desk) -> Reply:
    return desk.public("GET", f"{base_of()}/invoices")


def other_media(desk: Desk) -> Reply:
    return desk.public("POST", BOMS, raw=b"{}", headers={"content-type": "text/plain"})


def bad_body(desk: Desk) -> Reply:
    return desk.public("POST", BOMS, {"Name": "x"})


def bad_parameter(desk: Desk) -> Reply:
    return desk.public("GET", f"{BOMS}?limit=0")


def taken_key(desk: Desk) -> Reply:
    headers = {"Idempotency-Key": "once"}
    body = {"ItemRefId": desk.bom["ItemRefId"], "PlannedQuantity": 1}
    assert desk.public("POST", f"{base_of()}/work-orders", body, headers=headers).status == 201
    body["PlannedQuantity"] = 2
    return desk.public("POST", f"{base_of()}/work-orders", body, headers=headers)


def no_record(desk: Desk) -> Reply:
    return desk.public("GET", f"{BOMS}/019e2d80-5a00-7000-8000-00000000ffff")


@pytest.mark.parametrize(
    ("ask", "guard", "code", "pointer"),
    [
        (no_token, "token", "invalid_token", None),
        (small_plan, "plan", "FEATURE_NOT_IN_PLAN", None),
        (spent_budget, "rate_limit", "rate_limited", None),
        (no_credits, "credits", "INSUFFICIENT_AI_CREDITS", None),
        (other_entity, "tenant", "tenant_scope_violation", None),
        (no_path, "route", "not_found", None),
        (other_method, "route", "method_not_allowed", None),
        (few_scopes, "scope", "insufficient_scope", None),
        (a_stub, "built", "not_implemented", None),
        (other_media, "body", "unsupported_media_type", None),
        (bad_body, "body", "invalid_request", "/ItemRefId"),
        (bad_parameter, "parameters", "invalid_request", "/query/limit"),
        (taken_key, "idempotency_key", "idempotency_conflict", None),
        (no_record, "rule", "not_found", None),
    ],
)
def test_the_trace_names_the_guard_that_refused(
    desk: Desk, ask: Callable[[Desk], Reply], guard: str, code: str, pointer: str | None
) -> None:
    answer = ask(desk)
    told = desk.told(answer)
    assert (told["decision"]["guard"], told["decision"]["code"]) == (guard, code)
    assert told["decision"]["pointer"] == pointer
    assert [step["guard"] for step in told["trace"]] == GUARDS
    verdicts = {step["guard"]: step["verdict"] for step in told["trace"]}
    place = GUARDS.index(guard)
    assert {verdicts[each] for each in GUARDS[:place]} <= {"passed", "not_needed"}
    assert verdicts[guard] == "refused"
    assert {verdicts[each] for each in GUARDS[place + 1 :]} <= {"not_reached"}
    assert told["code"] == code


def test_a_request_that_passed_was_refused_by_no_guard(desk: Desk) -> None:
    told = desk.told(desk.public("GET", f"{BOMS}/{desk.bom['id']}"))
    assert told["decision"] is None
    assert {step["verdict"] for step in told["trace"]} <= {"passed", "not_needed"}


def test_a_repeat_was_answered_by_its_key(desk: Desk) -> None:
    body = {"ItemRefId": desk.bom["ItemRefId"], "PlannedQuantity": 1}
    for _ in range(2):
        answer = desk.public("POST", f"{base_of()}/work-orders", body, headers={"Idempotency-Key": "twice"})
    told = desk.told(answer)
    assert {"guard": "idempotency_key", "verdict": "replayed"} in told["trace"]
    assert (told["records"], told["events"]) == ([], [])


def test_a_failure_of_the_server_is_said_to_be_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(type(desk.sandbox.database.session), "one", fails)
    answer = desk.public("GET", f"{BOMS}/{desk.bom['id']}")
    monkeypatch.undo()
    told = desk.told(answer)
    assert (told["status"], told["decision"]["guard"]) == (500, "server")
    assert told["trace"][-1] == {"guard": "server", "verdict": "refused"}


def test_a_refusal_says_where_the_contract_has_it(desk: Desk) -> None:
    told = desk.told(bad_body(desk))
    assert told["contract_pointer"] == "/paths/~1orgs~1{orgId}~1entities~1{entityId}~1boms/post/responses/400"
    assert desk.told(no_path(desk))["contract_pointer"] == "/x-unrouted-responses/404"


def test_a_refusal_for_a_scope_names_it(desk: Desk) -> None:
    assert desk.told(few_scopes(desk))["scopes"] == {"required": ["bom:read"], "missing": ["bom:read"]}
