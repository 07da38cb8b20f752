"""Which formula makes which item, and what follows from it: costs, needs, levels."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from contract_tests.factory.exact import ZERO, in_units, unit_cost
from contract_tests.factory.model.bom import ModelBom
from contract_tests.factory.model.formulas import Cost, Formula, Need, Prices, credits_of, shares_of


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
        return credits_of(outputs, self.shares(formula), gross)

    def shares(self, formula: Formula) -> list[Fraction]:
        """The shares of a formula's outputs, in their order; those of its orders are the same."""
        return shares_of(formula.side_outputs, self.main_value(formula, formula.output))

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
        return formula if isinstance(formula, ModelBom) else None

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
