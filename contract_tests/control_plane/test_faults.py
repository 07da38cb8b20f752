"""Requests to the public API go wrong as rules, presets and a header say, and each says how often it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.hostile import Line
from contract_tests.kit import Control, Fixtures, Record, Target, Tenant

pytestmark = pytest.mark.usefixtures("control")
# What a client is told depends on whether it is still writing when the connection ends.
LOST = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)


class Lab:
    """Faults of one install."""

    def __init__(self, fixtures: Fixtures, control: Control) -> None:
        self.fixtures = fixtures
        self.control = control
        self.tenant = fixtures.client.tenant
        self.install = control.install(self.tenant)
        self.client = fixtures.client.using(control.token(self.tenant, install=self.install))
        self._made: list[str] = []

    def set(self, kind: str, **options: Any) -> str:
        """Sets a fault for the install; its id."""
        body = {"kind": kind, "install_id": self.install, **options}
        made: str = self.control.send("POST", "/faults", body)["id"]
        self._made.append(made)
        return made

    def counts(self, fault: str) -> tuple[int, int]:
        """How many requests it has met, and for how many of them it came about."""
        shown = self.control.send("GET", f"/faults/{fault}")
        return shown["matched"], shown["fired"]

    def send(self, method: str = "GET", path: str = "/boms?limit=1", **more: Any) -> httpx.Response:
        """A request below the entity that is not held to the promises."""
        url = f"{self.client.target.url}/orgs/{self.tenant.org}/entities/{self.tenant.entity}{path}"
        headers = {"Authorization": f"Bearer {self.client.token}", **more.pop("headers", {})}
        return httpx.request(method, url, headers=headers, trust_env=False, timeout=60, **more)

    def statuses(self, count: int) -> list[int]:
        """The statuses of so many reads."""
        return [self.client.call("listBoms", query={"limit": 1}).status_code for _ in range(count)]

    def clear(self) -> None:
        """Ends what the test has set."""
        for fault in self._made:
            url = self.fixtures.client.target.control
            httpx.delete(f"{url}/faults/{fault}", trust_env=False)


@pytest.fixture
def lab(fixtures: Fixtures, control: Control) -> Iterator[Lab]:
    """A token of the test's own, so that its faults meet nobody else's requests."""
    made = Lab(fixtures, control)
    yield made
    made.clear()


def refused(target: Target, body: Any, path: str = "/faults") -> tuple[int, str, str]:
    """A fault that is refused: its status, code and the place at fault."""
    assert target.control is not None
    answer = httpx.post(target.control + path, json=body, trust_env=False)
    told: Record = answer.json()
    return answer.status_code, told["error"], (told.get("details") or [{"pointer": ""}])[0]["pointer"]


def test_a_status_comes_about_so_often_after_so_many(lab: Lab) -> None:
    fault = lab.set("status", status=503, retry_after=7, operation_id="listBoms", after=1, count=2)
    first, second, third, fourth = (lab.client.call("listBoms", query={"limit": 1}) for _ in range(4))
    assert [each.status_code for each in (first, second, third, fourth)] == [200, 503, 503, 200]
    assert second.headers["retry-after"] == "7"
    assert second.json()["error"] == "service_unavailable"
    assert lab.counts(fault) == (4, 2)
    lab.client.call("listRecipes", expect=200)
    assert lab.counts(fault) == (4, 2), "it is of another operation"


def test_faults_of_one_install_meet_no_other(lab: Lab) -> None:
    fault = lab.set("status", status=503)
    lab.fixtures.client.call("listBoms", expect=200)
    assert lab.counts(fault) == (0, 0)
    assert lab.statuses(1) == [503]


def test_faults_go_by_method_token_and_entity(lab: Lab, target: Target) -> None:
    tenant = lab.tenant
    body = {"org_ref_id": tenant.org, "entity_ref_id": tenant.entity, "install_id": lab.install}
    issued = lab.control.send("POST", "/tokens", {"install_id": lab.install})
    by_method = lab.set("status", status=503, method="POST")
    assert lab.statuses(1) == [200]
    lab.client.refusal("createBom", 503, "service_unavailable", json={})
    lab.control.send("DELETE", f"/faults/{by_method}")
    by_token = lab.set("status", status=503, jti=issued["jti"])
    assert lab.statuses(1) == [200]
    lab.client.using(issued["access_token"]).call("listBoms", expect=503)
    lab.control.send("DELETE", f"/faults/{by_token}")
    lab.set("status", status=503, **body)
    assert lab.statuses(1) == [503]
    other = next(each for each in lab.control.entities() if each["entity_ref_id"] != tenant.entity)
    other_token = lab.control.token(Tenant(other["org_ref_id"], other["entity_ref_id"], ""))
    answer = httpx.get(
        f"{target.url}/me", headers={"Authorization": f"Bearer {other_token}"}, trust_env=False
    )
    assert answer.status_code == 200


def test_a_refusal_that_an_operation_documents_can_be_had_with_its_code(lab: Lab) -> None:
    lab.set("status", status=409, code="insufficient_stock", operation_id="releaseWorkOrder", count=1)
    order = "019ec9f9-0000-7000-8000-000000000000"
    told = lab.client.refusal("releaseWorkOrder", 409, "insufficient_stock", id=order)
    assert told["shortages"], "the envelope is whole"
    lab.client.refusal("releaseWorkOrder", 404, "not_found", id=order)


def test_the_same_seed_comes_to_the_same(lab: Lab) -> None:
    runs = []
    for seed in ("monday", "monday", "tuesday"):
        fault = lab.set("status", status=503, probability=0.5, seed=seed)
        runs.append(lab.statuses(24))
        assert lab.counts(fault) == (24, runs[-1].count(503))
        lab.control.send("DELETE", f"/faults/{fault}")
    assert runs[0] == runs[1] != runs[2]
    assert {200, 503} == set(runs[0])


def test_of_several_faults_the_first_that_answers_ends_it(lab: Lab) -> None:
    first = lab.set("status", status=500, count=1)
    second = lab.set("status", status=503, count=1)
    assert [lab.send().status_code for _ in range(3)] == [500, 503, 200]
    assert (lab.counts(first), lab.counts(second)) == ((3, 1), (2, 1))


def test_a_burst_refuses_so_many_in_a_row(lab: Lab) -> None:
    fault = lab.set("burst", requests=3, retry_after=9, after=1, count=1)
    answers = [lab.client.call("listBoms", query={"limit": 1}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 429, 200]
    assert (answers[1].headers["retry-after"], answers[1].headers["ratelimit-remaining"]) == ("9", "0")
    assert lab.counts(fault) == (5, 3)


def test_latency_is_waited_for_before_the_answer(lab: Lab) -> None:
    fixed = lab.set("latency", milliseconds=60)
    lab.set("latency", milliseconds=0, to_milliseconds=5)
    points = [{"percent": 50, "milliseconds": 1}, {"percent": 99.5, "milliseconds": 4}]
    lab.set("latency", percentiles=points)
    answer = lab.client.call("listBoms", expect=200)
    assert answer.elapsed.total_seconds() >= 0.06
    assert lab.counts(fixed) == (1, 1)


def test_a_connection_is_reset_before_anything_is_done(lab: Lab) -> None:
    count = len(lab.client.every("listBoms"))
    lab.set("reset", operation_id="createBom", count=1)
    body = lab.fixtures.body()
    with pytest.raises(LOST):
        lab.send("POST", "/boms", json=body)
    assert len(lab.client.every("listBoms")) == count
    lab.fixtures.keep(lab.client.call("createBom", expect=201, json=body).json())


def test_a_reset_says_nothing_and_a_loss_says_that_it_is_over(target: Target) -> None:
    with Line(target) as line:
        line.ask("GET", "/me", "X-Sandbox-Fault: reset")
        with pytest.raises(ConnectionResetError):
            line.hear_one()
    with Line(target) as line:
        assert line.ask("GET", "/me", "X-Sandbox-Fault: lost").hear() == b""


def test_a_large_body_that_nobody_reads_does_not_keep_a_reset_from_coming(lab: Lab) -> None:
    lab.set("reset", count=1)
    with pytest.raises(LOST):
        lab.send("POST", "/boms", json={"Name": "x" * 900_000})
    assert lab.statuses(1) == [200]


def test_a_lost_answer_has_its_effect_and_the_key_finds_it(lab: Lab) -> None:
    lab.set("lost", operation_id="createBom", count=1)
    body, headers = lab.fixtures.body(), {"Idempotency-Key": lab.fixtures.label("KEY")}
    with pytest.raises(LOST):
        lab.client.call("createBom", json=body, headers=headers)
    again = lab.client.call("createBom", expect=201, json=body, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    lab.fixtures.keep(again.json())


def test_a_truncated_body_ends_before_its_length(lab: Lab) -> None:
    lab.set("truncated", count=1)
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        lab.send()
    assert lab.statuses(1) == [200]


def test_a_slow_body_arrives_whole_in_pieces(lab: Lab) -> None:
    whole = lab.client.call("listBoms", query={"limit": 1}).content
    lab.set("slow_body", milliseconds=50, count=1)
    assert lab.client.call("listBoms", query={"limit": 1}).content == whole


def test_a_stale_read_is_the_answer_before_the_last_change(lab: Lab) -> None:
    lab.set("stale", operation_id="getBom", after=1)
    made = lab.fixtures.bom(Notes="one")

    def notes() -> str:
        found: str = lab.client.call("getBom", expect=200, id=made["id"]).json()["Notes"]
        return found

    assert notes() == "one"
    lab.fixtures.update(made, Notes="two")
    assert notes() == "one"
    assert lab.fixtures.read(made)["Notes"] == "two"
    lab.fixtures.update(made, Notes="three")
    assert [notes(), notes()] == ["two", "two"]


def test_a_head_request_is_met_as_its_get_is(lab: Lab) -> None:
    fault = lab.set("slow_body", milliseconds=20, method="GET")
    answer = lab.send("HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert lab.counts(fault) == (1, 1)
    lab.set("truncated", method="GET", count=1)
    assert lab.send("HEAD").status_code == 200
    lab.set("status", status=503, method="GET")
    assert (lab.send("HEAD").status_code, lab.send("HEAD").content) == (503, b"")


def test_a_connection_serves_on_after_a_fault_that_leaves_it_open(lab: Lab, target: Target) -> None:
    with Line(target) as line:
        for fault, status in (("status=503", 503), ("slow-body=20", 200), ("latency=1", 200)):
            line.ask("GET", "/me", f"X-Sandbox-Fault: {fault}")
            assert line.hear_one().status == status


@pytest.mark.parametrize("name", ["flaky", "slow", "down", "quota"])
def test_a_preset_sets_its_faults_in_a_row(lab: Lab, name: str) -> None:
    body = {"install_id": lab.install, "operation_id": "listRecipes", "seed": "a", "expires_in": 600}
    made = lab.control.send("POST", f"/faults/presets/{name}", body)["faults"]
    try:
        assert made == [lab.control.send("GET", f"/faults/{each['id']}") for each in made]
        assert [each["seed"] for each in made] == [f"a.{place}" for place in range(len(made))]
        assert all(each["install_id"] == lab.install and each["expires_at"] for each in made)
        if name == "down":
            assert lab.client.call("listRecipes", expect=503).headers["retry-after"] == "30"
    finally:
        for each in made:
            lab.control.send("DELETE", f"/faults/{each['id']}")


def test_faults_are_listed_by_pages_and_ended(lab: Lab, target: Target) -> None:
    made = [lab.set("reset", operation_id="listRecipes", after=number) for number in (100, 200, 300)]
    listed: list[str] = []
    after = ""
    while True:
        page = lab.control.send("GET", f"/faults?limit=1{after}")
        listed += [each["id"] for each in page["faults"]]
        if not page["has_more"]:
            break
        after = f"&after={page['next_cursor']}"
    assert [each for each in listed if each in made] == made
    ended = lab.control.send("DELETE", f"/faults/{made[0]}")
    assert (ended["id"], ended["matched"]) == (made[0], 0)
    assert target.control is not None
    for method in ("GET", "DELETE"):
        answer = httpx.request(method, f"{target.control}/faults/{made[0]}", trust_env=False)
        assert answer.status_code == 404


def test_all_faults_are_cleared_and_there_are_at_most_a_hundred(begin: Callable[..., Fixtures]) -> None:
    fixtures = begin()
    assert fixtures.control is not None
    control, target = fixtures.control, fixtures.client.target
    for _ in range(100):
        control.send("POST", "/faults", {"kind": "reset", "operation_id": "listRecipes", "count": 1})
    assert refused(target, {"kind": "reset"})[:2] == (409, "too_many_faults")
    assert refused(target, {}, "/faults/presets/down")[:2] == (409, "too_many_faults")
    assert control.send("DELETE", "/faults") == {"ok": True, "modified": 100}
    assert control.send("GET", "/faults")["faults"] == []
    fixtures.client.call("listRecipes", expect=200)


@pytest.mark.parametrize("value", ["reset", "lost", "truncated", "latency=1; lost", "truncated;slow-body=20"])
def test_a_header_cuts_the_answer_to_its_own_request_alone(lab: Lab, value: str) -> None:
    with pytest.raises(LOST):
        lab.send(headers={"X-Sandbox-Fault": value})
    assert lab.send().status_code == 200


def test_faults_are_of_their_workspace_and_a_reset_ends_them(lab: Lab, target: Target) -> None:
    made = lab.control.send("POST", "/workspaces", {"seed": "demo"})
    inner, token = f"/workspaces/{made['id']}", made["tokens"][0]["access_token"]

    def status() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{target.url}/me", headers=headers, trust_env=False).status_code

    try:
        lab.control.send("POST", f"{inner}/faults", {"kind": "status", "status": 503})
        lab.client.call("getInstallContext", expect=200)
        assert status() == 503
        lab.control.send("POST", f"{inner}/reset")
        assert lab.control.send("GET", f"{inner}/faults")["faults"] == []
        assert status() in (200, 401), "a reset may end the tokens too, and no fault is left"
        mine = lab.set("reset", operation_id="listRecipes", after=100)
        assert mine not in lab.control.send("GET", f"{inner}/faults?limit=200")["faults"]
    finally:
        lab.control.send("DELETE", inner)
