"""BOMs and recipes on figures: what they say as leaves, and what they cost worked out from these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, cast

from mock_server.manufacturing.explaining import arithmetic
from mock_server.manufacturing.explaining.figure import Figure, Source, leaf
from mock_server.manufacturing.explaining.leaves import formula_leaves, item_leaves, label
from mock_server.manufacturing.explaining.measures import measure
from mock_server.manufacturing.explaining.rebinding import explained, stands_for
from mock_server.manufacturing.formulas import (
    AnyFormula,
    Bom,
    Catalogue,
    Lookup,
    costing,
    exact_cost,
    roll_up_recipe,
)
from mock_server.manufacturing.items import Item

# Lines of formulas that are rolled up again for one figure.
MOST_LINES = 1_000


class ExplainedLookup(Lookup):
    """Reads as any lookup does, and hands out items whose costs and prices are leaves.

    `currency` is that of the entity. Formulas are rolled up once each, components first.
    """

    __slots__ = ("_leaves", "_lines", "_rolled", "currency")

    def __init__(self, catalogue: Catalogue, currency: str) -> None:
        super().__init__(catalogue)
        self.currency = currency
        self._leaves: dict[str, Item | None] = {}
        self._rolled: dict[str, AnyFormula] = {}
        self._lines = 0

    def item(self, item_id: str) -> Item | None:
        """The item, its costs and prices as leaves."""
        if item_id not in self._leaves:
            item = super().item(item_id)
            self._leaves[item_id] = None if item is None else item_leaves(item, self.currency)
        return self._leaves[item_id]

    def bom(self, bom_id: str) -> Bom | None:
        """The BOM, with its costs as figures."""
        bom: Any = super().bom(bom_id)
        return None if bom is None else cast(Bom, self.rolled(bom))

    def rolled(self, formula: AnyFormula) -> AnyFormula:
        """A copy of the formula with its costs as figures.

        Once `MOST_LINES` were read, the costs of further formulas stand for themselves.
        """
        found = self._rolled.get(formula.id)
        if found is None:
            self._lines += len(formula.lines)
            if self._lines > MOST_LINES and self._rolled:
                found = self._rolled[formula.id] = self._as_kept(replace(formula))
                return found
            found = self._rolled[formula.id] = formula_leaves(formula, self.currency, self.item)
            rates = ExplainedRates(self)
            if isinstance(found, Bom):
                explained(costing.roll_up)(rates, found)
            else:
                explained(roll_up_recipe)(rates, found)
            label(found)
            for line in found.lines:
                label(line, f"{{}} of line {line.line_number}, {line.item_code}")
        return found

    def _as_kept(self, formula: AnyFormula) -> AnyFormula:
        """A copy of a formula whose exact cost is a leaf."""
        kept = exact_cost.unpack(formula.exact_cost)
        kind = "bom" if isinstance(formula, Bom) else "recipe"
        source = Source(kind, formula.id, formula.number, formula.revision, "/UnitCost")
        words = f"Exact cost of {formula.item_code} by {formula.label}"
        for each in fields(kept):
            value = getattr(kept, each.name)
            if value:
                per_unit = each.name in {"unit", "per_unit"}
                unit = measure(f"{self.currency}/{formula.uom}" if per_unit else self.currency)
                setattr(kept, each.name, leaf(value, words, unit, source))
        as_figures: Any = kept
        formula.exact_cost = as_figures
        return formula

    def phantoms_of(self, lines: Sequence[Any]) -> list[Bom | None]:
        """For each line the phantom that stands for it, with its costs as figures."""
        found: list[Any] = [
            None if phantom is None else self.rolled(phantom) for phantom in super().phantoms_of(lines)
        ]
        return found


class ExplainedRates(costing.Rates):
    """Rates of components, each with the roll-up that it came from."""

    lookup: ExplainedLookup

    def _read(self, line: Any) -> costing.Rate:
        made_at = self.lookup.made_at(line)
        item = self.lookup.item(line.item_ref_id)
        if made_at is None:
            cost: Any = item.standard_cost if item is not None else None
            if cost is None:
                per_unit = measure(f"{self.lookup.currency}/{item.uom}" if item is not None else "")
                cost = leaf(0, f"Standard cost of {line.item_code}, which has none", per_unit)
            return costing.Rate(line.item_ref_id, cost, cost, 0, None)
        formula = self.lookup.bom(made_at.id) or self.lookup.recipes.get(made_at.id)
        assert formula is not None, made_at.id
        rolled = self.lookup.rolled(formula)
        exact: Any = rolled.exact_cost
        if isinstance(exact.unit, Figure):
            exact.unit.label = f"Exact cost of one {formula.uom} of {formula.item_code} by {formula.label}"
        shown = arithmetic.unit_cost(exact.unit)
        return costing.Rate(
            formula.id, exact.unit, shown, made_at.levels, exact if formula.is_phantom else None
        )


def _as_it_is(value: Any) -> Any:
    return value


# A cost that is packed for storage would forget where it comes from.
stands_for(exact_cost.pack, _as_it_is)
stands_for(exact_cost.unpack, _as_it_is)
stands_for(costing.Rates, ExplainedRates)
