"""What is exported and played again is exported as the same text, whatever has happened before."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.app import build_app
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.seeds.operations import COLLECTIONS, STEPS
from mock_server.settings import Settings
from mock_server.storage import SqlBook
from mock_server.storage.tenancy import read_tenants
from tests.asgi import Client, driver_of
from tests.seeds.packs import NOON, begun, exported, pack_of
from tests.seeds.test_playing import bodies

JOB = {"SubcontractorRefId": "V", "ItemRefId": "PART"}
MAKE = {"ItemRefId": "WHOLE", "PlannedQuantity": 4}
START = pack_of(
    items=[
        {
            "ItemCode": "RAW",
            "Name": "Raw",
            "Uom": "kg",
            "StandardCost": 3,
            "stock": {"quantity": 90, "unit_cost": 3.37},
        },
        {"ItemCode": "PART", "Name": "Part", "Uom": "NOS", "StandardCost": 9, "stock": 20},
        {"ItemCode": "WHOLE", "Name": "Whole", "Uom": "NOS", "StandardCost": 25},
        {"ItemCode": "SCRAP", "Name": "Scrap", "Uom": "kg"},
    ],
    vendors=[{"VendorCode": "V", "DisplayName": "V", "IsSubcontractor": True}],
    steps=[
        {
            "day": "today-30",
            "do": "createBom",
            "body": {
                "BomNumber": "JOB",
                "Name": "job",
                "Type": "Subcontract",
                "Status": "Active",
                "ItemRefId": "PART",
                "ServiceCostPerUnit": 4,
                "Lines": [{"ItemRefId": "RAW", "Quantity": 1.5, "WastagePercent": 10}],
            },
        },
        {
            "do": "createBom",
            "body": {
                "BomNumber": "MAKE",
                "Name": "make",
                "Status": "Active",
                "ItemRefId": "WHOLE",
                "Lines": [
                    {"ItemRefId": "PART", "Quantity": 2, "SubBomRefId": "JOB/1"},
                    {"ItemRefId": "RAW", "Quantity": 0.25},
                ],
                "ByProducts": [{"ItemRefId": "SCRAP", "Quantity": 0.1, "CostMethod": "FixedRate", "Rate": 1}],
            },
        },
        {"do": "createSubcontractOrder", "body": {"OrderNumber": "S1", **JOB, "OrderedQuantity": 8}},
        {"do": "createSubcontractOrder", "body": {"OrderNumber": "S2", **JOB, "OrderedQuantity": 5}},
        {"do": "createWorkOrder", "body": {"WorkOrderNumber": "W1", "InspectionRequired": True, **MAKE}},
        {
            "day": "today-5",
            "do": "createWorkOrder",
            "body": {"WorkOrderNumber": "W2", "LotNumber": "on", **MAKE},
        },
        {
            "do": "createQualityInspection",
            "body": {
                "InspectionNumber": "Q1",
                "Type": "Final",
                "WorkOrderRefId": "W1",
                "LotQuantity": 4,
                "SampleSize": 1,
                "Criteria": [
                    {"Name": "ok", "Type": "PassFail"},
                    {"Name": "ok", "Type": "Numeric", "MaxValue": 2},
                ],
            },
        },
    ],
)

QUANTITIES = st.sampled_from([1, 2, 3, 4, 5])
MOVES = st.one_of(
    st.tuples(st.just("releaseWorkOrder"), st.sampled_from(["W1", "W2"]), st.just({})),
    st.tuples(st.just("cancelWorkOrder"), st.sampled_from(["W1", "W2"]), st.just({})),
    st.tuples(
        st.just("completeWorkOrder"), st.just("W2"), QUANTITIES.map(lambda each: {"CompletedQuantity": each})
    ),
    st.tuples(
        st.just("issueSubcontractMaterials"),
        st.sampled_from(["S1", "S2"]),
        QUANTITIES.map(lambda each: {"Materials": [{"ItemRefId": "RAW", "Quantity": each}]}),
    ),
    st.tuples(
        st.just("receiveSubcontractGoods"),
        st.sampled_from(["S1", "S2"]),
        st.builds(
            lambda good, bad: {"AcceptedQuantity": good, "RejectedQuantity": bad},
            QUANTITIES,
            st.sampled_from([0, 1]),
        ),
    ),
    st.tuples(
        st.just("returnSubcontractMaterials"),
        st.sampled_from(["S1", "S2"]),
        QUANTITIES.map(lambda each: {"Materials": [{"ItemRefId": "RAW", "Quantity": each}]}),
    ),
    st.tuples(
        st.just("completeSubcontractOrder"),
        st.sampled_from(["S1", "S2"]),
        st.just({"Reason": "enough", "Losses": []}),
    ),
    st.tuples(
        st.just("createStockAdjustment"),
        st.just(""),
        st.builds(
            lambda item, count, cost: {"ItemRefId": item, "Quantity": count, "UnitCost": cost},
            st.sampled_from(["RAW", "PART", "WHOLE"]),
            st.sampled_from([-20, -7, -3, 4, 11]),
            st.sampled_from([None, 1, 7.77]),
        ),
    ),
    st.tuples(st.just("updateItem"), st.sampled_from(["RAW", "SCRAP", "PART"]), st.just({"IsActive": False})),
    st.tuples(st.just("updateVendor"), st.just("V"), st.just({"IsArchived": True})),
    st.tuples(st.just("updateBom"), st.sampled_from(["JOB/1", "MAKE/1"]), st.just({"Status": "Draft"})),
    st.tuples(st.just("archiveBoms"), st.sampled_from(["JOB/1", "MAKE/1"]), st.just({})),
    st.tuples(st.just("archiveWorkOrders"), st.sampled_from(["W1", "W2"]), st.just({})),
    st.tuples(st.just("updateQualityInspection"), st.just("Q1"), st.just({"AcceptedQuantity": 3})),
    st.tuples(st.just("archiveQualityInspections"), st.just("Q1"), st.just({})),
)


def acted(sandbox: Sandbox, do: str, on: str, body: dict[str, Any]) -> None:
    """Does one move at once, unless a rule refuses it."""
    session = sandbox.database.session
    [tenant] = read_tenants(session)
    step = STEPS[do]

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: identify(sandbox, "items", each) if name == "ItemRefId" else named(each)
                for name, each in value.items()
            }
        return [named(each) for each in value] if isinstance(value, list) else value

    def work() -> None:
        book = SqlBook(session, tenant, sandbox.clock, sandbox.ids, "test")
        filled = named(body)
        if not step.is_on:
            step.run(book, filled)
            return
        rows = getattr(book, COLLECTIONS[step.kind])
        record_id = identify(sandbox, rows.documents.table.name, on)
        if step.is_bulk:
            step.run(book, [record_id])
        else:
            step.run(book, rows.get(record_id), filled)

    with suppress(Refused):
        sandbox.database.transact(work)


def identify(sandbox: Sandbox, table: str, name: str) -> str:
    """The id of a record by its code or number."""
    for body in bodies(sandbox, table):
        told = {
            body.get(key)
            for key in ("ItemCode", "VendorCode", "WorkOrderNumber", "InspectionNumber", "OrderNumber")
        }
        told.add(f"{body.get('BomNumber')}/{body.get('Version')}")
        if name in told:
            found: str = body["id"]
            return found
    raise AssertionError(name)


def stock(sandbox: Sandbox) -> list[tuple[Any, ...]]:
    """What is on hand and set aside, by item."""
    return [
        (each["ItemCode"], each["OnHandQuantity"], each["AtSubcontractorQuantity"])
        for each in bodies(sandbox, "items")
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(MOVES, max_size=14))
def test_a_state_that_is_exported_and_played_is_exported_the_same(moves: list[Any]) -> None:
    with closing(begun(START)) as sandbox:
        for move in moves:
            acted(sandbox, *move)
        text, left_out = exported(sandbox)
        assert not [each for each in left_out if "cannot be played" in each]
        before = stock(sandbox)
        states = {each["WorkOrderNumber"]: each["Status"] for each in bodies(sandbox, "work_orders")}
    with closing(begun(text)) as again:
        assert exported(again)[0] == text
        assert stock(again) == before
        for each in bodies(again, "work_orders"):
            assert states[each["WorkOrderNumber"]] == each["Status"]


def test_the_demo_is_exported_and_played_again() -> None:
    with closing(Sandbox(Settings(None, pinned=NOON))) as demo:
        text, left_out = exported(demo)
        assert "ent-veloma-uk: work orders that are Completed: WO-0002" in left_out
        shown = "SELECT number, status FROM {} WHERE tenant = 1 ORDER BY number"
        orders = driver_of(demo).execute(shown.format("subcontract_orders")).fetchall()
    with closing(begun(text)) as again:
        assert exported(again) == (text, [])
        played = driver_of(again).execute(shown.format("subcontract_orders")).fetchall()
        assert played == [each for each in orders if each[1] not in ("Completed", "Cancelled")]


def test_what_orders_that_have_ended_used_is_borrowed_and_taken_away() -> None:
    with closing(begun(START)) as sandbox:
        acted(
            sandbox, "issueSubcontractMaterials", "S1", {"Materials": [{"ItemRefId": "RAW", "Quantity": 12}]}
        )
        acted(sandbox, "receiveSubcontractGoods", "S1", {"AcceptedQuantity": 4})
        acted(sandbox, "createStockAdjustment", "", {"ItemRefId": "PART", "Quantity": -24})
        text, _ = exported(sandbox)
    assert "do: createStockAdjustment" in text and "Quantity: -4" in text
    with closing(begun(text)) as again:
        assert stock(again)[1] == ("PART", 0, 0)
        assert exported(again)[0] == text


def test_ids_of_items_and_vendors_stay() -> None:
    with closing(begun(START)) as sandbox:
        ids = [each["id"] for table in ("items", "vendors") for each in bodies(sandbox, table)]
        text, _ = exported(sandbox)
    with closing(begun(text)) as again:
        assert [each["id"] for table in ("items", "vendors") for each in bodies(again, table)] == ids


def test_of_more_records_than_a_pack_can_hold_there_is_none() -> None:
    with closing(begun(START)) as sandbox:
        columns = "tenant, is_archived, search, updated_at, revision, moves, body, internal, is_subcontractor"
        driver_of(sandbox).execute(
            f"INSERT INTO vendors ({columns}, seq, id, code) WITH RECURSIVE n(i) AS"
            " (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5010)"
            f" SELECT {columns}, i, i, i FROM vendors, n WHERE code = 'V'"
        )
        answer = Client(build_app(sandbox))("GET", "/_sandbox/v1/seed")
        assert (answer.status, answer.json()["error"]) == (422, "not_exportable")
        assert answer.json()["message"] == "ent-a has more than 5000 records of a kind."
