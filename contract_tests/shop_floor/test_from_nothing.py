"""With an empty sandbox and the control plane, every operation on records can be brought to succeed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.factory import Api, plain
from contract_tests.kit import Client, Contract, Control, Fixtures, Target, Tenant, sandbox
from contract_tests.shop_floor import (
    refusals_inspections,
    refusals_job_movements,
    refusals_job_orders,
    refusals_recipes,
    refusals_work_orders,
)
from contract_tests.shop_floor.floor import Floor
from contract_tests.shop_floor.refusals import READY

# Each of them has its requests in the register.
REGISTERED = (
    refusals_inspections,
    refusals_job_movements,
    refusals_job_orders,
    refusals_recipes,
    refusals_work_orders,
)


@pytest.fixture(scope="module")
def empty(pytestconfig: pytest.Config, http: httpx.Client) -> Iterator[Target]:
    """A new entity of a sandbox in which nothing is there, with the two vendors that a shop floor needs."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")
    with sandbox(options=("--seed", "empty")) as own:
        assert own.control is not None
        control = Control(own.control, http)
        named = {"org_ref_id": "org-new", "entity_ref_id": "ent-new", "org_name": "New", "name": "New"}
        place = {"country": "IN-MH", "currency": "INR", "time_zone": "Asia/Kolkata", "overhead_percent": 20}
        control.send("POST", "/entities", {**named, **place})
        tenant = Tenant("org-new", "ent-new", control.token(Tenant("org-new", "ent-new", "")))
        control.new_vendor(tenant, "JOB", IsSubcontractor=True)
        control.new_vendor(tenant, "SUPPLY")
        yield Target(own.url, tenant, own.control, own.stage, False, True)


@pytest.fixture(scope="module")
def bare_floor(empty: Target, contract: Contract) -> Iterator[Floor]:
    """The shop floor of the new entity."""
    api = Api(empty, contract, empty.tenant)
    yield Floor(api)
    api.close()


Ask = Callable[[Floor, Fixtures], Any]
BOMS: dict[str, Ask] = {
    "listBoms": lambda floor, fixtures: {},
    "createBom": lambda floor, fixtures: {"json": fixtures.body()},
    "getBom": lambda floor, fixtures: {"id": fixtures.bom()["id"]},
    "updateBom": lambda floor, fixtures: {"id": fixtures.bom()["id"], "json": {"Notes": "x"}},
    "archiveBoms": lambda floor, fixtures: {"json": {"ids": [fixtures.bom()["id"]]}},
    "restoreBoms": lambda floor, fixtures: {"json": {"ids": [fixtures.bom()["id"]]}},
    "getBomMaterialRequirements": lambda floor, fixtures: {
        "id": fixtures.bom()["id"],
        "query": {"plannedQty": "3"},
    },
    "getActiveBom": lambda floor, fixtures: {"itemId": fixtures.bom(Status="Active")["ItemRefId"]},
    "listBomsUsingItem": lambda floor, fixtures: {"itemId": fixtures.bom()["Lines"][0]["ItemRefId"]},
    "getBomCostAnalysis": lambda floor, fixtures: {},
    "getBomComponentUsage": lambda floor, fixtures: {},
    "listItem": lambda floor, fixtures: {},
    "getItem": lambda floor, fixtures: {"id": floor.item()},
    "listVendor": lambda floor, fixtures: {},
    "getVendor": lambda floor, fixtures: {"id": floor.vendor},
    "healthCheck": lambda floor, fixtures: {},
    "getInstallContext": lambda floor, fixtures: {},
}


def test_every_operation_on_records_is_asked_of_an_empty_sandbox(contract: Contract) -> None:
    # Subscriptions hold no record of the entity, and have their own tests.
    built = {op.id for op in contract.operations.values() if op.is_built and "/webhooks" not in op.path}
    assert built == {*READY, *BOMS}


@pytest.mark.parametrize("operation_id", [*READY, *BOMS])
def test_each_is_brought_to_succeed_from_nothing(
    empty: Target, bare_floor: Floor, contract: Contract, http: httpx.Client, operation_id: str
) -> None:
    client = Client(empty, contract, http, empty.tenant.token)
    assert empty.control is not None
    fixtures = Fixtures(client, Control(empty.control, http), "EMPTY")
    ask = READY.get(operation_id)
    request = ask(bare_floor) if ask is not None else BOMS[operation_id](bare_floor, fixtures)
    answer = client.call(operation_id, **{**request, "json": plain(request.get("json"))})
    assert answer.is_success, answer.text
