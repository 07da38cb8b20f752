"""What the state machine has: its model, what was read, and what will be sent as events."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from contract_tests.factory.invariants import BOM, INSPECTION, JOB, ORDER, RECIPE, TODAY, Record, Seen
from contract_tests.factory.machine.run import Run
from contract_tests.factory.model import Model, ModelItem, job_order_record, work_order_record

T = TypeVar("T")


class MachineState(RuleBasedStateMachine):
    """The model and the readings; the rules are in the classes below."""

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

    def stocked(self) -> list[ModelItem]:
        """Items that stock is kept of."""
        return [item for item in self.model.stock.items.values() if item.is_stocked]

    def event(self, topic: str, id: str) -> None:
        """What must be sent."""
        self.expected_events.append((topic, id))
