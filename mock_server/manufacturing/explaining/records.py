"""BOMs, recipes and inspections as they are shown, on figures."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, NamedTuple

from mock_server.manufacturing.boms import cost_analysis
from mock_server.manufacturing.explaining.figure import Figure, Source
from mock_server.manufacturing.explaining.formulas import ExplainedLookup
from mock_server.manufacturing.explaining.leaves import kept, leaves, wire
from mock_server.manufacturing.explaining.rebinding import explained
from mock_server.manufacturing.formulas import AnyFormula, Bom
from mock_server.manufacturing.inspections import Inspection

_SINCE = "Changes of components since the record was rolled up last"


class Shares(NamedTuple):
    """The elements of a BOM's cost in percent of it, before credits."""

    material: Any
    labour: Any
    overhead: Any
    service: Any


def explained_formula(lookup: ExplainedLookup, formula: AnyFormula) -> AnyFormula:
    """A copy of the BOM or recipe whose figures know how they came about.

    The costs of one in the archive stand still: what its components have changed since is a leaf.
    """
    kind = "bom" if isinstance(formula, Bom) else "recipe"
    source = Source(kind, formula.id, formula.number, formula.revision)
    rolled = lookup.rolled(formula)
    copy: Any = replace(rolled)
    _keep(copy, formula, source, "")
    pairs = enumerate(zip(rolled.lines, formula.lines, strict=True))
    lines = [_kept_line(*pair, source, place) for place, pair in pairs]
    if isinstance(formula, Bom):
        copy.lines = lines
    else:
        copy.ingredients = lines
    result: AnyFormula = copy
    return result


def shares_of(bom: Bom) -> Shares:
    """What the report on BOM costs says of a BOM that is explained."""
    [row] = explained(cost_analysis)([bom])
    return Shares(row.material_percent, row.labour_percent, row.overhead_percent, row.service_percent)


def explained_inspection(inspection: Inspection) -> Inspection:
    """A copy of the inspection; its quantities were stated, and nothing was worked out."""
    source = Source("quality_inspection", inspection.id, inspection.number, inspection.revision)
    names = ("lot", "accepted", "rejected", "on_hold")
    labels = {
        f"{name}_quantity": (f"{name.replace('_', ' ').capitalize()} quantity", inspection.uom)
        for name in names
    }
    copy = leaves(inspection, source, "", labels)
    copy.defects = [
        leaves(
            each,
            source,
            f"/Defects/{place}",
            {"quantity": (f"Quantity with defect {each.code}", inspection.uom)},
        )
        for place, each in enumerate(inspection.defects)
    ]
    return copy


def _kept_line(worked_out: Any, own: Any, source: Source, place: int) -> Any:
    copy = replace(worked_out)
    at = "/Lines" if source.type == "bom" else "/Ingredients"
    _keep(copy, own, source, f"{at}/{place}")
    return copy


def _keep(copy: Any, own: Any, source: Source, at: str) -> None:
    for each in fields(own):
        value, known = getattr(copy, each.name), getattr(own, each.name)
        if isinstance(value, Figure) and isinstance(known, Decimal):
            place = replace(source, pointer=f"{at}/{wire(each.name)}")
            setattr(copy, each.name, kept(value, known, _SINCE, place))
