"""What records say, as leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from mock_server.manufacturing.explaining.figure import Figure, Operation, Source, figure_of, leaf
from mock_server.manufacturing.explaining.measures import RATIO, measure
from mock_server.manufacturing.explaining.rebinding import explained
from mock_server.manufacturing.explaining.words import words_of
from mock_server.manufacturing.formulas import AnyFormula, Bom, Recipe
from mock_server.manufacturing.items import Item

R = TypeVar("R")
Finds = Callable[[str], Item | None]


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


def formula_leaves(formula: AnyFormula, currency: str, items: Finds) -> AnyFormula:
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
        members = {each.name: getattr(formula, each.name) for each in fields(formula)}
        copy: Any = leaves(
            explained(Recipe)(**members),
            source,
            "",
            {
                **common,
                "batch_size": ("Batch size", formula.batch_uom),
                "output_per_batch_unit": (
                    "Output of one batch unit",
                    f"{formula.uom}/{formula.batch_uom}",
                ),
                "expected_yield_percent": ("Expected yield", ""),
            },
        )
        copy.ingredients = _lines(formula.ingredients, source, "/Ingredients", items, formula.batch_uom)
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
        copy.lines = _lines(formula.lines, source, "/Lines", items)
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


def _lines(lines: Sequence[Any], source: Source, at: str, items: Finds, batch_uom: str = "") -> list[Any]:
    found = []
    for place, line in enumerate(lines):
        code, item = line.item_code, items(line.item_ref_id)
        stock_uom = line.uom if item is None else item.uom
        labels = {
            "quantity": (f"Quantity of {code}", line.uom),
            "conversion_factor": (f"{stock_uom} of {code} in one {line.uom}", f"{stock_uom}/{line.uom}"),
            "wastage_percent": (f"Wastage of {code} in percent", ""),
        }
        if "percent" in {each.name for each in fields(line)}:
            labels["percent"] = (
                f"Share of {code} in the batch in percent",
                f"{line.uom}/{batch_uom}",
            )
        copy = leaves(line, source, f"{at}/{place}", labels)
        if line.conversion_factor == 1:
            copy.conversion_factor = line.conversion_factor
        found.append(copy)
    return found


def kept(figure: Any, own: Decimal | None, label: str, source: Source) -> Any:
    """The figure, and where the record has another number the difference as a leaf."""
    if own is None or figure is None:
        return own
    known = figure_of(figure)
    if known.value == own:
        return figure
    rest = leaf(Fraction(own) - known.value, label, known.measure or RATIO, source)
    if known.operation is Operation.CONSTANT:
        return rest
    return Figure(known.value + rest.value, Operation.SUM, (known, rest), known.measure, known.label)
