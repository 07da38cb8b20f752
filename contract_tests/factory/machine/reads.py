"""Rules of the state machine: replays, foreign tenants, page walks, filters, reports."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import money
from contract_tests.factory.invariants import BOM, INSPECTION, JOB, ORDER, RECIPE
from contract_tests.factory.machine.run import READS
from contract_tests.factory.machine.step import MachineBase
from contract_tests.factory.model import ModelWorkOrder

LISTS = {
    BOM: "listBoms",
    ORDER: "listWorkOrders",
    JOB: "listSubcontractOrders",
    INSPECTION: "listQualityInspections",
    RECIPE: "listRecipes",
}
LARGEST_PAGE = 7


class ReadRules(MachineBase):
    """What any client may try at any time."""

    @rule(data=st.data())
    def repeat_a_create(self, data: st.DataObject) -> None:
        """INV-G4: the same key gives the same answer and no second order."""
        if (body := self.draw_order(data)) is None:
            return
        key = {"Idempotency-Key": self.label("KEY")}
        if (order := self.create_order(body, key)) is None:
            return
        first = self.seen.one(ORDER, order.id)
        again = self.api.call("createWorkOrder", body, query=None, headers=key)
        assert again.status == 201 and again.headers.get("idempotency-replayed") == "true", again.headers
        assert again.body == first
        other = self.api.call("createWorkOrder", {**body, "Notes": "Other"}, query=None, headers=key)
        assert (other.status, other.code) == (409, "idempotency_conflict"), other.raw
        self.touch(ORDER, order.id)

    @rule(data=st.data())
    def look_from_another_entity(self, data: st.DataObject) -> None:
        """INV-G1: another entity neither sees nor names what is here."""
        pool = [(resource, id) for resource in READS for id in self.known(resource)]
        if not pool:
            return
        resource, id = self.pick(data, pool)
        stranger = self.run.stranger
        answer = stranger.call(READS[resource], None, query=None, headers=None, id=id)
        assert (answer.status, answer.code) == (404, "not_found"), answer.raw
        wrong = {"orgId": stranger.tenant.org, "entityId": stranger.tenant.entity}
        answer = self.api.call(READS[resource], None, query=None, headers=None, id=id, **wrong)
        assert (answer.status, answer.code) == (403, "tenant_scope_violation"), answer.raw
        item = self.pick(data, list(self.model.stock.items))
        body: Record = {"ItemRefId": item, "PlannedQuantity": 1}
        answer = stranger.call("createWorkOrder", body, query=None, headers=None)
        assert (answer.status, answer.code) == (422, "unknown_reference"), answer.raw
        lines = [{"ItemRefId": item, "Quantity": 1}]
        body = {"Name": "Strange", "ItemRefId": self.run.stranger_item, "Lines": lines}
        answer = stranger.call("createBom", body, query=None, headers=None)
        assert (answer.status, answer.code) == (422, "unknown_reference"), answer.raw
        if resource != INSPECTION:
            operation = LISTS[resource].replace("list", "archive")
            answer = stranger.call(operation, {"ids": [id]}, query=None, headers=None)
            assert answer.status == 200 and answer.body["modified"] == 0, answer.raw

    @rule(data=st.data())
    def walk_through_a_list(self, data: st.DataObject) -> None:
        """INV-G2 and G3: every page size gives each record once, and a filter exactly its own."""
        resource = self.pick(data, [BOM, ORDER, JOB, INSPECTION])
        records = [self.expected_state(resource, id) for id in self.known(resource)]
        query: Record = {}
        if items := sorted({each["ItemRefId"] for each in records}):
            query["itemRefId"] = self.pick(data, items)
        else:
            query["itemRefId"] = next(iter(self.model.stock.items))
        query["isArchived"] = data.draw(st.sampled_from(["true", "false"]))
        if data.draw(st.booleans()) and (states := sorted({e["Status"] for e in records} - {"Archived"})):
            query["status"] = self.pick(data, states)
        expected = [
            each["id"]
            for each in records
            if each["ItemRefId"] == query["itemRefId"]
            and each["IsArchived"] is (query["isArchived"] == "true")
            and query.get("status") in (None, each["Status"])
        ]
        for size in range(1, min(len(expected) + 1, LARGEST_PAGE) + 1):
            pages = list(self.api.pages(LISTS[resource], query, size))
            found = [each["id"] for page in pages for each in page[resource]]
            assert found == expected, (size, query)
            assert all(len(page[resource]) == size for page in pages[:-1]), (size, query)

    def expected_state(self, resource: str, id: str) -> Record:
        """What filters look at."""
        record = self.known(resource)[id]
        item = record.item_id if resource != INSPECTION else self.item_of_inspection(record.order_id)
        return {"id": id, "ItemRefId": item, "IsArchived": record.is_archived, "Status": record.status}

    def item_of_inspection(self, order_id: str) -> str:
        """The item that an inspected order makes."""
        order = self.model.orders.known.get(order_id) or self.model.job_work.known[order_id]
        return order.item_id

    @rule(data=st.data())
    def read_twice(self, data: st.DataObject) -> None:
        """INV-G6: reading changes nothing."""
        pool = [(resource, id) for resource in READS for id in self.known(resource)]
        if pool:
            resource, id = self.pick(data, pool)
            answers = [
                self.api.call(READS[resource], None, query=None, headers=None, id=id) for _ in range(2)
            ]
            assert answers[0].raw == answers[1].raw
            self.touch(resource, id)

    @rule(data=st.data())
    @precondition(lambda self: any(o.outcome for o in self.model.orders.known.values()))
    def read_the_reports(self, data: st.DataObject) -> None:
        """INV-G8: a report is what the orders say, also right after one has moved (INV-G11)."""
        order = self.pick(data, [o for o in self.model.orders.known.values() if o.outcome is not None])
        done = [
            self.touch(ORDER, each.id)
            for each in self.model.orders.known.values()
            if each.item_id == order.item_id and each.outcome is not None
        ]
        query = {"itemRefId": order.item_id, "limit": 200}
        first, second = (
            self.api.call("getJobCostingReport", None, query=query, headers=None) for _ in range(2)
        )
        assert first.status == 200 and first.raw == second.raw, "INV-G11: nothing has moved in between"
        costs = first.body
        by_id = {each["id"]: each for each in done}
        assert [each["WorkOrderRefId"] for each in costs["job_costs"]] == [
            each["id"] for each in _sorted(done)
        ]
        for row in costs["job_costs"]:
            for name in ("PlannedCost", "ActualCost", "Variance", "CompletedQuantity", "ScrappedQuantity"):
                assert row[name] == by_id[row["WorkOrderRefId"]][name], name
        totals = costs["totals"]
        assert totals["Total"] == sum(each["ActualCost"]["Total"] for each in done)
        assert totals["Total"] - totals["StandardCost"] == totals["Variance"]["Total"]
        analysis = self.api.read("getProductionCostAnalysisReport", query)["totals"]
        assert (
            analysis["TotalCost"] == totals["Total"] and analysis["Variance"] == totals["Variance"]["Total"]
        )
        made = self.api.read("getByProductsReport", query)
        assert made["totals"]["Credit"] == sum(row["Credit"] for row in made["by_products"])
        # The item may also have come out beside the output of other orders.
        own = [row["Credit"] for row in made["by_products"] if row["WorkOrderRefId"] in by_id]
        assert sum(own) == totals["ByProductCredit"]
        efficiency = self.api.read("getEfficiencyReport", query)
        for row in efficiency["efficiency"]:
            good, scrap = Fraction(row["CompletedQuantity"]), Fraction(row["ScrappedQuantity"])
            assert Fraction(row["YieldPercent"]) == money(good / (good + scrap) * 100)

    # What the rules of orders know.

    def draw_order(self, data: st.DataObject, largest: int = 20) -> Record | None:
        """A work order to create."""
        raise NotImplementedError

    def create_order(self, body: Record, headers: Any = None) -> ModelWorkOrder | None:
        """Creates a work order."""
        raise NotImplementedError


def _sorted(orders: list[Record]) -> list[Record]:
    return sorted(orders, key=lambda each: (each["CompletedAt"], each["WorkOrderNumber"]))
