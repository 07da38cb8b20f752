"""Scopes and interest are counted from what was asked."""

from __future__ import annotations

import json
from typing import Any

from mock_server.contract import Contract, read_document
from mock_server.exchanges import Caller, Exchange, interest, scope_report
from mock_server.settings import BUILT
from tests.exchanges.making import exchange

CONTRACT = Contract(read_document(BUILT / "openapi.json"))


def asked(operation: str, token: str = "t", scopes: tuple[str, ...] = (), **given: Any) -> Exchange:
    fact = CONTRACT.operations[operation]
    caller = Caller(token, "i", scopes)
    return exchange(operation=operation, method=fact.method, caller=caller, **given)


def test_a_scope_that_let_nothing_through_is_held_in_vain() -> None:
    scopes = ("bom:read", "bom:create", "recipe:read")
    [entry] = scope_report(
        [asked("getBom", scopes=scopes), asked("listBoms", scopes=scopes)], CONTRACT, "token"
    )
    assert entry["used"] == [{"scope": "bom:read", "operations": ["getBom", "listBoms"], "requests": 2}]
    assert (entry["in_vain"], entry["smallest"]) == (["bom:create", "recipe:read"], ["bom:read"])


def test_a_bundle_is_used_where_one_of_its_scopes_is_and_the_smallest_set_has_that_one() -> None:
    [entry] = scope_report([asked("getItem", scopes=("book:read", "book:write"))], CONTRACT, "token")
    assert (entry["in_vain"], entry["smallest"]) == (["book:write"], ["inventory:read"])


def test_what_was_refused_for_want_of_a_scope_says_which_one() -> None:
    refused = asked(
        "createBom", scopes=("bom:read",), status=403, code="insufficient_scope", is_checked=False
    )
    [entry] = scope_report([asked("getBom", scopes=("bom:read",)), refused], CONTRACT, "token")
    assert entry["missing"] == [{"scope": "bom:create", "operations": ["createBom"], "requests": 1}]
    assert entry["smallest"] == ["bom:create", "bom:read"]


def test_what_was_refused_before_its_scopes_says_nothing_of_them() -> None:
    early = asked("createBom", status=429, code="rate_limited", is_routed=False, is_checked=False)
    assert scope_report([early, exchange(caller=None, operation="getBom")], CONTRACT, "all") == []


def test_reports_are_by_token_by_install_or_of_all() -> None:
    log = [asked("getBom", "a", ("bom:read",)), asked("getRecipe", "b", ("recipe:read",))]
    assert [each["token_id"] for each in scope_report(log, CONTRACT, "token")] == ["a", "b"]
    [install] = scope_report(log, CONTRACT, "install")
    assert (install["token_id"], install["install_id"], install["requests"]) == (None, "i", 2)
    [everyone] = scope_report(log, CONTRACT, "all")
    assert (everyone["install_id"], everyone["held"]) == (None, ["bom:read", "recipe:read"])


def test_a_resource_is_read_changed_or_used_through_its_whole_life() -> None:
    log = [
        asked("getBom"),
        asked("createWorkOrder", status=201),
        asked("completeWorkOrder"),
        asked("updateRecipe", status=409, code="invalid_state_transition"),
    ]
    found = {each["resource"]: each for each in interest(log, CONTRACT)["resources"]}
    assert {name: each["access"] for name, each in found.items()} == {
        "Boms": "read only",
        "Recipes": "changes",
        "Work orders": "full lifecycle",
    }
    assert found["Recipes"]["operations"] == [
        {"operation_id": "updateRecipe", "stage": "planned", "requests": 1, "refused": 1}
    ]


def test_the_gateway_itself_is_no_resource() -> None:
    assert interest([asked("getInstallContext"), asked("listWebhookTopics")], CONTRACT)["resources"] == []


def subscribed(target: str | None) -> Exchange:
    answer = json.dumps({"topics": ["bom.updated"], "target_url": target}).encode()
    return asked("createWebhookSubscription", status=201, answer=answer)


def polled() -> Exchange:
    return asked("listBoms", query=b"updatedSince=2026-06-15T06:30:00Z")


def test_news_come_by_webhooks_by_fetching_or_by_polling() -> None:
    def news(*log: Exchange) -> str:
        return str(interest(log, CONTRACT)["news"])

    assert news(polled()) == "none"
    assert news(polled(), polled()) == "polling"
    assert news(subscribed("https://example.com")) == "webhooks"
    assert news(subscribed("https://example.com"), polled(), polled()) == "webhooks and polling"
    assert news(subscribed(None), asked("listPullEvents")) == "fetched events"
    assert interest([subscribed(None)], CONTRACT)["topics"] == ["bom.updated"]


def test_volumes_tell_the_busiest_minute() -> None:
    log = [asked("getBom", at=float(at)) for at in (0, 61, 62, 200)] + [asked("createBom", at=63.0)]
    assert interest(log, CONTRACT)["volumes"] == {
        "requests": 5,
        "reads": 4,
        "writes": 1,
        "busiest_minute": 3,
        "seconds": 200.0,
    }


def test_nothing_was_asked() -> None:
    found = interest([], CONTRACT)
    assert (found["from"], found["to"], found["volumes"]["requests"]) == (None, None, 0)
