"""`Idempotency-Key`: the same request is answered once, whatever is repeated (INV-G4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from contract_tests.kit import UNKNOWN, Client, Control, Fixtures, Operation, Tenant


def create(
    fixtures: Fixtures, key: str, body: dict[str, Any], client: Client | None = None
) -> httpx.Response:
    """Creates a BOM under a key."""
    answer = (client or fixtures.client).call("createBom", json=body, headers={"Idempotency-Key": key})
    if answer.status_code == 201:
        fixtures.keep(answer.json())
    return answer


def test_a_repeat_gets_the_first_answer_and_has_no_second_effect(fixtures: Fixtures) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    first = create(fixtures, key, body)
    assert "idempotency-replayed" not in first.headers
    before = fixtures.client.every("listBoms")
    again = create(fixtures, key, body)
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.headers["location"], again.headers["etag"]) == (
        first.headers["location"],
        first.headers["etag"],
    )
    assert fixtures.client.every("listBoms") == before


def test_a_repeat_shows_the_first_answer_although_the_record_has_changed(fixtures: Fixtures) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    first = create(fixtures, key, body)
    fixtures.update(first.json(), Notes="changed since")
    assert create(fixtures, key, body).content == first.content


def test_another_body_under_the_key_is_409(fixtures: Fixtures) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    create(fixtures, key, body)
    other = {**body, "Name": fixtures.label()}
    fixtures.client.refusal(
        "createBom", 409, "idempotency_conflict", json=other, headers={"Idempotency-Key": key}
    )


def test_the_key_counts_the_bytes_of_the_body(fixtures: Fixtures) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    create(fixtures, key, body)
    reordered = dict(reversed(body.items()))
    assert create(fixtures, key, reordered).status_code == 409


def test_the_key_belongs_to_the_path(fixtures: Fixtures) -> None:
    key = {"Idempotency-Key": fixtures.label("KEY")}
    body = {"topics": ["bom.created"], "target_url": "https://example.com/hooks"}
    create(fixtures, key["Idempotency-Key"], fixtures.body())
    fixtures.client.refusal("createWebhookSubscription", 409, "idempotency_conflict", json=body, headers=key)


def test_a_refused_request_leaves_the_key_free(fixtures: Fixtures) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    unknown = {**body, "ItemRefId": UNKNOWN}
    assert create(fixtures, key, unknown).status_code == 422
    assert create(fixtures, key, {**body, "Colour": "red"}).status_code == 400
    assert create(fixtures, key, body).status_code == 201


def test_a_key_belongs_to_one_install(fixtures: Fixtures, control: Control) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    first = create(fixtures, key, body).json()
    tenant = fixtures.client.tenant
    other = fixtures.client.using(control.token(tenant, install=control.install(tenant)))
    second = create(fixtures, key, body, other)
    assert second.status_code == 201
    assert "idempotency-replayed" not in second.headers
    assert second.json()["id"] != first["id"]


def test_a_new_token_of_the_install_sees_the_same_key(fixtures: Fixtures, control: Control) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    first = create(fixtures, key, body)
    again = create(fixtures, key, body, fixtures.client.using(control.token(fixtures.client.tenant)))
    assert again.content == first.content


def test_keys_of_other_tenants_do_not_meet(client: Client, tenants: list[Tenant], fixtures: Fixtures) -> None:
    headers = {"Idempotency-Key": fixtures.label("KEY")}
    body = {"topics": ["bom.created"], "target_url": "https://example.com/hooks"}
    made = []
    for tenant in tenants:
        caller = client.at(tenant)
        answer = caller.call("createWebhookSubscription", expect=201, json=body, headers=headers)
        assert "idempotency-replayed" not in answer.headers
        made.append((caller, answer.json()["id"]))
    assert len({webhook for _, webhook in made}) == len(tenants)
    for caller, webhook in made:
        assert caller.call("deleteWebhookSubscription", id=webhook).json()["modified"] == 1


def test_simultaneous_requests_under_one_key_have_one_effect(fixtures: Fixtures) -> None:
    key, body = fixtures.label("KEY"), fixtures.body()
    before = len(fixtures.client.every("listBoms"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: create(fixtures, key, body), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(fixtures.client.every("listBoms")) == before + 1


@pytest.mark.parametrize("key", ["a", "!", "~" * 255, "with spaces inside", "01J0-abc_DEF:/?#[]@"])
def test_any_printable_text_is_a_key(fixtures: Fixtures, key: str) -> None:
    assert create(fixtures, key, fixtures.body()).status_code == 201


def test_every_post_takes_a_key(operation: Operation) -> None:
    assert operation.takes("header", "Idempotency-Key") is (operation.method == "POST")


def test_put_and_delete_do_not_look_at_the_key(fixtures: Fixtures) -> None:
    first, second = fixtures.bom(), fixtures.bom()
    headers = {"Idempotency-Key": fixtures.label("KEY")}
    for bom in (first, second):
        answer = fixtures.client.call("archiveBoms", expect=200, json={"ids": [bom["id"]]}, headers=headers)
        assert answer.json() == {"ok": True, "modified": 1}
        assert "idempotency-replayed" not in answer.headers


def test_without_a_key_a_repeat_is_a_second_request(fixtures: Fixtures) -> None:
    body = fixtures.body()
    ids = {
        fixtures.keep(fixtures.client.call("createBom", expect=201, json=body).json())["id"] for _ in range(2)
    }
    assert len(ids) == 2
