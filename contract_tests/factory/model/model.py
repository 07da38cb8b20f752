"""The factory as the rules have it: plain fractions, a list of movements, nothing of the sandbox's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contract_tests.factory.model.bom import ModelBom
from contract_tests.factory.model.boms import Boms
from contract_tests.factory.model.documents import conflict
from contract_tests.factory.model.formulas import Prices
from contract_tests.factory.model.inspections import ModelInspection
from contract_tests.factory.model.job_work import JobWork
from contract_tests.factory.model.recipes import ModelRecipe, check_recipe
from contract_tests.factory.model.stock import ModelItem, Stock
from contract_tests.factory.model.structure import Structure
from contract_tests.factory.model.work_orders import WorkOrders


@dataclass
class Model:
    """One entity: its stock, BOMs, recipes, orders and inspections."""

    today: date
    vendors: Sequence[str] = ()
    stock: Stock = field(default_factory=Stock)
    prices: Prices = field(default_factory=lambda: Prices({}, {}))
    recipes: dict[str, ModelRecipe] = field(default_factory=dict)
    inspections: dict[str, ModelInspection] = field(default_factory=dict)
    structure: Structure = field(init=False)
    boms: Boms = field(init=False)
    orders: WorkOrders = field(init=False)
    job_work: JobWork = field(init=False)

    def __post_init__(self) -> None:
        self.structure = Structure(self.prices)
        self.boms = Boms(self.stock, self.structure)
        self.orders = WorkOrders(self.stock, self.structure, self.today)
        self.job_work = JobWork(self.stock, self.structure, self.today, self.vendors)

    def add_item(self, item: ModelItem) -> ModelItem:
        """A new item."""
        self.stock.add_item(item)
        self.price(item)
        return item

    def price(self, item: ModelItem) -> None:
        """Makes costs follow an item's prices."""
        standard, selling = dict(self.prices.standard), dict(self.prices.selling)
        standard[item.id], selling[item.id] = item.standard_cost, item.selling_price
        self.prices.standard, self.prices.selling = standard, selling
        self.structure.forget()

    def written_recipe(self, body: Mapping[str, Any]) -> ModelRecipe:
        """The recipe that a create makes; refused where it may not be written."""
        content = {name: value for name, value in body.items() if name != "Status"}
        recipe = ModelRecipe(body["ItemRefId"], content, "kg", status=body["Status"])
        check_recipe(recipe, self.stock)
        is_taken = isinstance(self.structure.active.get(recipe.item_id), ModelRecipe)
        if recipe.status == "Active" and is_taken:
            conflict("active_recipe_exists")
        return recipe

    def add_recipe(self, recipe: ModelRecipe) -> None:
        """Keeps a recipe, and makes it the one in force where it is Active."""
        self.recipes[recipe.id] = recipe
        if recipe.status == "Active":
            self.structure.active[recipe.item_id] = recipe
            self.structure.forget()

    @property
    def formulas(self) -> dict[str, ModelBom | ModelRecipe]:
        """Every BOM and recipe by id."""
        return {**self.boms.known, **self.recipes}
