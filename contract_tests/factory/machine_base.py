"""One step of the state machine: predict, send, compare, and look at every invariant."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from contract_tests.factory import invariants_documents, invariants_orders, invariants_stock
from contract_tests.factory.api import Answer, Api
from contract_tests.factory.boms import ModelBom
from contract_tests.factory.comparison import differences
from contract_tests.factory.inspections import ModelInspection
from contract_tests.factory.invariants_documents import TODAY
from contract_tests.factory.job_work import ModelJobOrder
from contract_tests.factory.job_work_records import job_order_record
from contract_tests.factory.model import Model
from contract_tests.factory.recipes import ModelRecipe
from contract_tests.factory.refused import Refused
from contract_tests.factory.seen import BOM, INSPECTION, JOB, ORDER, RECIPE, Record, Seen, Step, check_all
from contract_tests.factory.stock import ModelItem
from contract_tests.factory.work_order_records import work_order_record
from contract_tests.factory.work_orders import ModelWorkOrder
from contract_tests.target import Tenant

CHECKED = (invariants_stock, invariants_orders, invariants_documents)
READS = {
    BOM: "getBom",
    RECIPE: "getRecipe",
    ORDER: "getWorkOrder",
    JOB: "getSubcontractOrder",
    INSPECTION: "getQualityInspection",
}
NUMBERS = {
    BOM: "BomNumber",
    RECIPE: "RecipeNumber",
    ORDER: "WorkOrderNumber",
    JOB: "OrderNumber",
    INSPECTION: "InspectionNumber",
}
EVERYTHING_EVERY = 25
T = TypeVar("T")


@dataclass
class Run:
    """What all examples of a run share."""

    api: Api
    stranger: Api
    stranger_item: str
    vendors: list[str]
    no_vendor: str
    events: Callable[[], list[Record]] | None
    steps: int = 0
    examples: Any = field(default_factory=lambda: itertools.count(1))
    last_numbers: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def tenant(self) -> Tenant:
        """The entity that is worked in."""
        return self.api.tenant


class MachineBase(RuleBasedStateMachine):
    """The model, the readings, and how a request is judged; the rules are in the classes below."""

    run: Run

    def __init__(self) -> None:
        super().__init__()
        self.api = self.run.api
        self.prefix = f"F{next(self.run.examples):05d}"
        self.model = Model(TODAY, self.run.vendors)
        self.seen = Seen()
        self.steps = 0
        self.labels = itertools.count(1)
        self.raw_items = b""
        self.is_in_step = False
        self.expected_events: list[tuple[str, str]] = []

    # What there is.

    def label(self, word: str) -> str:
        """A text that no other record has."""
        return f"{self.prefix}-{word}{next(self.labels)}"

    def pick(self, data: st.DataObject, choices: list[T], label: str | None = None) -> T:
        """One of several."""
        return choices[data.draw(st.integers(0, len(choices) - 1), label=label)]

    def expected(self, resource: str, id: str) -> Record:
        """A record as the model has it."""
        if resource == BOM:
            return self.model.boms.record(self.model.boms.known[id])
        if resource == ORDER:
            return work_order_record(self.model.orders, self.model.orders.known[id])
        if resource == JOB:
            return job_order_record(self.model.job_work, self.model.job_work.known[id])
        if resource == RECIPE:
            return self.model.recipes[id].record(self.model.structure)
        return self.model.inspections[id].record()

    def known(self, resource: str) -> Mapping[str, Any]:
        """The model's records of a kind by id, in the order of their creation."""
        found: dict[str, Mapping[str, Any]] = {
            BOM: self.model.boms.known,
            RECIPE: self.model.recipes,
            ORDER: self.model.orders.known,
            JOB: self.model.job_work.known,
            INSPECTION: self.model.inspections,
        }
        return found[resource]

    def new_item(self, word: str, uom: str, cost: Fraction | None, **fields: Any) -> None:
        """Creates an item over the control plane."""
        step = self.begin("create item")
        is_stocked = word != "KIT"
        price = fields.get("SellingPrice")
        record = self.api.new_item(
            self.label(word), Uom=uom, StandardCost=cost, TrackInventory=is_stocked, **fields
        )
        item = ModelItem(record["id"], record["ItemCode"], uom, cost, price, is_stocked=is_stocked)
        self.model.add_item(item)
        self.end(step)

    def bring_in(self, item: ModelItem, quantity: Fraction, cost: Fraction | None) -> None:
        """A stock adjustment."""
        step = self.begin("adjust")
        try:
            expected = self.model.stock.adjust(item.id, quantity, cost)
        except Refused as refused:
            answer = self.api.adjust(item.id, quantity, cost)
            assert (answer.status, answer.code) == (refused.status, refused.code), (refused, answer.raw)
            step.is_refused = True
        else:
            answer = self.api.adjust(item.id, quantity, cost)
            assert answer.status == 201, answer.raw
            assert answer.body["Quantity"] == expected.quantity, answer.raw
        self.end(step)

    def stocked(self) -> list[ModelItem]:
        """Items that stock is kept of."""
        return [item for item in self.model.stock.items.values() if item.is_stocked]

    # One request.

    def act(
        self,
        operation: str,
        action: str,
        resource: str,
        predict: Callable[[], T],
        body: Any = None,
        *,
        id: str | None = None,
        register: Callable[[T, Record], Any] | None = None,
        headers: Mapping[str, str] | None = None,
        fixed_items: frozenset[str] = frozenset(),
    ) -> Answer:
        """Sends a request that the model has predicted, and compares all that it has touched."""
        step = self.begin(action, resource, id)
        step.sent, step.fixed_items = body if isinstance(body, dict) else {}, fixed_items
        path = {} if id is None else {"id": id}
        try:
            predicted = predict()
        except Refused as refused:
            answer = self.api.call(operation, body, query=None, headers=headers, **path)
            self.run.outcomes[resource, action, refused.code] += 1
            told = f"{operation} answered {answer.status} {answer.raw[:500]!r}, not {refused}"
            assert (answer.status, answer.code) == (refused.status, refused.code), told
            step.is_refused = True
            self.reread(step, id)
            self.end(step)
            return answer
        answer = self.api.call(operation, body, query=None, headers=headers, **path)
        assert answer.status in (200, 201), f"{operation} answered {answer.status}: {answer.raw[:800]!r}"
        self.run.outcomes[resource, action, ""] += 1
        record = answer.body
        if register is not None:
            register(predicted, record)
        if "id" in record:
            self.note(step, record)
        self.end(step)
        return answer

    def begin(self, action: str, resource: str = "", id: str | None = None) -> Step:
        """What there was before a request."""
        self.is_in_step = True
        step = Step(action, self.seen, self.seen.items, resource=resource)
        step.before = self.seen.one(resource, id) if id is not None else None
        if resource == ORDER and id is not None and step.before and step.before["Status"] == "Draft":
            # A Draft shows what its BOM says now.
            step.before = self.api.read(READS[ORDER], None, id=id)
            self.seen.keep(ORDER, step.before)
        if resource == BOM and step.before is not None:
            step.before = self.api.read(READS[BOM], None, id=step.before["id"])
        return step

    def note(self, step: Step, record: Record) -> None:
        """Takes the record of an answer, and compares it with the model's."""
        step.after = record
        self.compare(step.resource, record)
        if step.before is None:
            self.note_number(step.resource, record)
        self.seen.keep(step.resource, record)

    def note_number(self, resource: str, record: Record) -> None:
        """INV-G9: generated numbers rise and never come again."""
        number = int(record[NUMBERS[resource]].rsplit("-", 1)[1])
        assert number > self.run.last_numbers.get(resource, 0), (
            f"{record[NUMBERS[resource]]} is no new number"
        )
        self.run.last_numbers[resource] = number

    def compare(self, resource: str, record: Record) -> None:
        """A record against the model's."""
        found = list(differences(self.expected(resource, record["id"]), record))
        assert not found, f"{resource} {record.get(NUMBERS[resource])}:\n" + "\n".join(found)

    def reread(self, step: Step, id: str | None) -> None:
        """Reads the record that a request was about."""
        if id is not None and step.before is not None:
            step.after = self.api.read(READS[step.resource], None, id=id)

    def touch(self, resource: str, id: str) -> Record:
        """Reads a record that a request has changed beside its own."""
        record: Record = self.api.read(READS[resource], None, id=id)
        self.compare(resource, record)
        self.seen.keep(resource, record)
        return record

    def end(self, step: Step) -> None:
        """Stock, ledger, invariants; everything from time to time."""
        self.read_stock(step.is_refused)
        self.read_ledger(step)
        check_all(step)
        self.is_in_step = False
        self.steps += 1
        self.run.steps += 1
        if self.steps % EVERYTHING_EVERY == 0:
            self.everything()

    def read_stock(self, is_unchanged: bool = False) -> None:
        """The stock list, item by item as the model has it."""
        query = {"search": self.prefix, "limit": 200}
        answer = self.api.call("listItems", None, query=query, headers=None)
        assert answer.status == 200, answer.raw
        assert not is_unchanged or answer.raw == self.raw_items, (
            "a refused request has changed the stock list"
        )
        if answer.raw == self.raw_items and not self.is_stock_new:
            return
        self.raw_items = answer.raw
        items = {item["id"]: item for item in answer.body["items"]}
        assert list(items) == list(self.model.stock.items), (
            "other items than were created, or in another order"
        )
        for id, item in items.items():
            found = list(differences(self.model.stock.record(id), item))
            assert not found, f"{item['ItemCode']}:\n" + "\n".join(found)
        self.seen.items = items
        self.compared_movements = len(self.model.stock.movements)

    compared_movements = -1

    @property
    def is_stock_new(self) -> bool:
        """Whether the model's stock has moved since it was compared."""
        return self.compared_movements != len(self.model.stock.movements)

    def read_ledger(self, step: Step) -> None:
        """The movements that the model has posted since the last step."""
        expected = self.model.stock.movements[len(self.seen.movements) :]
        if not expected:
            return
        document = expected[0].document_id
        if document is None:
            found = self.api.movements(itemRefId=expected[0].item_id)
        else:
            found = self.api.movements(documentRefId=document)
        self.take_movements(found, step)
        assert len(step.posted) == len(expected), f"{len(step.posted)} movements, not {len(expected)}"
        ordered = sorted(expected, key=lambda each: (each.type, each.item_id, each.target or ""))
        posted = sorted(step.posted, key=lambda each: (each["Type"], each["ItemRefId"], each["To"] or ""))
        for model, movement in zip(ordered, posted, strict=True):
            faults = list(differences({**model.record(), "PostingDate": TODAY.isoformat()}, movement))
            assert not faults, f"{movement}\n" + "\n".join(faults)

    def take_movements(self, found: list[Record], step: Step | None = None) -> None:
        """INV-A6: what was posted before comes first and is as it was; the rest is new."""
        is_new = [each["id"] not in self.seen.movements for each in found]
        assert is_new == sorted(is_new), "a movement before the end of the ledger is new"
        for movement, fresh in zip(found, is_new, strict=True):
            if not fresh:
                assert movement == self.seen.movements[movement["id"]], "a movement has changed"
                continue
            assert step is not None, f"nothing has posted {movement}"
            self.seen.movements[movement["id"]] = movement
            step.posted.append(movement)

    def everything(self) -> None:
        """Every record and the whole ledger, against the model."""
        for resource in READS:
            for id in self.known(resource):
                self.touch(resource, id)
        for id in self.model.stock.items:
            movements = [each for each in self.seen.movements.values() if each["ItemRefId"] == id]
            assert self.api.movements(itemRefId=id) == movements, "the ledger has changed"
        self.check_events()

    def check_events(self) -> None:
        """INV-G7: one event for each transition that has a topic, none for what was refused."""
        if self.run.events is None:
            return
        ours = set(self.seen.items)
        for resource in READS:
            ours |= set(self.known(resource))
        found = []
        for event in self.run.events():
            if event["id"] in ours:
                found.append((event["topic"], event["id"]))
        assert found == self.expected_events, _told_events(found, self.expected_events)
        self.expected_events.clear()

    def event(self, topic: str, id: str) -> None:
        """What must be sent."""
        self.expected_events.append((topic, id))

    def teardown(self) -> None:
        """Everything once more at the end of an example."""
        # A step that has failed is the news; what it left behind would only hide it.
        if self.seen.items and not self.is_in_step:
            self.everything()


def _told_events(found: list[tuple[str, str]], expected: list[tuple[str, str]]) -> str:
    return f"events {[topic for topic, _ in found]}, not {[topic for topic, _ in expected]}"


AnyOrder = ModelWorkOrder | ModelJobOrder
AnyModel = ModelBom | ModelRecipe | ModelWorkOrder | ModelJobOrder | ModelInspection
