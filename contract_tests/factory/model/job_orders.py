"""One subcontract order as the rules have it: its materials, challans and receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import ZERO, unit_cost
from contract_tests.factory.model.bom import ModelBom
from contract_tests.factory.model.documents import Document, broken
from contract_tests.factory.model.orders import by_standard
from contract_tests.factory.model.stock import Pool

# What may still change once materials are out.
LATER_MEMBERS = frozenset({"ExpectedDate", "Notes", "ExternalReference"})


@dataclass
class Account:
    """One material of one order: issued = consumed + returned + loss + balance."""

    uom: str
    required: Fraction
    fixed: Fraction
    issued: Fraction = ZERO
    consumed: Fraction = ZERO
    returned: Fraction = ZERO
    loss: Fraction = ZERO
    balance: Pool = field(default_factory=Pool)

    def standard(self, done: Fraction) -> Fraction:
        """What the BOM says for a part of the order, less what was used before."""
        return max(ZERO, by_standard(self.required, self.fixed, self.uom, done) - self.consumed)


@dataclass
class Challan:
    """A paper under which materials went out."""

    number: str
    day: date
    sent: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    pending: dict[str, Fraction] = field(default_factory=dict)

    def send(self, item_id: str, quantity: Fraction, value: Fraction) -> None:
        """Writes one material on it."""
        self.sent[item_id], self.pending[item_id] = (quantity, value), quantity

    def is_same(self, other: Challan) -> bool:
        """Whether two have one number in one financial year, from April to March."""
        years = [each.day.year - (each.day.month < 4) for each in (self, other)]
        return self.number == other.number and years[0] == years[1]

    @property
    def year_name(self) -> str:
        """The number with its financial year."""
        year = self.day.year - (self.day.month < 4)
        return f"{self.number}@{year}-{(year + 1) % 100:02d}"

    @property
    def due(self) -> date:
        """One year later."""
        leap = self.day.month == 2 and self.day.day == 29
        return self.day.replace(year=self.day.year + 1, day=28 if leap else self.day.day)


@dataclass
class Receipt:
    """What came back at one time."""

    accepted: Fraction
    rejected: Fraction
    material: Fraction
    rejected_material: Fraction
    service: Fraction
    additional: Fraction
    challans: list[str] = field(default_factory=list)

    @property
    def total(self) -> Fraction:
        """What the accepted goods cost."""
        return self.material + self.service + self.additional


@dataclass
class ModelJobOrder(Document):
    """A subcontract order."""

    item_id: str
    uom: str
    bom: ModelBom
    rate: Fraction
    body: dict[str, Any]
    inspection_required: bool
    accounts: dict[str, Account] | None = None
    challans: list[Challan] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    # The challans of each return.
    returns: list[list[str]] = field(default_factory=list)
    loss_value: Fraction = ZERO

    @property
    def ordered(self) -> Fraction:
        """Ordered quantity."""
        return Fraction(self.body["OrderedQuantity"])

    @property
    def accepted(self) -> Fraction:
        """Accepted so far."""
        return sum((each.accepted for each in self.receipts), ZERO)

    @property
    def rejected(self) -> Fraction:
        """Rejected so far."""
        return sum((each.rejected for each in self.receipts), ZERO)

    @property
    def pending(self) -> Fraction:
        """Still to come."""
        return self.ordered - self.accepted - self.rejected

    @property
    def content(self) -> tuple[Any, ...]:
        """What an update may change."""
        named = self.item_id, self.bom.id, self.body["SubcontractorRefId"]
        later = {name: self.body.get(name) for name in LATER_MEMBERS}
        return self.ordered, self.rate, self.inspection_required, named, later

    def settled_by(self, quantities: Mapping[str, Fraction], day: date) -> list[str]:
        """The challans that quantities count against, oldest first; none may be younger than the movement."""
        found = []
        for challan in sorted(self.challans, key=lambda each: each.day):
            if any(
                quantity > self._pending_before(challan, i) and challan.pending.get(i)
                for i, quantity in quantities.items()
            ):
                if day < challan.day:
                    broken("date_not_allowed")
                shared = sum(other.number == challan.number for other in self.challans) > 1
                found.append(challan.year_name if shared else challan.number)
        return found

    def _pending_before(self, challan: Challan, item_id: str) -> Fraction:
        """What older challans, of one day those posted before, have pending of a material."""
        in_turn = sorted(self.challans, key=lambda each: each.day)
        older = in_turn[: next(place for place, each in enumerate(in_turn) if each is challan)]
        return sum((each.pending.get(item_id, ZERO) for each in older), ZERO)

    def settle(self, item_id: str, quantity: Fraction) -> None:
        """Takes a quantity off what is pending, the oldest challan first."""
        for challan in sorted(self.challans, key=lambda each: each.day):
            taken = min(quantity, challan.pending.get(item_id, ZERO))
            if taken:
                challan.pending[item_id] -= taken
                quantity -= taken

    def is_overdue(self, today: date) -> bool:
        """Whether material is out after the return date of its challan."""
        return any(any(each.pending.values()) and today > each.due for each in self.challans)


def unit_of(total: Fraction, quantity: Fraction) -> Fraction | None:
    """Cost of one unit; none where there is none."""
    return unit_cost(total / quantity) if quantity else None
