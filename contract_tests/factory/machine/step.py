"""One step of the state machine: predict, send, compare, and look at every invariant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from contract_tests.factory.api import Answer
from contract_tests.factory.invariants import BOM, JOB, ORDER, Record, Step, check_all
from contract_tests.factory.invariants import documents as invariants_documents
from contract_tests.factory.invariants import orders as invariants_orders
from contract_tests.factory.invariants import stock as invariants_stock
from contract_tests.factory.machine.comparison import Comparison
from contract_tests.factory.machine.run import READS
from contract_tests.factory.model import ModelItem, Refused

CHECKED = (invariants_stock, invariants_orders, invariants_documents)
EVERYTHING_EVERY = 25
T = TypeVar("T")


class MachineBase(Comparison):
    """How a request is judged."""

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
        is_draft = step.before is not None and step.before["Status"] == "Draft"
        if id is not None and (resource == BOM or (resource in (ORDER, JOB) and is_draft)):
            # A BOM shows its components' costs as they are now, a Draft order what its BOM says now.
            step.before = self.touch(resource, id)
        return step

    def note(self, step: Step, record: Record) -> None:
        """Takes the record of an answer, and compares it with the model's."""
        step.after = record
        self.compare(step.resource, record)
        if step.before is None:
            self.note_number(step.resource, record)
        self.seen.keep(step.resource, record)

    def reread(self, step: Step, id: str | None) -> None:
        """Reads the record that a request was about."""
        if id is not None and step.before is not None:
            step.after = self.api.read(READS[step.resource], None, id=id)

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
