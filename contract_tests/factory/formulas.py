"""What BOMs and recipes have in common: inputs, work, other outputs, and their standard cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from contract_tests.factory.exact import ZERO, in_units, money, unit_cost

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


class Formula(Protocol):
    """A BOM or a recipe."""

    id: str
    item_id: str

    @property
    def output(self) -> Fraction:
        """Quantity of the main output that everything stands for."""

    @property
    def is_phantom(self) -> bool:
        """Whether it is made within the orders that need it."""

    @property
    def is_recipe(self) -> bool:
        """Whether it is a recipe: requirements are exploded through BOMs alone."""

    @property
    def inputs(self) -> list[Input]:
        """What goes in."""

    @property
    def work(self) -> list[Work]:
        """What is done."""

    @property
    def side_outputs(self) -> list[SideOutput]:
        """What else comes out."""

    @property
    def overhead_percent(self) -> Fraction:
        """Overhead in percent of labour."""

    @property
    def other_overhead(self) -> Fraction:
        """Other overhead for one output quantity."""

    @property
    def service(self) -> Fraction:
        """Job worker's price for one output quantity."""

    @property
    def inspection_required(self) -> bool:
        """What orders made from it start with."""

    def batches(self, quantity: Fraction) -> Fraction:
        """How often the fixed inputs of an order of this quantity are taken."""


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


class Structure:
    """Which formula makes which item, and what follows from it."""

    def __init__(self, prices: Prices) -> None:
        self.prices = prices
        self.active: dict[str, Formula] = {}
        self._known: dict[str, Cost] = {}

    def forget(self) -> None:
        """Costs are worked out anew after a change of structure or prices."""
        self._known.clear()

    def cost(self, formula: Formula) -> Cost:
        """Exact standard cost; an item that an Active formula makes counts at its rolled cost."""
        material = sum((line.need * self.rate(line.item_id) for line in formula.inputs), ZERO)
        labour = sum(((w.setup + w.run) / 60 * w.rate for w in formula.work), ZERO)
        overhead = labour * formula.overhead_percent / 100 + formula.other_overhead
        gross = material + labour + overhead + formula.service
        credit = sum(self._rolled_credits(formula, gross), ZERO)
        return Cost(material, labour, overhead, formula.service, credit, (gross - credit) / formula.output)

    def _rolled_credits(self, formula: Formula, gross: Fraction) -> list[Fraction]:
        outputs = [(output, output.quantity) for output in formula.side_outputs]
        fixed = sum((o.quantity * (o.rate or ZERO) for o, _ in outputs if o.method == "FixedRate"), ZERO)
        if fixed >= gross:
            return [gross]
        joint = [(o, q) for o, q in outputs if o.method in JOINT_METHODS]
        return [fixed, *credits_of(joint, self.main_value(formula, formula.output), gross - fixed)]

    def main_value(self, formula: Formula, quantity: Fraction) -> Fraction | None:
        """Selling value of the main output."""
        price = self.prices.selling.get(formula.item_id)
        return quantity * price if price else None

    def rate(self, item_id: str) -> Fraction:
        """Exact standard cost of one unit."""
        formula = self.active.get(item_id)
        if formula is None:
            return self.prices.standard.get(item_id) or ZERO
        if item_id not in self._known:
            self._known[item_id] = self.cost(formula)
        return self._known[item_id].unit

    def shown_rate(self, item_id: str) -> Fraction:
        """Standard cost of one unit at 6 decimals."""
        return unit_cost(self.rate(item_id))

    def needs(self, formula: Formula, quantity: Fraction) -> dict[str, Need]:
        """Needs of an order, one level down with phantoms opened."""
        found: dict[str, Need] = {}
        self._open(formula, quantity, ZERO, formula.batches(quantity), found)
        return found

    def _open(
        self, formula: Formula, variable: Fraction, fixed: Fraction, batches: Fraction, found: dict[str, Need]
    ) -> None:
        for line in formula.inputs:
            per_unit = line.need / formula.output
            grown = ZERO if line.is_fixed else variable * per_unit
            whole = line.need * batches if line.is_fixed else fixed * per_unit
            made_by = self.active.get(line.item_id)
            if made_by is not None and made_by.is_phantom:
                self._open(made_by, grown, whole, Fraction(1), found)
            else:
                need = found.setdefault(line.item_id, Need())
                need.variable += grown
                need.fixed += whole

    def other_overhead(self, formula: Formula, quantity: Fraction) -> Fraction:
        """Other overhead of an order; that of a phantom counts as often as the order makes it."""
        found = formula.other_overhead * quantity / formula.output
        batches = formula.batches(quantity)
        for line in formula.inputs:
            made_by = self.active.get(line.item_id)
            if made_by is not None and made_by.is_phantom:
                need = line.need * (batches if line.is_fixed else quantity / formula.output)
                found += self.other_overhead(made_by, need)
        return found

    def explode(self, formula: Formula, quantity: Fraction) -> dict[str, Fraction]:
        """Exact needs through every level; each line that is opened is an order of its own."""
        found: dict[str, Fraction] = {}
        if not quantity:
            return found
        for line in formula.inputs:
            need = line.need if line.is_fixed else line.need / formula.output * quantity
            made_by = self.bom_of(line.item_id)
            parts = {line.item_id: need} if made_by is None else self.explode(made_by, need)
            for item_id, part in parts.items():
                found[item_id] = found.get(item_id, ZERO) + part
        return found

    def has_fixed_lines_below(self, formula: Formula) -> bool:
        """Whether a level below has lines that do not scale, for which the order of opening matters."""
        below = [each for line in formula.inputs if (each := self.bom_of(line.item_id)) is not None]
        return any(any(i.is_fixed for i in f.inputs) or self.has_fixed_lines_below(f) for f in below)

    def bom_of(self, item_id: str) -> Formula | None:
        """The Active BOM of an item."""
        formula = self.active.get(item_id)
        return None if formula is None or formula.is_recipe else formula

    def reaches(self, formula: Formula, item_id: str | None = None, seen: set[str] | None = None) -> bool:
        """Whether an item is needed, at any level, to make it: the formula's own output by default."""
        wanted = formula.item_id if item_id is None else item_id
        visited = set() if seen is None else seen
        for line in formula.inputs:
            if line.item_id == wanted:
                return True
            below = self.active.get(line.item_id)
            if below is not None and below.id not in visited:
                visited.add(below.id)
                if self.reaches(below, wanted, visited):
                    return True
        return False

    def depth(self, formula: Formula) -> int:
        """Levels from the output down to what is bought."""
        below = [self.active[line.item_id] for line in formula.inputs if line.item_id in self.active]
        return 1 + max((self.depth(each) for each in below), default=0)


def rounded(needs: Mapping[str, Fraction], units: Mapping[str, str]) -> dict[str, Fraction]:
    """Needs rounded once, each in its item's unit."""
    return {item_id: in_units(need, units[item_id]) for item_id, need in needs.items()}
