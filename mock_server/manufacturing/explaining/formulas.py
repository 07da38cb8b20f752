"""BOMs and recipes on figures: what they say as leaves, and what they cost worked out from these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from mock_server.manufacturing.explaining import arithmetic
from mock_server.manufacturing.explaining.figure import Figure, Source, leaf
from mock_server.manufacturing.explaining.measures import measure
from mock_server.manufacturing.explaining.rebinding import explained, stands_for
from mock_server.manufacturing.explaining.words import words_of
from mock_server.manufacturing.formulas import (
    MAX_WORK,
    AnyFormula,
    Bom,
    Catalogue,
    Lookup,
    Recipe,
    costing,
    exact_cost,
    roll_up_recipe,
    too_large,
)
from mock_server.manufacturing.items import Item

R = TypeVar("R")


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

    def rolled(self, formula: AnyFormula) -> AnyFormula:
        """A copy of the formula with its costs as figures.

        More lines below it than an explosion may have are refused (`explosion_too_large`).
        """
        found = self._rolled.get(formula.id)
        if found is None:
            self._lines += len(formula.lines)
            if self._lines > MAX_WORK:
                raise too_large(f"{formula.label} is too large to explain")
            found = self._rolled[formula.id] = formula_leaves(formula, self.currency)
            rates = ExplainedRates(self)
            if isinstance(found, Bom):
                explained(costing.roll_up)(rates, found)
            else:
                explained(roll_up_recipe)(rates, found)
            label(found)
            for line in found.lines:
                label(line, f"{{}} of line {line.line_number}, {line.item_code}")
        return found

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


def leaves(record: R, source: Source, at: str, labels: dict[str, tuple[str, str]]) -> R:
    """A copy of a record with some of its numbers as leaves, by attribute: a label and a measure."""
    values = {
        name: leaf(value, text, measure(unit), replace(source, pointer=f"{at}/{wire(name)}"))
        for name, (text, unit) in labels.items()
        if isinstance(value := getattr(record, name, None), Decimal)
    }
    return replace(record, **values)  # type: ignore[type-var]


def label(record: object, phrase: str = "{}") -> None:
    """Gives the figures of a record the names of its members, where they have none."""
    for each in fields(record):  # type: ignore[arg-type]
        value = getattr(record, each.name)
        if isinstance(value, Figure):
            value.named(phrase.format(words_of(type(record).__name__, each.name)))


def wire(attribute: str) -> str:
    """The name of a member in answers."""
    return "".join(part.capitalize() for part in attribute.split("_"))


def item_leaves(item: Item, currency: str) -> Item:
    """The item with its costs and prices as leaves."""
    per_unit = f"{currency}/{item.uom}"
    return leaves(
        item,
        Source("item", item.id, item.item_code),
        "",
        {
            "standard_cost": (f"Standard cost of {item.item_code}", per_unit),
            "selling_price": (f"Selling price of {item.item_code}", per_unit),
        },
    )


def formula_leaves(formula: AnyFormula, currency: str) -> AnyFormula:
    """A copy of a formula with all that it says as leaves."""
    kind = "bom" if isinstance(formula, Bom) else "recipe"
    source = Source(kind, formula.id, formula.number, formula.revision)
    common: dict[str, tuple[str, str]] = {
        "overhead_percent": ("Overhead in percent of labour", ""),
        "other_overhead": ("Other overhead", currency),
    }
    by_products = [
        leaves(
            each,
            source,
            f"/ByProducts/{place}",
            {
                "quantity": (f"Quantity of {each.item_code} that comes out", each.uom),
                "rate": (f"Rate of {each.item_code}", f"{currency}/{each.uom}"),
                "cost_share_percent": (f"Share of {each.item_code} in the cost", ""),
                "sales_price": (f"Sales price of {each.item_code}", f"{currency}/{each.uom}"),
            },
        )
        for place, each in enumerate(formula.by_products)
    ]
    if isinstance(formula, Recipe):
        copy: Any = leaves(
            formula,
            source,
            "",
            {
                **common,
                "batch_size": ("Batch size", formula.uom),
                "output_per_batch_unit": ("Output of one batch unit", ""),
                "expected_yield_percent": ("Expected yield", ""),
            },
        )
        copy.ingredients = _lines(formula.ingredients, source, "/Ingredients")
        copy.operations = [
            leaves(each, source, f"/Operations/{place}", _work(each.name, "minutes_per_batch", currency))
            for place, each in enumerate(formula.operations)
        ]
    else:
        uom = formula.uom
        copy = leaves(
            formula,
            source,
            "",
            {
                **common,
                "output_quantity": (f"Output quantity of {formula.label}", uom),
                "service_cost_per_unit": ("Service cost of one unit", f"{currency}/{uom}"),
            },
        )
        copy.lines = _lines(formula.lines, source, "/Lines")
        copy.operations = [
            leaves(
                each,
                source,
                f"/Operations/{place}",
                _work(each.name, "run_minutes_per_unit", currency, f"min/{uom}"),
            )
            for place, each in enumerate(formula.operations)
        ]
    copy.by_products = by_products
    result: AnyFormula = copy
    return result


def _work(name: str, run: str, currency: str, per: str = "min") -> dict[str, tuple[str, str]]:
    what = "Run minutes per unit" if run == "run_minutes_per_unit" else "Minutes per batch"
    return {
        "setup_minutes": (f"Set-up minutes of {name}", "min"),
        run: (f"{what} of {name}", per),
        "cost_per_hour": (f"Hourly rate of {name}", f"{currency}/h"),
    }


def _lines(lines: Sequence[Any], source: Source, at: str) -> list[Any]:
    found = []
    for place, line in enumerate(lines):
        code = line.item_code
        labels = {
            "quantity": (f"Quantity of {code}", line.uom),
            "conversion_factor": (f"Stock units of {code} in one {line.uom}", ""),
            "wastage_percent": (f"Wastage of {code} in percent", ""),
        }
        if "percent" in {each.name for each in fields(line)}:
            labels["percent"] = (f"Share of {code} in the batch in percent", "")
        copy = leaves(line, source, f"{at}/{place}", labels)
        if line.conversion_factor == 1:
            copy.conversion_factor = line.conversion_factor
        found.append(copy)
    return found
