"""The sandbox's clock can be set and moved on, never back, and what goes by it follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from contract_tests.kit import Control, Fixtures, Record, Target, Tenant

Begin = Callable[..., Fixtures]
_DAY = 86_400
_TEN_YEARS = 315_360_000


def control_of(fixtures: Fixtures) -> Control:
    """The control plane."""
    assert fixtures.control is not None
    return fixtures.control


def moment(text: str) -> datetime:
    """A moment of an answer."""
    return datetime.fromisoformat(text)


def asked(fixtures: Fixtures, method: str, path: str, body: Any) -> httpx.Response:
    """A request to the control plane, which may refuse it."""
    control = fixtures.client.target.control
    assert control is not None
    return httpx.request(method, control + path, json=body, trust_env=False)


def refused(fixtures: Fixtures, method: str, path: str, body: Any, code: str, pointer: str) -> str:
    """A request that is refused at a member, and changes nothing; what was said there."""
    before = control_of(fixtures).clock()["now"]
    answer = asked(fixtures, method, path, body)
    told: Record = answer.json()
    assert (told["error"], told["details"][0]["pointer"]) == (code, pointer), answer.text
    assert answer.status_code == {"clock_backwards": 409, "invalid_request": 400}[code]
    assert moment(control_of(fixtures).clock()["now"]) - moment(before) < timedelta(minutes=10)
    said: str = told["details"][0]["message"]
    return said


def test_a_pinned_clock_stands_and_moves_on_by_what_it_is_told(begin: Begin) -> None:
    fixtures = begin()
    control = control_of(fixtures)
    shown = control.clock()
    assert (shown["now"], shown["is_pinned"], shown["offset_seconds"]) == (
        "2026-06-15T06:30:00.000Z",
        True,
        None,
    )
    assert control.advance_clock(7200)["now"] == "2026-06-15T08:30:00.000Z"
    assert control.advance_clock(1)["now"] == "2026-06-15T08:30:01.000Z"
    assert fixtures.bom()["CreatedAt"] == "2026-06-15T08:30:01.000Z"
    assert control.set_clock(pinned_at="2026-06-20T12:00:00+02:00")["now"] == "2026-06-20T10:00:00.000Z"
    assert fixtures.bom()["CreatedAt"] == "2026-06-20T10:00:00.000Z"


def test_a_clock_runs_on_from_where_it_was_set(begin: Begin) -> None:
    fixtures = begin()
    control = control_of(fixtures)
    ahead = datetime.now(UTC) + timedelta(days=400)
    shown = control.set_clock(now=ahead.isoformat())
    assert (shown["is_pinned"], round(shown["offset_seconds"] / _DAY)) == (False, 400)
    assert moment(shown["now"]) - moment(shown["wall_now"]) == timedelta(seconds=shown["offset_seconds"])
    assert ahead - timedelta(milliseconds=1) <= moment(fixtures.bom()["CreatedAt"])
    assert control.advance_clock(_DAY)["offset_seconds"] == shown["offset_seconds"] + _DAY
    assert moment(fixtures.bom()["CreatedAt"]) >= ahead + timedelta(days=1)


def test_a_clock_that_stood_runs_with_the_machines_again(begin: Begin) -> None:
    fixtures = begin()
    shown = control_of(fixtures).set_clock(pinned_at=None)
    assert (shown["is_pinned"], shown["offset_seconds"], shown["now"]) == (False, 0, shown["wall_now"])


def test_a_clock_of_the_machine_can_be_pinned_ahead(begin: Begin) -> None:
    fixtures = begin(clock=None)
    assert control_of(fixtures).clock()["offset_seconds"] == 0
    control_of(fixtures).set_clock(pinned_at="2400-01-01T00:00:00Z")
    assert fixtures.bom()["CreatedAt"] == "2400-01-01T00:00:00.000Z"


def test_the_clock_does_not_go_back(begin: Begin) -> None:
    fixtures = begin()
    control_of(fixtures).set_clock(pinned_at="2500-01-01T00:00:00Z")
    for body in (
        {"pinned_at": "2499-12-31T23:59:59.999Z"},
        {"pinned_at": "2500-01-01T00:30:00+01:00"},
        {"now": "2499-12-31T23:59:59.999Z"},
        {"pinned_at": None},
    ):
        said = refused(fixtures, "PUT", "/clock", body, "clock_backwards", f"/{next(iter(body))}")
        assert said.startswith(
            "It is 2500-01-01T00:00:00.000Z in the sandbox; its clock does not go back to "
        )
    assert control_of(fixtures).set_clock(pinned_at="2500-01-01T00:00:00Z")["is_pinned"] is True


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("PUT", "/clock", {}, ""),
        ("PUT", "/clock", {"pinned_at": "2030-01-01T00:00:00Z", "now": "2030-01-01T00:00:00Z"}, "/now"),
        ("PUT", "/clock", {"pinned_at": "1989-12-31T23:59:59Z"}, "/pinned_at"),
        ("PUT", "/clock", {"pinned_at": "2991-01-01T00:00:00Z"}, "/pinned_at"),
        ("PUT", "/clock", {"now": "2991-01-01T00:00:00Z"}, "/now"),
        ("PUT", "/clock", {"now": None}, "/now"),
        ("PUT", "/clock", {"now": "noon"}, "/now"),
        ("PUT", "/clock", {"at": "2030-01-01T00:00:00Z"}, "/at"),
        ("POST", "/clock/advance", {}, ""),
        ("POST", "/clock/advance", {"seconds": 0}, "/seconds"),
        ("POST", "/clock/advance", {"seconds": -1}, "/seconds"),
        ("POST", "/clock/advance", {"seconds": 1.5}, "/seconds"),
        ("POST", "/clock/advance", {"seconds": _TEN_YEARS + 1}, "/seconds"),
    ],
)
def test_what_is_no_time_is_refused(
    fixtures: Fixtures, control: Control, method: str, path: str, body: Any, pointer: str
) -> None:
    refused(fixtures, method, path, body, "invalid_request", pointer)


def test_the_clock_is_not_advanced_past_the_last_year(begin: Begin) -> None:
    fixtures = begin()
    control_of(fixtures).set_clock(pinned_at="2990-12-31T23:59:59Z")
    body = {"seconds": 1}
    said = refused(fixtures, "POST", "/clock/advance", body, "invalid_request", "/seconds")
    assert said == "must not lead past the year 2990"


def test_the_business_day_follows_the_clock(begin: Begin) -> None:
    fixtures = begin()
    client, control = fixtures.client, control_of(fixtures)
    bom = fixtures.bom(Status="Active")
    body = {"ItemRefId": bom["ItemRefId"], "PlannedQuantity": 1, "DueDate": "2026-06-15"}
    order = client.call("createWorkOrder", expect=201, json=body).json()

    def is_overdue() -> bool:
        return order["id"] in {each["id"] for each in client.every("listWorkOrders", {"overdue": "true"})}

    assert not is_overdue()
    # The day in Pune ends at 18:30 UTC.
    control.set_clock(pinned_at="2026-06-15T18:29:59.999Z")
    assert not is_overdue()
    control.set_clock(pinned_at="2026-06-15T18:30:00Z")
    assert is_overdue()


def test_tokens_do_not_go_by_this_clock(begin: Begin) -> None:
    fixtures = begin()
    tenant = fixtures.client.tenant
    token = control_of(fixtures).token(Tenant(tenant.org, tenant.entity, ""))
    control_of(fixtures).advance_clock(_TEN_YEARS)
    fixtures.client.using(token).call("getInstallContext", expect=200)


def test_a_key_is_forgotten_when_the_clock_has_moved_on_by_a_day(begin: Begin) -> None:
    fixtures = begin()
    client, key = fixtures.client, {"Idempotency-Key": "once-a-day"}
    body = fixtures.body()

    def made() -> httpx.Response:
        return client.call("createBom", expect=201, json=body, headers=key)

    first = made()
    control_of(fixtures).advance_clock(_DAY - 1)
    assert made().content == first.content
    control_of(fixtures).advance_clock(2)
    again = made()
    assert "idempotency-replayed" not in again.headers
    assert again.json()["id"] > first.json()["id"]


def test_ids_and_times_rise_with_the_clock(begin: Begin) -> None:
    fixtures = begin()
    made = []
    for seconds in (1, 3600, _DAY, _TEN_YEARS):
        made.append(fixtures.bom())
        control_of(fixtures).advance_clock(seconds)
    made.append(fixtures.bom())
    assert made == sorted(made, key=lambda bom: (bom["CreatedAt"], bom["id"]))
    assert len({bom["CreatedAt"] for bom in made}) == len(made)


def test_other_machines_are_told_nothing_of_the_clock(target: Target, control: Control) -> None:
    assert target.control is not None
    for method, path in (("GET", "/clock"), ("PUT", "/clock"), ("POST", "/clock/advance")):
        answer = httpx.request(
            method, target.control + path, headers={"Host": "sandbox.example"}, json={}, trust_env=False
        )
        assert answer.status_code == 404
