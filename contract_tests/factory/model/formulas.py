"""What BOMs and recipes have in common: inputs, work, other outputs, and what those take off the cost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import ZERO, money
from contract_tests.factory.model.documents import Document

Body = Mapping[str, Any]
ENTITY_OVERHEAD = Fraction(20)
JOINT_METHODS = ("CostSharePercent", "SalesValue")


@dataclass(frozen=True)
class Input:
    """One line: exact stock quantity for one output quantity, wastage included; or per order, where fixed."""

    item_id: str
    need: Fraction
    is_fixed: bool = False


@dataclass(frozen=True)
class Work:
    """One operation: minutes per order, and minutes for one output quantity."""

    sequence: int
    name: str
    setup: Fraction
    run: Fraction
    rate: Fraction


@dataclass(frozen=True)
class SideOutput:
    """A by-product or co-product, for one output quantity."""

    item_id: str
    quantity: Fraction
    kind: str = "ByProduct"
    method: str = "None"
    rate: Fraction | None = None
    share: Fraction | None = None
    price: Fraction | None = None


def side_output(each: Body) -> SideOutput:
    """A by-product as it is written."""

    def exact(name: str) -> Fraction | None:
        return None if each.get(name) is None else Fraction(each[name])

    return SideOutput(
        each["ItemRefId"],
        Fraction(each["Quantity"]),
        each.get("Kind", "ByProduct"),
        each.get("CostMethod", "None"),
        exact("Rate"),
        exact("CostSharePercent"),
        exact("SalesPrice"),
    )


@dataclass
class Formula(Document, ABC):
    """A BOM or a recipe; its figures stand for one output quantity."""

    item_id: str
    body: dict[str, Any]

    @property
    @abstractmethod
    def output(self) -> Fraction:
        """Quantity of the main output that everything stands for."""

    @property
    @abstractmethod
    def inputs(self) -> list[Input]:
        """What goes in."""

    @property
    @abstractmethod
    def work(self) -> list[Work]:
        """What is done."""

    @abstractmethod
    def batches(self, quantity: Fraction) -> Fraction:
        """How often the fixed inputs of an order of this quantity are taken."""

    @property
    def is_phantom(self) -> bool:
        """Whether it is made within the orders that need it."""
        return False

    @property
    def side_outputs(self) -> list[SideOutput]:
        """What else comes out."""
        return [side_output(each) for each in self.body.get("ByProducts", [])]

    @property
    def overhead_percent(self) -> Fraction:
        """Overhead in percent of labour, the entity's by default."""
        return Fraction(self.body.get("OverheadPercent", ENTITY_OVERHEAD))

    @property
    def other_overhead(self) -> Fraction:
        """Other overhead."""
        return Fraction(self.body.get("OtherOverhead", 0))

    @property
    def service(self) -> Fraction:
        """Job worker's price."""
        return ZERO

    @property
    def inspection_required(self) -> bool:
        """What orders made from it start with."""
        return bool(self.body.get("InspectionRequired", False))


@dataclass(frozen=True)
class Cost:
    """Exact cost of one output quantity, by element; the credit is what the shares round to."""

    material: Fraction
    labour: Fraction
    overhead: Fraction
    service: Fraction
    credit: Fraction
    unit: Fraction

    @property
    def gross(self) -> Fraction:
        """Cost before by-products."""
        return self.material + self.labour + self.overhead + self.service

    @property
    def total(self) -> Fraction:
        """Cost of the main output."""
        return self.gross - self.credit


@dataclass
class Need:
    """Need of one item for an order: what grows with its quantity, and what does not."""

    variable: Fraction = ZERO
    fixed: Fraction = ZERO

    @property
    def exact(self) -> Fraction:
        """Both together."""
        return self.variable + self.fixed


@dataclass
class Prices:
    """Standard and selling prices by item id."""

    standard: Mapping[str, Fraction | None] = field(default_factory=dict)
    selling: Mapping[str, Fraction | None] = field(default_factory=dict)


def credits_of(
    outputs: list[tuple[SideOutput, Fraction]],
    main_value: Fraction | None,
    gross: Fraction,
    most: Fraction | None = None,
) -> list[Fraction]:
    """The credit of each output for its quantity: fixed rates first, then rounded shares of what is left.

    `main_value` is the main output's quantity at its selling price. All credits together come to `most` at
    most: the cost as it is shown, by default the exact cost.
    """
    found: list[Fraction] = []
    left = gross if most is None else most
    net = gross
    for output, quantity in outputs:
        credit = money(quantity * (output.rate or ZERO)) if output.method == "FixedRate" else ZERO
        net = max(ZERO, net - credit)
        found.append(min(credit, left))
        left -= found[-1]
    values = [q * (o.price or ZERO) if o.method == "SalesValue" else ZERO for o, q in outputs]
    joint = sum(values, main_value or ZERO)
    for place, (output, quantity) in enumerate(outputs):
        if not quantity:
            continue
        if output.method == "CostSharePercent":
            share = (output.share or ZERO) / 100
        elif output.method == "SalesValue" and main_value is not None and joint:
            share = values[place] / joint
        else:
            continue
        found[place] = min(money(net * share), left)
        left -= found[place]
    return found


def share_of_outputs(formula: Formula, selling: Fraction | None) -> Fraction:
    """The part of the cost that the joint outputs take, 1 for all of it."""
    outputs = formula.side_outputs
    taken = sum(((o.share or ZERO) / 100 for o in outputs if o.method == "CostSharePercent"), ZERO)
    values = sum((o.quantity * (o.price or ZERO) for o in outputs if o.method == "SalesValue"), ZERO)
    if values and selling:
        taken += values / (values + formula.output * selling)
    return taken
