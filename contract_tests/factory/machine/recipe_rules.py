"""Rules of the state machine: recipes."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import money
from contract_tests.factory.invariants import RECIPE
from contract_tests.factory.machine.bom_actions import BomActions
from contract_tests.factory.machine.draws import COSTS, MINUTES, RATES, quantities
from contract_tests.factory.model import ModelItem, ModelRecipe


class RecipeRules(BomActions):
    """Recipes."""

    @rule(data=st.data())
    @precondition(lambda self: len(self.model.recipes) < 2)
    def create_a_recipe(self, data: st.DataObject) -> None:
        output = self.items("PROC")
        if not output:
            self.new_item("PROC", "kg", None, SellingPrice=Fraction(40))
            output = self.items("PROC")
        body = self.draw_recipe(data, output[0])
        self.act(
            "createRecipe",
            "create",
            RECIPE,
            lambda: self.model.written_recipe(body),
            body,
            register=self.keep_recipe,
        )

    def draw_recipe(self, data: st.DataObject, output: ModelItem) -> Record:
        """A recipe to create."""
        chosen = data.draw(st.lists(st.sampled_from(self.items("RAW")), min_size=1, max_size=3))
        ingredients: list[Record] = []
        for item in chosen:
            basis = self.pick(data, ["PerBatch", "PerBatch", "Fixed"])
            quantity = data.draw(quantities(item.uom, 9))
            ingredients.append(
                {"ItemRefId": item.id, "Basis": basis, "Quantity": quantity, "WastagePercent": 1}
            )
        work = [
            {
                "Sequence": 5,
                "Name": "Stir",
                "MinutesPerBatch": data.draw(MINUTES),
                "CostPerHour": data.draw(RATES),
            }
        ]
        return {
            "Name": self.label("RCP"),
            "ItemRefId": output.id,
            "BatchSize": Fraction(data.draw(st.sampled_from([10, 25, 80]))),
            "ExpectedYieldPercent": Fraction(data.draw(st.sampled_from([100, 97, 80]))),
            "MinBatch": Fraction(5),
            "MaxBatch": Fraction(200),
            "Status": self.pick(data, ["Active", "Draft"]),
            "Ingredients": ingredients,
            "Operations": work,
            "ByProducts": self.draw_by_products(data, output),
            "OtherOverhead": money(data.draw(COSTS)),
        }

    def keep_recipe(self, recipe: ModelRecipe, record: Record) -> None:
        """Keeps a recipe that was written."""
        recipe.id = record["id"]
        self.model.add_recipe(recipe)
