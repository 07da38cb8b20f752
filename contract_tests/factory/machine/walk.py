"""One walk of the state machine: its model, what it has read, and how the two are compared."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from contract_tests.factory.api import Api
from contract_tests.factory.comparison import differences
from contract_tests.factory.invariants import (
    BOM,
    INSPECTION,
    JOB,
    ORDER,
    RECIPE,
    TODAY,
    Record,
    Seen,
    Step,
)
from contract_tests.factory.model import (
    Model,
    ModelInspection,
    ModelItem,
    job_order_record,
    work_order_record,
)

# Of each kind of record: its noun in the names of operations, and the member that holds its number.
NOUNS = {
    BOM: "Bom",
    RECIPE: "Recipe",
    ORDER: "WorkOrder",
    JOB: "SubcontractOrder",
    INSPECTION: "QualityInspection",
}
NUMBERS = {
    BOM: "BomNumber",
    RECIPE: "RecipeNumber",
    ORDER: "WorkOrderNumber",
    JOB: "OrderNumber",
    INSPECTION: "InspectionNumber",
}
# An event: its topic, and the id and the revision of its record.
Event = tuple[str, str, int]


@dataclass
class Run:
    """What all walks of a run share."""

    api: Api
    stranger: Api
    stranger_item: str
    vendors: list[str]
    no_vendor: str
    events: Callable[[], list[tuple[Event, Record]]] | None
    steps: int = 0
    walks: Any = field(default_factory=lambda: itertools.count(1))
    last_numbers: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)


class Walk:
    """The model and the readings of one example."""

    def __init__(self, run: Run) -> None:
        self.run, self.api = run, run.api
        self.prefix = f"F{next(run.walks):05d}"
        self.model = Model(TODAY, run.vendors)
        self.seen = Seen()
        self.raw_items = b""
        self.expected_events: list[Event] = []
        # What was answered to the requests that brought them.
        self.answered: dict[Event, Record] = {}
        self._labels = itertools.count(1)
        self._compared_stock: dict[str, Record] = {}
        # The model's records of each kind by id, in the order of their creation.
        self.known: dict[str, dict[str, Any]] = {
            BOM: self.model.boms.known,
            RECIPE: self.model.recipes,
            ORDER: self.model.orders.known,
            JOB: self.model.job_work.known,
            INSPECTION: self.model.inspections,
        }
        self._records: dict[str, Callable[[Any], Record]] = {
            BOM: self.model.boms.record,
            RECIPE: lambda recipe: recipe.record(self.model.structure),
            ORDER: partial(work_order_record, self.model.orders),
            JOB: partial(job_order_record, self.model.job_work),
            INSPECTION: ModelInspection.record,
        }

    def label(self, word: str) -> str:
        """A text that no other record has."""
        return f"{self.prefix}-{word}{next(self._labels)}"

    def items(self, *words: str) -> list[ModelItem]:
        """Items by what their code says that they are."""
        return [i for i in self.model.stock.items.values() if any(f"-{word}" in i.code for word in words)]

    def compare(self, resource: str, record: Record) -> None:
        """A record against the model's."""
        expected = self._records[resource](self.known[resource][record["id"]])
        found = list(differences(expected, record))
        assert not found, f"{resource} {record.get(NUMBERS[resource])}:\n" + "\n".join(found)

    def take(self, resource: str, record: Record) -> Record:
        """Takes a reading, and compares it."""
        self.compare(resource, record)
        self.seen.keep(resource, record)
        return record

    def read(self, resource: str, id: str) -> Record:
        """A record as it reads now."""
        found: Record = self.api.read(f"get{NOUNS[resource]}", id=id)
        return found

    def touch(self, resource: str, id: str) -> Record:
        """Reads a record that a request has changed beside its own."""
        return self.take(resource, self.read(resource, id))

    def check_listed(self, resource: str, record: Record) -> None:
        """INV-G3: a record is listed with the archived ones or with the others, and not with both."""
        for is_archived in (True, False):
            query = {"itemRefId": record["ItemRefId"], "isArchived": str(is_archived).lower()}
            listed = [each["id"] for each in self.api.every(f"list{NOUNS[resource]}s", query)]
            told = f"{resource} {record[NUMBERS[resource]]}, {query}"
            assert (record["id"] in listed) is (record["IsArchived"] is is_archived), told

    def note_number(self, resource: str, record: Record) -> None:
        """INV-G9: generated numbers rise and never come again."""
        told = record[NUMBERS[resource]]
        number = int(told.rsplit("-", 1)[1])
        assert number > self.run.last_numbers.get(resource, 0), f"{told} is no new number"
        self.run.last_numbers[resource] = number

    def read_stock(self, is_unchanged: bool = False) -> None:
        """The stock list, item by item as the model has it."""
        answer = self.api.call("listItem", query={"search": self.prefix, "limit": 200})
        assert answer.status == 200, answer.raw
        is_same = answer.raw == self.raw_items
        assert is_same or not is_unchanged, "a refused request has changed the stock list"
        expected = {id: self.model.stock.record(id) for id in self.model.stock.items}
        if is_same and expected == self._compared_stock:
            return
        self.raw_items = answer.raw
        items = {item["id"]: item for item in answer.body["items"]}
        assert list(items) == list(expected), "other items than were created, or in another order"
        for id, item in items.items():
            found = list(differences(expected[id], item))
            assert not found, f"{item['ItemCode']}:\n" + "\n".join(found)
        self.seen.items, self._compared_stock = items, expected

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
        self._take_movements(found, step)
        assert len(step.posted) == len(expected), f"{len(step.posted)} movements, not {len(expected)}"
        ordered = sorted(expected, key=lambda each: (each.type, each.item_id, each.target or ""))
        posted = sorted(step.posted, key=lambda each: (each["Type"], each["ItemRefId"], each["To"] or ""))
        for model, movement in zip(ordered, posted, strict=True):
            faults = list(differences({**model.record(), "PostingDate": TODAY.isoformat()}, movement))
            assert not faults, f"{movement}\n" + "\n".join(faults)

    def _take_movements(self, found: list[Record], step: Step) -> None:
        """INV-A6: what was posted before comes first and is as it was; the rest is new."""
        is_new = [each["id"] not in self.seen.movements for each in found]
        assert is_new == sorted(is_new), "a movement before the end of the ledger is new"
        for movement, fresh in zip(found, is_new, strict=True):
            if fresh:
                self.seen.movements[movement["id"]] = movement
                step.posted.append(movement)
            else:
                assert movement == self.seen.movements[movement["id"]], "a movement has changed"

    def everything(self) -> None:
        """Every record and the whole ledger, against the model."""
        for resource, records in self.known.items():
            for id in records:
                self.touch(resource, id)
        for id in self.model.stock.items:
            movements = [each for each in self.seen.movements.values() if each["ItemRefId"] == id]
            assert self.api.movements(itemRefId=id) == movements, "the ledger has changed"
        self._check_events()

    def _check_events(self) -> None:
        """INV-G7: one event for each transition that has a topic, none for what was refused."""
        if self.run.events is None:
            return
        ours = {id for records in self.known.values() for id in records}
        came = [(event, record) for event, record in self.run.events() if event[1] in ours]
        found = [event for event, _ in came]
        told = [[(topic, revision) for topic, _, revision in each] for each in (found, self.expected_events)]
        assert found == self.expected_events, f"events {told[0]}, not {told[1]}"
        for event, record in came:
            assert record == self.answered.get(event, record), f"{event} has another record than the answer"
        self.expected_events.clear()
        self.answered.clear()
