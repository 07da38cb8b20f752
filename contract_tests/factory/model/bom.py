"""One BOM as the rules have it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from contract_tests.factory.model.formulas import Body, Formula, Input, Work

DEFAULTS = {"OutputQuantity": 1, "OtherOverhead": 0, "ServiceCostPerUnit": 0, "InspectionRequired": False}


@dataclass
class ModelBom(Formula):
    """A BOM."""

    number: str = ""
    status_before: str = "Draft"
    line_ids: list[str] = field(default_factory=list)

    @property
    def content(self) -> dict[str, Any]:
        """What an update may change; what was never given stands at its default."""
        return {**DEFAULTS, **self.body, "Status": self.status}

    @property
    def type(self) -> str:
        """Manufacture, Phantom or Subcontract."""
        return str(self.body.get("Type", "Manufacture"))

    @property
    def is_phantom(self) -> bool:
        """Whether it is replaced by its own lines."""
        return self.type == "Phantom"

    @property
    def output(self) -> Fraction:
        """Output quantity."""
        return Fraction(self.body.get("OutputQuantity", 1))

    @property
    def inputs(self) -> list[Input]:
        """The lines."""
        return [
            Input(line["ItemRefId"], _need(line), line.get("IsFixedQuantity", False))
            for line in self.body["Lines"]
        ]

    @property
    def work(self) -> list[Work]:
        """The operations, for one output quantity."""
        return [
            Work(
                each["Sequence"],
                each["Name"],
                Fraction(each.get("SetupMinutes", 0)),
                Fraction(each.get("RunMinutesPerUnit", 0)) * self.output,
                Fraction(each["CostPerHour"]),
            )
            for each in sorted(self.body.get("Operations", []), key=lambda each: each["Sequence"])
        ]

    @property
    def service(self) -> Fraction:
        """Service for one output quantity."""
        return Fraction(self.body.get("ServiceCostPerUnit", 0)) * self.output

    def batches(self, quantity: Fraction) -> Fraction:
        """Fixed lines are taken once per order."""
        return Fraction(1)

    def is_effective(self, day: date) -> bool:
        """Whether orders may be released on a day: from the first day on, until before the last."""
        first, last = self.body.get("EffectiveFrom"), self.body.get("EffectiveTo")
        return (first is None or first <= day.isoformat()) and (last is None or day.isoformat() < last)


def _need(line: Body) -> Fraction:
    wastage = 1 + Fraction(line.get("WastagePercent", 0)) / 100
    return Fraction(line["Quantity"]) * Fraction(line.get("ConversionFactor", 1)) * wastage
