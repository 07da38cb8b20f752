"""A catalogue that remembers what it read, and that can show records as a command is about to leave them."""

from __future__ import annotations

from collections.abc import Iterable

from mock_server.manufacturing.documents import Finder
from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.ports import Catalogue, Component, Formula
from mock_server.manufacturing.formulas.recipe import AnyFormula, Recipe
from mock_server.manufacturing.items import Item


class Lookup:
    """Reads each item and formula once per command; `staged` formulas stand in for the stored ones."""

    __slots__ = ("_active_boms", "_active_recipes", "_boms", "_catalogue", "_items", "opened")

    def __init__(self, catalogue: Catalogue, staged: Iterable[AnyFormula] = ()) -> None:
        self._catalogue = catalogue
        # What is worked out of a formula once and needed for several of its orders, by the formula's id.
        self.opened: dict[str, object] = {}
        self._items: dict[str, Item | None] = {}
        self._boms: dict[str, Bom | None] = {}
        self._active_boms: dict[str, Bom | None] = {}
        self._active_recipes: dict[str, Recipe | None] = {}
        for formula in staged:
            if isinstance(formula, Bom):
                self._boms[formula.id] = formula
                if formula.is_active:
                    self._active_boms[formula.item_ref_id] = formula
            elif formula.is_active:
                self._active_recipes[formula.item_ref_id] = formula

    @property
    def recipes(self) -> Finder[Recipe]:
        """The stored recipes, by id."""
        return self._catalogue.recipes

    def item(self, item_id: str) -> Item | None:
        """The item, or none."""
        if item_id not in self._items:
            self._items[item_id] = self._catalogue.items.get(item_id)
        return self._items[item_id]

    def bom(self, bom_id: str) -> Bom | None:
        """The BOM as staged, else as stored."""
        if bom_id not in self._boms:
            self._boms[bom_id] = self._catalogue.boms.get(bom_id)
        return self._boms[bom_id]

    def active_bom(self, item_id: str) -> Bom | None:
        """The Active BOM of the item, a staged one first."""
        if item_id not in self._active_boms:
            self._active_boms[item_id] = self._catalogue.boms.active(item_id)
        return self._active_boms[item_id]

    def active_recipe(self, item_id: str) -> Recipe | None:
        """The Active recipe of the item, a staged one first."""
        if item_id not in self._active_recipes:
            self._active_recipes[item_id] = self._catalogue.recipes.active(item_id)
        return self._active_recipes[item_id]

    def active_formula(self, item_id: str) -> Formula | None:
        """The Active BOM of the item, else its Active recipe, staged ones first."""
        return self.active_bom(item_id) or self.active_recipe(item_id)

    def active_formulas(self, item_id: str) -> list[Formula]:
        """Every way in which the item can be made now: its Active BOM and its Active recipe."""
        found: list[Formula | None] = [self.active_bom(item_id), self.active_recipe(item_id)]
        return [formula for formula in found if formula is not None]

    def bom_of(self, line: Component) -> Bom | None:
        """The BOM that makes a line's item: the pinned one, else the Active one, else none."""
        if line.sub_bom_ref_id is not None:
            return self.bom(line.sub_bom_ref_id)
        return self.active_bom(line.item_ref_id)

    def phantoms_of(self, lines: Iterable[Component]) -> list[Bom | None]:
        """For each line the phantom that stands for it, else none."""
        found = (self.bom_of(line) for line in lines)
        return [bom if bom is not None and bom.is_phantom else None for bom in found]

    def formula_of(self, line: Component) -> Formula | None:
        """The BOM or recipe that makes a line's item: the pinned BOM, else the Active formula, else none."""
        if line.sub_bom_ref_id is not None:
            return self.bom(line.sub_bom_ref_id)
        return self.active_formula(line.item_ref_id)
