"""What one server does, the other one knows: limits, keys, numbers, reports, tokens, installs, the clock."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest

from contract_tests.kit import Client, Control, Fixtures, Target, Tenant, ask, new_schema, process
from contract_tests.shop_floor import Floor

# The message of a change is on its way to the other servers when the answer goes out.
_SOON = 5.0


def control_of(fixtures: Fixtures) -> Control:
    """The control plane of a server."""
    assert fixtures.control is not None
    return fixtures.control


def callers(pair: list[Fixtures], **fields: Any) -> tuple[str, list[Client]]:
    """A new install, and its token at each server."""
    control = control_of(pair[0])
    install = control.install(pair[0].client.tenant, **fields)
    token = control.token(pair[0].client.tenant, install=install)
    return install, [fixtures.client.using(token) for fixtures in pair]


def in_parallel(count: int, work: Callable[[int], httpx.Response]) -> list[httpx.Response]:
    """The answers to requests that are sent at once."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether something becomes so soon."""
    end = time.monotonic() + _SOON
    while not is_so():
        if time.monotonic() > end:
            return False
    return True


def test_one_budget_is_spent_at_both(pair: list[Fixtures]) -> None:
    _, (first, second) = callers(pair, rate_limit=6)
    for left, caller in zip((5, 4, 3, 2, 1, 0), (first, second) * 3, strict=True):
        answer = caller.call("healthCheck", expect=200)
        assert answer.headers["ratelimit-remaining"] == str(left)
    for caller in (first, second):
        caller.refusal("healthCheck", 429, "rate_limited")


def test_parallel_requests_at_both_get_no_more_than_the_budget(pair: list[Fixtures]) -> None:
    _, both = callers(pair, rate_limit=20)
    answers = in_parallel(60, lambda place: both[place % 2].call("healthCheck"))
    assert Counter(answer.status_code for answer in answers) == {200: 20, 429: 40}


def test_a_large_budget_is_drawn_in_portions_and_never_overspent_by_more_than_those(
    pair: list[Fixtures],
) -> None:
    _, both = callers(pair, rate_limit=400)
    answers = in_parallel(16, lambda place: _last_of(both[place % 2], 32))
    total = sum(int(answer.headers["x-accepted"]) for answer in answers)
    assert 400 - 4 <= total <= 400 + 8


def _last_of(caller: Client, count: int) -> httpx.Response:
    accepted = 0
    for _ in range(count):
        answer = caller.call("healthCheck")
        accepted += answer.status_code == 200
    answer.headers["x-accepted"] = str(accepted)
    return answer


def test_a_key_used_at_one_is_known_at_the_other(pair: list[Fixtures]) -> None:
    first, second = pair
    key, body = {"Idempotency-Key": first.label("KEY")}, first.body()
    made = first.client.call("createBom", expect=201, json=body, headers=key)
    first.keep(made.json())
    again = second.client.call("createBom", expect=201, json=body, headers=key)
    assert again.content == made.content
    assert again.headers["idempotency-replayed"] == "true"
    other = {**body, "Name": "another"}
    second.client.refusal("createBom", 409, "idempotency_conflict", json=other, headers=key)


def test_the_same_request_sent_to_both_at_once_is_done_once(pair: list[Fixtures]) -> None:
    key, body = {"Idempotency-Key": pair[0].label("KEY")}, pair[0].body()
    answers = in_parallel(
        16, lambda place: pair[place % 2].client.call("createBom", expect=201, json=body, headers=key)
    )
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    pair[0].keep(answers[0].json())


def test_numbers_run_on_without_gaps_over_both(pair: list[Fixtures]) -> None:
    bodies = [pair[0].body() for _ in range(24)]
    answers = in_parallel(
        24, lambda place: pair[place % 2].client.call("createBom", expect=201, json=bodies[place])
    )
    made = [pair[0].keep(answer.json()) for answer in answers]
    numbers = sorted(int(bom["BomNumber"].removeprefix("BOM-")) for bom in made)
    assert numbers == list(range(numbers[0], numbers[0] + 24))
    lists = [fixtures.client.every("listBoms") for fixtures in pair]
    assert lists[0] == lists[1]
    ours = {bom["id"]: bom["BomNumber"] for bom in made}
    shown = [bom["BomNumber"] for bom in lists[0] if bom["id"] in ours]
    assert shown == sorted(shown, key=lambda text: int(text.removeprefix("BOM-")))


def test_a_kept_report_is_the_same_at_both_until_an_order_moves(pair: list[Fixtures], floor: Floor) -> None:
    floor.completed()
    first, second = (fixtures.client.call("getEfficiencyReport", expect=200) for fixtures in pair)
    assert first.content == second.content
    order = floor.completed()
    for fixtures in reversed(pair):
        report = fixtures.client.call("getEfficiencyReport", expect=200)
        assert order["WorkOrderNumber"] in report.text
        assert report.content != first.content


