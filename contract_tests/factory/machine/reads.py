"""Rules of the state machine: replays, foreign tenants, page walks, filters, reports."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract_tests.factory.api import Answer, Record
from contract_tests.factory.exact import money
from contract_tests.factory.invariants import BOM, INSPECTION, JOB, ORDER
from contract_tests.factory.machine.draws import pick
from contract_tests.factory.machine.orders import OrderActions
from contract_tests.factory.machine.walk import NOUNS, Walk
from contract_tests.factory.model import Model

LARGEST_PAGE = 7


def refused(answer: Answer, status: int, code: str) -> None:
    """Holds that a request was refused."""
    assert (answer.status, answer.code) == (status, code), answer.raw


class ReadRules(RuleBasedStateMachine):
    """What any client may try at any time."""

    walk: Walk
    model: Model
    orders: OrderActions

    def some_record(self, data: st.DataObject) -> tuple[str, str] | None:
        """Any record, by its kind and its id; none where there is none yet."""
        pool = [(resource, id) for resource, records in self.walk.known.items() for id in records]
        return pick(data, pool) if pool else None

    @rule(data=st.data())
    def repeat_a_create(self, data: st.DataObject) -> None:
        """INV-G4: the same key gives the same answer and no second order."""
        if (body := self.orders.draw(data)) is None:
            return
        api, key = self.walk.api, {"Idempotency-Key": self.walk.label("KEY")}
        if (order := self.orders.create(body, headers=key)) is None:
            return
        first = self.walk.seen.one(ORDER, order.id)
        again = api.call("createWorkOrder", body, headers=key)
        assert again.status == 201 and again.headers.get("idempotency-replayed") == "true", again.headers
        assert again.body == first
        other = api.call("createWorkOrder", {**body, "Notes": "Other"}, headers=key)
        refused(other, 409, "idempotency_conflict")
        self.walk.touch(ORDER, order.id)

    @rule(data=st.data())
    def look_from_another_entity(self, data: st.DataObject) -> None:
        """INV-G1: another entity neither sees nor names what is here."""
        if (found := self.some_record(data)) is None:
            return
        resource, id = found
        stranger = self.walk.run.stranger
        read = f"get{NOUNS[resource]}"
        refused(stranger.call(read, id=id), 404, "not_found")
        wrong = {"orgId": stranger.tenant.org, "entityId": stranger.tenant.entity}
        answer = self.walk.api.call(read, query=None, headers=None, id=id, **wrong)
        refused(answer, 403, "tenant_scope_violation")
        item = pick(data, list(self.model.stock.items))
        body: Record = {"ItemRefId": item, "PlannedQuantity": 1}
        refused(stranger.call("createWorkOrder", body), 422, "unknown_reference")
        lines = [{"ItemRefId": item, "Quantity": 1}]
        body = {"Name": "Strange", "ItemRefId": self.walk.run.stranger_item, "Lines": lines}
        refused(stranger.call("createBom", body), 422, "unknown_reference")
        if resource != INSPECTION:
            answer = stranger.call(f"archive{NOUNS[resource]}s", {"ids": [id]})
            assert answer.status == 200 and answer.body["modified"] == 0, answer.raw

    @rule(data=st.data())
    def walk_through_a_list(self, data: st.DataObject) -> None:
        """INV-G2 and G3: every page size gives each record once, and a filter exactly its own."""
        resource = pick(data, [BOM, ORDER, JOB, INSPECTION])
        records = {id: (self.item_of(each), each) for id, each in self.walk.known[resource].items()}
        items = sorted({item for item, _ in records.values()})
        query: Record = {"itemRefId": pick(data, items) if items else next(iter(self.model.stock.items))}
        query["isArchived"] = data.draw(st.sampled_from(["true", "false"]))
        states = sorted({each.status for _, each in records.values()} - {"Archived"})
        if data.draw(st.booleans()) and states:
            query["status"] = pick(data, states)
        expected = [
            id
            for id, (item, each) in records.items()
            if item == query["itemRefId"]
            and each.is_archived is (query["isArchived"] == "true")
            and query.get("status") in (None, each.status)
        ]
        for size in range(1, min(len(expected) + 1, LARGEST_PAGE) + 1):
            pages = list(self.walk.api.pages(f"list{NOUNS[resource]}s", query, size))
            found = [each["id"] for page in pages for each in page[resource]]
            assert found == expected, (size, query)
            assert all(len(page[resource]) == size for page in pages[:-1]), (size, query)

    def item_of(self, record: Any) -> str:
        """The item that a record is of; an inspection's is its order's."""
        if (order_id := getattr(record, "order_id", None)) is not None:
            record = self.model.orders.known.get(order_id) or self.model.job_work.known[order_id]
        found: str = record.item_id
        return found

    @rule(data=st.data())
    def read_twice(self, data: st.DataObject) -> None:
        """INV-G6: reading changes nothing."""
        if (found := self.some_record(data)) is not None:
            resource, id = found
            answers = [self.walk.api.call(f"get{NOUNS[resource]}", id=id) for _ in range(2)]
            assert answers[0].raw == answers[1].raw
            self.walk.touch(resource, id)

    @rule(data=st.data())
    @precondition(lambda self: any(o.outcome for o in self.model.orders.known.values()))
    def read_the_reports(self, data: st.DataObject) -> None:
        """INV-G8: a report is what the orders say, also right after one has moved (INV-G11)."""
        ended = [order for order in self.model.orders.known.values() if order.outcome is not None]
        item_id = pick(data, ended).item_id
        done = [self.walk.touch(ORDER, each.id) for each in ended if each.item_id == item_id]
        api, query = self.walk.api, {"itemRefId": item_id, "limit": 200}
        first, second = (api.call("getJobCostingReport", query=query) for _ in range(2))
        assert first.status == 200 and first.raw == second.raw, "INV-G11: nothing has moved in between"
        costs, by_id = first.body, {each["id"]: each for each in done}
        in_order = sorted(done, key=lambda each: (each["CompletedAt"], each["WorkOrderNumber"]))
        assert [each["WorkOrderRefId"] for each in costs["job_costs"]] == [each["id"] for each in in_order]
        for row in costs["job_costs"]:
            for name in ("PlannedCost", "ActualCost", "Variance", "CompletedQuantity", "ScrappedQuantity"):
                assert row[name] == by_id[row["WorkOrderRefId"]][name], name
        totals = costs["totals"]
        assert totals["Total"] == sum(each["ActualCost"]["Total"] for each in done)
        assert totals["Total"] - totals["StandardCost"] == totals["Variance"]["Total"]
        analysis = api.read("getProductionCostAnalysisReport", query)["totals"]
        assert analysis["TotalCost"] == totals["Total"]
        assert analysis["Variance"] == totals["Variance"]["Total"]
        made = api.read("getByProductsReport", query)
        assert made["totals"]["Credit"] == sum(row["Credit"] for row in made["by_products"])
        # The item may also have come out beside the output of other orders.
        own = [row["Credit"] for row in made["by_products"] if row["WorkOrderRefId"] in by_id]
        assert sum(own) == totals["ByProductCredit"]
        for row in api.read("getEfficiencyReport", query)["efficiency"]:
            good, scrap = Fraction(row["CompletedQuantity"]), Fraction(row["ScrappedQuantity"])
            assert Fraction(row["YieldPercent"]) == money(good / (good + scrap) * 100)
