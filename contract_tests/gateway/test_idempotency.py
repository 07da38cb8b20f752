"""`Idempotency-Key`: the same request is answered once, whatever is repeated (INV-G4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from contract_tests.kit import UNKNOWN, Client, Control, Operation, Tenant, Workbench


def create(bench: Workbench, key: str, body: dict[str, Any], client: Client | None = None) -> httpx.Response:
    """Creates a BOM under a key."""
    answer = (client or bench.client).call("createBom", json=body, headers={"Idempotency-Key": key})
    if answer.status_code == 201:
        bench.keep(answer.json())
    return answer


def test_a_repeat_gets_the_first_answer_and_has_no_second_effect(bench: Workbench) -> None:
    key, body = bench.label("KEY"), bench.body()
    first = create(bench, key, body)
    assert "idempotency-replayed" not in first.headers
    before = bench.client.every("listBoms")
    again = create(bench, key, body)
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.headers["location"], again.headers["etag"]) == (
        first.headers["location"],
        first.headers["etag"],
    )
    assert bench.client.every("listBoms") == before


def test_a_repeat_shows_the_first_answer_although_the_record_has_changed(bench: Workbench) -> None:
    key, body = bench.label("KEY"), bench.body()
    first = create(bench, key, body)
    bench.update(first.json(), Notes="changed since")
    assert create(bench, key, body).content == first.content


def test_another_body_under_the_key_is_409(bench: Workbench) -> None:
    key, body = bench.label("KEY"), bench.body()
    create(bench, key, body)
    other = {**body, "Name": bench.label()}
    bench.client.refusal(
        "createBom", 409, "idempotency_conflict", json=other, headers={"Idempotency-Key": key}
    )


def test_the_key_counts_the_bytes_of_the_body(bench: Workbench) -> None:
    key, body = bench.label("KEY"), bench.body()
    create(bench, key, body)
    reordered = dict(reversed(body.items()))
    assert create(bench, key, reordered).status_code == 409


def test_the_key_belongs_to_the_path(bench: Workbench) -> None:
    key = {"Idempotency-Key": bench.label("KEY")}
    body = {"topics": ["bom.created"], "target_url": "https://example.com/hooks"}
    create(bench, key["Idempotency-Key"], bench.body())
    bench.client.refusal("createWebhookSubscription", 409, "idempotency_conflict", json=body, headers=key)


def test_a_refused_request_leaves_the_key_free(bench: Workbench) -> None:
    key, body = bench.label("KEY"), bench.body()
    unknown = {**body, "ItemRefId": UNKNOWN}
    assert create(bench, key, unknown).status_code == 422
    assert create(bench, key, {**body, "Colour": "red"}).status_code == 400
    assert create(bench, key, body).status_code == 201


def test_a_key_belongs_to_one_install(bench: Workbench, control: Control) -> None:
    key, body = bench.label("KEY"), bench.body()
    first = create(bench, key, body).json()
    tenant = bench.client.tenant
    other = bench.client.using(control.token(tenant, install=control.install(tenant)))
    second = create(bench, key, body, other)
    assert second.status_code == 201
    assert "idempotency-replayed" not in second.headers
    assert second.json()["id"] != first["id"]


def test_a_new_token_of_the_install_sees_the_same_key(bench: Workbench, control: Control) -> None:
    key, body = bench.label("KEY"), bench.body()
    first = create(bench, key, body)
    again = create(bench, key, body, bench.client.using(control.token(bench.client.tenant)))
    assert again.content == first.content


def test_keys_of_other_tenants_do_not_meet(client: Client, tenants: list[Tenant], bench: Workbench) -> None:
    headers = {"Idempotency-Key": bench.label("KEY")}
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


def test_simultaneous_requests_under_one_key_have_one_effect(bench: Workbench) -> None:
    key, body = bench.label("KEY"), bench.body()
    before = len(bench.client.every("listBoms"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: create(bench, key, body), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len(bench.client.every("listBoms")) == before + 1


@pytest.mark.parametrize("key", ["a", "!", "~" * 255, "with spaces inside", "01J0-abc_DEF:/?#[]@"])
def test_any_printable_text_is_a_key(bench: Workbench, key: str) -> None:
    assert create(bench, key, bench.body()).status_code == 201


def test_every_post_takes_a_key(operation: Operation) -> None:
    assert operation.takes("header", "Idempotency-Key") is (operation.method == "POST")


def test_put_and_delete_do_not_look_at_the_key(bench: Workbench) -> None:
    first, second = bench.bom(), bench.bom()
    headers = {"Idempotency-Key": bench.label("KEY")}
    for bom in (first, second):
        answer = bench.client.call("archiveBoms", expect=200, json={"ids": [bom["id"]]}, headers=headers)
        assert answer.json() == {"ok": True, "modified": 1}
        assert "idempotency-replayed" not in answer.headers


def test_without_a_key_a_repeat_is_a_second_request(bench: Workbench) -> None:
    body = bench.body()
    ids = {bench.keep(bench.client.call("createBom", expect=201, json=body).json())["id"] for _ in range(2)}
    assert len(ids) == 2
