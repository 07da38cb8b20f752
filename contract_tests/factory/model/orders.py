"""What an order is to take, to do and to give, what it should cost and what it has cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import ZERO, in_units, minutes, money, out_units, unit_cost
from contract_tests.factory.model.formulas import Formula, SideOutput, credits_of
from contract_tests.factory.model.structure import Structure


def by_standard(required: Fraction, fixed: Fraction, uom: str, done: Fraction) -> Fraction:
    """What is used of a material for a part of an order; what is fixed does not grow with it."""
    return min(required, in_units((required - fixed) * done + fixed, uom))


@dataclass(frozen=True)
class PlannedMaterial:
    """Need of one item, rounded once; `fixed` is the part that does not grow with the order."""

    item_id: str
    uom: str
    required: Fraction
    fixed: Fraction
    rate: Fraction

    @property
    def standard(self) -> Fraction:
        """Standard cost of one unit as it is shown; costs are worked out from the exact one."""
        return unit_cost(self.rate)

    def consumed(self, done: Fraction) -> Fraction:
        """Use by the standard for a part of the order, from 0 to 1."""
        return by_standard(self.required, self.fixed, self.uom, done)


@dataclass(frozen=True)
class PlannedWork:
    """One operation: set-up once, run minutes for the whole order."""

    sequence: int
    setup: Fraction
    run: Fraction
    rate: Fraction

    @property
    def cost(self) -> Fraction:
        """Exact cost of the whole order's work."""
        return (self.setup + self.run) / 60 * self.rate

    def minutes(self, done: Fraction) -> Fraction:
        """Standard minutes for a part of the order."""
        return minutes(self.setup + self.run * done)


@dataclass
class Plan:
    """Everything for the planned quantity, by the formula as it is now; release keeps it."""

    planned: Fraction
    materials: dict[str, PlannedMaterial]
    work: dict[int, PlannedWork]
    outputs: list[tuple[SideOutput, Fraction]]
    units: Mapping[str, str]
    overhead_percent: Fraction
    other_overhead: Fraction
    exact_outputs: list[tuple[SideOutput, Fraction]]
    shares: list[Fraction]
    credits: list[Fraction] = field(default_factory=list)
    cost: dict[str, Fraction] = field(default_factory=dict)

    @property
    def standard_unit_cost(self) -> Fraction:
        """Planned cost of one unit."""
        return self.cost["StandardUnitCost"]


def plan(structure: Structure, formula: Formula, planned: Fraction, units: Mapping[str, str]) -> Plan:
    """The plan of an order."""
    factor = planned / formula.output
    materials = {}
    for item_id, need in structure.needs(formula, planned).items():
        uom = units[item_id]
        required = in_units(need.exact, uom)
        fixed = min(required, need.fixed)
        materials[item_id] = PlannedMaterial(item_id, uom, required, fixed, structure.rate(item_id))
    made = Plan(
        planned,
        materials,
        {w.sequence: PlannedWork(w.sequence, w.setup, w.run * factor, w.rate) for w in formula.work},
        [(o, out_units(o.quantity * factor, units[o.item_id])) for o in formula.side_outputs],
        units,
        formula.overhead_percent,
        structure.other_overhead(formula, planned),
        [(o, o.quantity * factor) for o in formula.side_outputs],
        structure.shares(formula),
    )
    _price(made)
    return made


def _price(made: Plan) -> None:
    """Each figure is rounded once, from its exact value; only requirements are rounded before (DEC-19)."""
    material = sum((each.required * each.rate for each in made.materials.values()), ZERO)
    labour = sum((each.cost for each in made.work.values()), ZERO)
    overhead = labour * made.overhead_percent / 100
    gross = material + labour + overhead + made.other_overhead
    parts = {
        "Material": money(material),
        "Labour": money(labour),
        "Overhead": money(overhead),
        "OtherOverhead": money(made.other_overhead),
    }
    shown = sum(parts.values(), ZERO)
    credits = credits_of(made.exact_outputs, made.shares, gross)
    made.credits = [money(each) for each in credits]
    credit = min(money(sum(credits, ZERO)), shown)
    made.cost = {
        **parts,
        "ByProductCredit": credit,
        "Total": shown - credit,
        "StandardUnitCost": unit_cost((gross - sum(credits, ZERO)) / made.planned),
    }