def test_an_entity_made_at_one_is_there_at_the_other_and_so_is_what_changes_of_it(
    pair: list[Fixtures],
) -> None:
    first, second = (control_of(fixtures) for fixtures in pair)
    key = pair[0].label("ent")
    body = {"org_ref_id": "org-veloma", "entity_ref_id": key, "org_name": "Veloma Cycles", "name": "New"}
    place = {"country": "IN", "currency": "INR", "time_zone": "Asia/Kolkata", "overhead_percent": 5}
    made = first.send("POST", "/entities", {**body, **place})
    assert second.send("GET", f"/orgs/org-veloma/entities/{key}") == made
    tenant = Tenant("org-veloma", key, "")
    both = []
    for fixtures, control in zip(pair, (second, first), strict=True):
        token = control.token(tenant)
        target = replace(fixtures.client.target, tenant=Tenant("org-veloma", key, token))
        client = Client(target, fixtures.client.contract, fixtures.client.http, token)
        both.append(Fixtures(client, control, key))
    assert [each.bom()["OverheadPercent"] for each in both] == [5, 5]
    first.send("PATCH", f"/orgs/org-veloma/entities/{key}", {"overhead_percent": 30})
    assert both[0].bom()["OverheadPercent"] == 30
    assert eventually(lambda: both[1].bom()["OverheadPercent"] == 30)


def test_a_token_revoked_at_one_is_refused_at_both(pair: list[Fixtures]) -> None:
    _, (first, second) = callers(pair)
    for caller in (first, second):
        caller.call("getInstallContext", expect=200)
    assert first.token is not None
    control_of(pair[0]).revoke(first.token)
    first.refusal("getInstallContext", 401, "invalid_token")
    assert eventually(lambda: second.call("getInstallContext").status_code == 401)


def test_an_install_changed_at_one_is_changed_at_both(pair: list[Fixtures]) -> None:
    install, (first, second) = callers(pair)
    for caller in (first, second):
        caller.call("listItem", expect=200)
    control_of(pair[1]).change(install, scopes=["bom:read"])
    second.refusal("listItem", 403, "insufficient_scope")
    assert eventually(lambda: first.call("listItem").status_code == 403)
    control_of(pair[1]).uninstall(install)
    assert eventually(lambda: first.call("getInstallContext").status_code == 401)


def test_credits_are_taken_once_for_each_request_at_either(pair: list[Fixtures]) -> None:
    credits = {"mode": "metered", "balance": 10, "price_per_request": 1}
    install, both = callers(pair, credits=credits)
    answers = in_parallel(24, lambda place: both[place % 2].call("listItem"))
    assert Counter(answer.status_code for answer in answers) == {200: 10, 402: 14}
    shown = control_of(pair[1]).send("GET", f"/installs/{install}")
    assert shown["credits"]["balance"] == 0


def test_a_server_with_another_clock_is_refused_in_one_sentence(
    servers: list[Target], serve: Callable[..., Target]
) -> None:
    with pytest.raises(process.SandboxError) as caught:
        serve(clock=process.PINNED)
    said = str(caught.value).splitlines()[-1]
    assert said.startswith("Another server on this database runs with the machine's clock, not ")
    assert "2026-06-15T06:30:00" in said


def test_a_clock_that_is_set_at_one_is_that_of_all(
    schema: str, serve: Callable[..., Target], http: httpx.Client
) -> None:
    def control_at(target: Target) -> Control:
        assert target.control is not None
        return Control(target.control, http)

    with new_schema(schema.partition("?")[0]) as other:
        first, second = (control_at(serve(database=other, clock=process.PINNED)) for _ in range(2))
        first.set_clock(pinned_at="2030-01-01T00:00:00Z")
        assert eventually(lambda: second.clock()["now"] == "2030-01-01T00:00:00.000Z")
        # Each counts from what was committed, not from what it has heard of.
        shown = [each.advance_clock(60)["now"] for each in (first, second) * 3]
        assert shown == [f"2030-01-01T00:0{minutes}:00.000Z" for minutes in range(1, 7)]
        assert eventually(lambda: first.clock()["now"] == second.clock()["now"])
        joining = control_at(serve(database=other, clock=process.PINNED))
        assert joining.clock()["now"] == "2030-01-01T00:06:00.000Z"
        with pytest.raises(process.SandboxError) as caught:
            serve(database=other, clock=None)
        assert str(caught.value).splitlines()[-1].endswith("not the machine's clock.")


def test_servers_that_start_together_seed_once(schema: str, serve: Callable[..., Target]) -> None:
    with new_schema(schema.partition("?")[0]) as empty, ThreadPoolExecutor(3) as pool:
        started = list(pool.map(lambda _: serve(database=empty, clock=process.PINNED), range(3)))
        lists = []
        for target in started:
            headers = {"Authorization": f"Bearer {started[0].tenant.token}"}
            place = f"/orgs/{target.tenant.org}/entities/{target.tenant.entity}/item"
            lists.append(httpx.get(target.url + place, headers=headers, params={"limit": 200}).content)
        assert len(set(lists)) == 1
        assert b'"items":[{' in lists[0]


@pytest.mark.parametrize("change", ["ALTER TABLE items DROP COLUMN code", "ALTER TABLE items ADD note text"])
def test_tables_of_another_version_are_refused_in_one_sentence(
    change: str, schema: str, serve: Callable[..., Target]
) -> None:
    with new_schema(schema.partition("?")[0]) as other:
        ask(other, "CREATE TABLE items (id text, code text)")
        ask(other, change)
        with pytest.raises(process.SandboxError) as caught:
            serve(database=other, clock=process.PINNED)
        assert "are laid out by another version" in str(caught.value).splitlines()[-1]
        assert ask(other, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()") == [
            ("items",)
        ]
