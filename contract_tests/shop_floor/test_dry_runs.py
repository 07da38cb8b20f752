"""A dry run of each write of the registers is answered as the write is, and leaves everything as it was."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from contract_tests.factory import Answer, Record, plain
from contract_tests.kit import Case, Request, Target
from contract_tests.shop_floor.floor import Floor
from contract_tests.shop_floor.registers import READY, REFUSALS

DRY = {"X-Sandbox-Dry-Run": "true"}
_ALIKE = ("location", "etag", "retry-after")
_READS = ("get", "list")
_WRITES = [operation for operation in READY if not operation.startswith(_READS)]
_REFUSED = [case for case in REFUSALS if not case[0].startswith(_READS)]


def send(floor: Floor, operation: str, request: Request, headers: dict[str, str]) -> Answer:
    """A request of the registers."""
    asked = dict(request)
    body = plain(asked.pop("json", None))
    sent = {**asked.pop("headers", {}), **headers}
    query = asked.pop("query", None)
    return floor.api.call(operation, body, query=query, headers=sent, **asked)


def shown(answer: Answer) -> dict[str, Any]:
    """What of an answer the real one has too."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return {"status": answer.status, "body": answer.raw, **{name: headers.get(name) for name in _ALIKE}}


def outcome(target: Target, answer: Answer) -> Record:
    """What a dry run would have done."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["x-sandbox-dry-run"] == "applied"
    found = httpx.get(f"{target.control}/dry-runs/{headers['x-request-id']}", trust_env=False)
    assert found.status_code == 200, found.text
    told: Record = found.json()
    return told


def seen(floor: Floor) -> list[Any]:
    """What the entity has: items with their stock, movements, documents, archived ones too."""
    found: list[Any] = [floor.api.every("listItem", {"search": floor.prefix}), len(floor.api.movements())]
    for each in ("listWorkOrders", "listRecipes", "listQualityInspections", "listSubcontractOrders"):
        found += [floor.api.every(each, {"isArchived": archived}) for archived in ("false", "true")]
    path = "/events?limit=200&topic=work_order.updated"
    return [*found, floor.api.control("GET", path).body]


@pytest.mark.parametrize("operation_id", _WRITES)
def test_a_write_is_answered_as_if_it_were_done_and_leaves_everything_as_it_is(
    floor: Floor, factory: Target, operation_id: str
) -> None:
    request = READY[operation_id](floor)
    before = seen(floor)
    first = send(floor, operation_id, request, DRY)
    second = send(floor, operation_id, request, DRY)
    assert seen(floor) == before
    told = outcome(factory, first)
    assert (told["operation_id"], told["status"]) == (operation_id, first.status)
    # With a pinned clock the ids, numbers and times are those of the write itself: none was used up.
    real = send(floor, operation_id, request, {})
    assert shown(first) == shown(second) == shown(real)
    assert "x-sandbox-dry-run" not in {name.lower() for name in real.headers}


@pytest.mark.parametrize("case", _REFUSED, ids=lambda case: "-".join(map(str, case)))
def test_what_would_be_refused_is_refused_the_same_way(floor: Floor, case: Case) -> None:
    request = REFUSALS[case](floor)
    dry = send(floor, case[0], request, DRY)
    real = send(floor, case[0], request, {})
    assert (dry.status, dry.code) == case[1:]
    assert shown(dry) == shown(real)
    assert {name.lower(): value for name, value in dry.headers.items()}["x-sandbox-dry-run"] == "applied"


def test_a_completion_tells_its_movements_costs_and_events(floor: Floor, factory: Target) -> None:
    request = READY["completeWorkOrder"](floor)
    told = outcome(factory, send(floor, "completeWorkOrder", request, DRY))
    before = len(floor.api.movements())
    send(floor, "completeWorkOrder", request, {})
    assert told["movements"] == plain(floor.api.movements()[before:])
    assert {"ProductionConsumption", "ProductionReceipt"} <= {each["Type"] for each in told["movements"]}
    assert "work_order.completed" in [event["topic"] for event in told["events"]]
    made = floor.do("getWorkOrder", id=request["id"])
    averages = [each for each in told["cost_changes"] if each["pointer"] == "/AverageUnitCost"]
    item = plain(floor.stock(made["ItemRefId"]))
    assert (made["ItemRefId"], item["AverageUnitCost"]) in {
        (each["record_id"], each["after"]) for each in averages
    }
    assert any(each["record_id"] == made["id"] for each in told["cost_changes"])