@dataclass
class Actuals:
    """What was done: quantities made, started and used, minutes, and what else came out."""

    completed: Fraction
    scrapped: Fraction
    started: Fraction
    consumed: dict[str, Fraction]
    minutes: dict[int, Fraction]
    rates: dict[int, Fraction]
    outputs: dict[str, Fraction]

    @classmethod
    def read(cls, made: Plan, body: Mapping[str, Any], *, starts_whole: bool) -> Actuals:
        """The actuals of a complete request; what it does not name is by standard for what was started."""
        completed, scrapped = Fraction(body["CompletedQuantity"]), Fraction(body.get("ScrappedQuantity", 0))
        started = Fraction(
            body.get("StartedQuantity", made.planned if starts_whole else completed + scrapped)
        )
        done = started / made.planned
        found = cls(
            completed,
            scrapped,
            started,
            {item_id: each.consumed(done) for item_id, each in made.materials.items()},
            {sequence: each.minutes(done) for sequence, each in made.work.items()},
            {sequence: each.rate for sequence, each in made.work.items()},
            {o.item_id: out_units(q * done, made.units[o.item_id]) for o, q in made.outputs},
        )
        found._replace(body)
        return found

    def _replace(self, body: Mapping[str, Any]) -> None:
        for name, member, key, where in (
            ("Materials", "ConsumedQuantity", "ItemRefId", self.consumed),
            ("Operations", "ActualMinutes", "Sequence", self.minutes),
            ("ByProducts", "ActualQuantity", "ItemRefId", self.outputs),
        ):
            sums: dict[Any, Fraction] = {}
            for each in body.get(name, []):
                sums[each[key]] = sums.get(each[key], ZERO) + Fraction(each[member])
            where.update(sums)
        for each in body.get("Operations", []):
            if "ActualCostPerHour" in each:
                self.rates[each["Sequence"]] = Fraction(each["ActualCostPerHour"])


@dataclass
class Outcome:
    """Actual cost and variance of a completed order; `credits` in the order of its outputs."""

    cost: dict[str, Fraction | None]
    variance: dict[str, Fraction]
    credits: list[Fraction]

    @property
    def total(self) -> Fraction:
        """What was spent, less what the other outputs take."""
        return self.cost["Total"] or ZERO


def outcome(made: Plan, actuals: Actuals, values: Mapping[str, Fraction]) -> Outcome:
    """What an order has cost, from the values of what it used."""
    material = sum(values.values(), ZERO)
    labour = sum((actuals.minutes[s] / 60 * actuals.rates[s] for s in made.work), ZERO)
    overhead = labour * made.overhead_percent / 100
    done = actuals.started / made.planned
    parts = {
        "Material": material,
        "Labour": money(labour),
        "Overhead": money(overhead),
        "OtherOverhead": money(made.other_overhead * done),
    }
    gross = sum(parts.values(), ZERO)
    outputs = [(o, actuals.outputs[o.item_id]) for o, _ in made.outputs]
    credits = credits_of(outputs, made.shares, gross, money)
    total = gross - sum(credits, ZERO)
    good = actuals.completed
    cost: dict[str, Fraction | None] = {
        **parts,
        "ByProductCredit": sum(credits, ZERO),
        "ScrapLoss": ZERO if good else total,
        "Total": total,
        "ActualUnitCost": unit_cost(total / good) if good else None,
    }
    return Outcome(cost, _variance(made, actuals, values, total, sum(credits, ZERO)), credits)


def _variance(
    made: Plan, actuals: Actuals, values: Mapping[str, Fraction], total: Fraction, credit: Fraction
) -> dict[str, Fraction]:
    done = actuals.started / made.planned
    price = rate = efficiency = standard_labour = actual_labour = ZERO
    for item_id, each in made.materials.items():
        price += values.get(item_id, ZERO) - each.standard * actuals.consumed[item_id]
    for sequence, work in made.work.items():
        hours, standard = actuals.minutes[sequence] / 60, work.minutes(done) / 60
        rate += (actuals.rates[sequence] - work.rate) * hours
        efficiency += (hours - standard) * work.rate
        standard_labour += standard * work.rate
        actual_labour += hours * actuals.rates[sequence]
    found = {
        "MaterialPrice": money(price),
        "LabourRate": money(rate),
        "LabourEfficiency": money(efficiency),
        "Overhead": money((actual_labour - standard_labour) * made.overhead_percent / 100),
        "ByProduct": money(sum(made.credits, ZERO) * done - credit),
        "Yield": money((actuals.started - actuals.completed) * made.standard_unit_cost),
    }
    found["Total"] = total - money(made.standard_unit_cost * actuals.completed)
    found["MaterialUsage"] = found["Total"] - sum(
        (value for name, value in found.items() if name != "Total"), ZERO
    )
    return found
