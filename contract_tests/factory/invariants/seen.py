"""What has been read over HTTP, as the invariants look at it; nothing here comes from the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
BOM, RECIPE, ORDER, JOB, INSPECTION = (
    "boms",
    "recipes",
    "work_orders",
    "subcontract_orders",
    "quality_inspections",
)
STATES: dict[str, frozenset[tuple[str, str]]] = {
    ORDER: frozenset(
        {
            ("Draft", "InProgress"),
            ("InProgress", "Completed"),
            ("Draft", "Cancelled"),
            ("InProgress", "Cancelled"),
        }
    ),
    JOB: frozenset(
        {
            ("Draft", "MaterialsIssued"),
            ("MaterialsIssued", "PartiallyReceived"),
            ("MaterialsIssued", "Received"),
            ("PartiallyReceived", "Received"),
            ("PartiallyReceived", "Completed"),
            ("Received", "Completed"),
            ("Draft", "Cancelled"),
            ("MaterialsIssued", "Cancelled"),
        }
    ),
    INSPECTION: frozenset({("Open", "Completed"), ("Open", "Cancelled")}),
}


@dataclass
class Seen:
    """The latest reading of everything, and every movement in the order of posting."""

    items: dict[str, Record] = field(default_factory=dict)
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    movements: dict[str, Record] = field(default_factory=dict)

    def all(self, resource: str) -> list[Record]:
        """The records of one kind."""
        return list(self.records.get(resource, {}).values())

    def one(self, resource: str, id: str) -> Record | None:
        """One record."""
        return self.records.get(resource, {}).get(id)

    def keep(self, resource: str, record: Record) -> None:
        """Takes a reading."""
        self.records.setdefault(resource, {})[record["id"]] = record

    def movements_of(self, document_id: str) -> list[Record]:
        """The movements of one order."""
        return [each for each in self.movements.values() if each["DocumentRefId"] == document_id]


@dataclass
class Step:
    """One request: what was read before it and after it."""

    action: str
    seen: Seen
    items_before: dict[str, Record]
    is_refused: bool = False
    resource: str = ""
    before: Record | None = None
    after: Record | None = None
    posted: list[Record] = field(default_factory=list)
    sent: Record = field(default_factory=dict)
    fixed_items: frozenset[str] = frozenset()

    def changed(self, resource: str, action: str) -> tuple[Record, Record] | None:
        """The record before and after, where this action on this kind succeeded."""
        if self.is_refused or (self.resource, self.action) != (resource, action):
            return None
        return None if self.before is None or self.after is None else (self.before, self.after)

    def latest(self, resource: str) -> Record | None:
        """The record after the step, where it is of this kind."""
        return self.after if self.resource == resource else None


Invariant = Callable[[Step], None]
INVARIANTS: dict[str, Invariant] = {}


def invariant(id: str) -> Callable[[Invariant], Invariant]:
    """Runs a check after each step, by its id."""

    def register(check: Invariant) -> Invariant:
        assert id not in INVARIANTS, id
        INVARIANTS[id] = check
        return check

    return register


def check_all(step: Step) -> None:
    """Every invariant that is looked at after a step."""
    for id, check in INVARIANTS.items():
        try:
            check(step)
        except AssertionError as broken:
            raise AssertionError(f"{id} is broken after {step.action}: {broken}") from broken
