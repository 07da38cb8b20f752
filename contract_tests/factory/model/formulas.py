"""What BOMs and recipes have in common: inputs, work, other outputs, and what those take off the cost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import ZERO, money, unit_cost
from contract_tests.factory.model.documents import Document, broken

Body = Mapping[str, Any]
ENTITY_OVERHEAD = Fraction(20)


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
    """Exact cost of one output quantity, by element."""

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
    def shown(self) -> dict[str, Fraction]:
        """As records show it: each element rounded once, their sum, the exact cost of a unit (DEC-19)."""
        parts = [money(part) for part in (self.material, self.labour, self.overhead, self.service)]
        credit = min(money(self.credit), sum(parts, ZERO))
        names = ("MaterialCost", "LabourCost", "OverheadCost", "ServiceCost")
        return {
            **dict(zip(names, parts, strict=True)),
            "ByProductCredit": credit,
            "TotalCost": sum(parts, ZERO) - credit,
            "UnitCost": unit_cost(self.unit),
        }


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


def shares_of(outputs: list[SideOutput], main_value: Fraction | None) -> list[Fraction]:
    """The part of the cost, fixed values taken off, that each output has by what is expected (DEC-20).

    `main_value` is the main output's quantity at its selling price, for the same quantity as the outputs'.
    """
    values = [o.quantity * (o.price or ZERO) if o.method == "SalesValue" else ZERO for o in outputs]
    joint = sum(values, main_value) if main_value else ZERO
    found = []
    for output, value in zip(outputs, values, strict=True):
        if output.method == "CostSharePercent":
            found.append((output.share or ZERO) / 100)
        else:
            found.append(value / joint if joint else ZERO)
    return found


def exactly(value: Fraction) -> Fraction:
    """No rounding."""
    return value


def credits_of(
    outputs: list[tuple[SideOutput, Fraction]],
    shares: list[Fraction],
    gross: Fraction,
    rounded: Callable[[Fraction], Fraction] = exactly,
) -> list[Fraction]:
    """The credit of each output for its quantity: fixed rates first, then shares of what is left.

    All credits together come to the cost at most. An output of which there is nothing takes nothing.
    """
    found: list[Fraction] = []
    left = gross
    for output, quantity in outputs:
        value = rounded(quantity * (output.rate or ZERO)) if output.method == "FixedRate" else ZERO
        found.append(min(value, left))
        left -= found[-1]
    net = left
    for place, ((_, quantity), share) in enumerate(zip(outputs, shares, strict=True)):
        if quantity and share:
            value = min(rounded(net * share), left)
            found[place] += value
            left -= value
    return found


def share_of_outputs(formula: Formula, selling: Fraction | None) -> Fraction:
    """The part of the cost that the joint outputs take, 1 for all of it."""
    main_value = formula.output * selling if selling else None
    return sum(shares_of(formula.side_outputs, main_value), ZERO)


def check_outputs(formula: Formula, selling: Fraction | None) -> None:
    """No output is the main one again, and sales values need the main one's price."""
    for output in formula.side_outputs:
        if output.item_id == formula.item_id:
            broken("output_repeated")
    if not selling and any(output.method == "SalesValue" for output in formula.side_outputs):
        broken("sales_price_required")
