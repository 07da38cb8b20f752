"""Recipes as the rules have them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from contract_tests.factory.exact import ZERO, fits, out_units
from contract_tests.factory.model.documents import broken
from contract_tests.factory.model.formulas import Body, Formula, Input, Work, check_outputs, share_of_outputs
from contract_tests.factory.model.stock import Stock
from contract_tests.factory.model.structure import Structure


@dataclass
class ModelRecipe(Formula):
    """A recipe; everything stands for one batch at its expected output."""

    uom: str

    @property
    def batch(self) -> Fraction:
        """Batch size."""
        return Fraction(self.body["BatchSize"])

    @property
    def output(self) -> Fraction:
        """Exact output of one batch."""
        yields = Fraction(self.body.get("ExpectedYieldPercent", 100)) / 100
        return self.batch * yields * Fraction(self.body.get("OutputPerBatchUnit", 1))

    @property
    def inputs(self) -> list[Input]:
        """The ingredients."""
        return [self._input(each) for each in self.body["Ingredients"]]

    def _input(self, each: Body) -> Input:
        if each["Basis"] == "PercentOfBatch":
            quantity = self.batch * Fraction(each["Percent"]) / 100
        else:
            quantity = Fraction(each["Quantity"])
        wastage = 1 + Fraction(each.get("WastagePercent", 0)) / 100
        need = quantity * Fraction(each.get("ConversionFactor", 1)) * wastage
        return Input(each["ItemRefId"], need, each["Basis"] == "Fixed")

    @property
    def work(self) -> list[Work]:
        """The operations."""
        return [
            Work(
                each["Sequence"],
                each["Name"],
                ZERO,
                Fraction(each["MinutesPerBatch"]),
                Fraction(each["CostPerHour"]),
            )
            for each in self.body.get("Operations", [])
        ]

    def batches(self, quantity: Fraction) -> Fraction:
        """Fixed ingredients are taken once per batch."""
        return Fraction(ceil(quantity / self.output))

    def batch_for(self, quantity: Fraction) -> Fraction:
        """The batch that gives a quantity."""
        return quantity / self.output * self.batch

    def check_batch(self, quantity: Fraction) -> None:
        """The batch keeps to the limits and the multiple."""
        size = self.batch_for(quantity)
        least, most, step = (self.body.get(name) for name in ("MinBatch", "MaxBatch", "BatchMultiple"))
        if (least is not None and size < Fraction(least)) or (most is not None and size > Fraction(most)):
            broken("batch_size_out_of_range")
        if step is not None and (size / Fraction(step)).denominator != 1:
            broken("batch_size_out_of_range")

    def record(self, structure: Structure) -> dict[str, Any]:
        """The members of the recipe's record that the model knows."""
        cost = structure.cost(self)
        return {
            "id": self.id,
            "ItemRefId": self.item_id,
            "Status": self.status,
            "Revision": self.revision,
            "IsArchived": self.is_archived,
            "BatchSize": self.batch,
            "ExpectedOutput": out_units(self.output, self.uom),
            "InspectionRequired": self.inspection_required,
            "OverheadPercent": self.overhead_percent,
            **cost.shown,
        }


def check_recipe(recipe: ModelRecipe, stock: Stock) -> None:
    """What may be written."""
    output = stock.usable(recipe.item_id)
    shares = Fraction(0)
    for each in recipe.body["Ingredients"]:
        item = stock.usable(each["ItemRefId"])
        if each["Basis"] != "PercentOfBatch" and not fits(each["Quantity"], each.get("Uom", item.uom)):
            broken("fractional_quantity")
        if each.get("Uom", item.uom) != item.uom and "ConversionFactor" not in each:
            broken("uom_mismatch")
        shares += Fraction(each.get("Percent", 0))
    if all(each["Basis"] == "PercentOfBatch" for each in recipe.body["Ingredients"]) and (
        abs(shares - 100) > Fraction(1, 100)
    ):
        broken("percentages_must_sum_to_100")
    check_outputs(recipe, output.selling_price)
    if share_of_outputs(recipe, output.selling_price) > 1:
        broken("cost_share_exceeds_100")
