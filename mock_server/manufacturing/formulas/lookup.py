"""A catalogue that remembers what it read, and that can show records as a command is about to leave them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mock_server.manufacturing.documents import Finder
from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.ports import Catalogue, Component, Formula, MadeAt
from mock_server.manufacturing.formulas.recipe import AnyFormula, Recipe
from mock_server.manufacturing.items import Item


class Lookup:
    """Reads each item and formula once per command; `staged` formulas stand in for the stored ones.

    Of what a component is made by, only its cost is read until its lines are asked for.
    """

    __slots__ = (
        "_active_boms",
        "_active_recipes",
        "_bom_costs",
        "_boms",
        "_catalogue",
        "_items",
        "_pinned",
        "_recipe_costs",
        "lines_read",
        "opened",
    )

    def __init__(self, catalogue: Catalogue, staged: Iterable[AnyFormula] = ()) -> None:
        self._catalogue = catalogue
        # What is worked out of a formula once and needed for several of its orders, by the formula's id.
        self.opened: dict[str, object] = {}
        # The work that was done for it so far.
        self.lines_read = 0
        self._items: dict[str, Item | None] = {}
        self._boms: dict[str, Bom | None] = {}
        self._active_boms: dict[str, Bom | None] = {}
        self._active_recipes: dict[str, Recipe | None] = {}
        self._bom_costs: dict[str, MadeAt | None] = {}
        self._recipe_costs: dict[str, MadeAt | None] = {}
        self._pinned: dict[str, MadeAt | None] = {}
        for formula in staged:
            if isinstance(formula, Bom):
                self._boms[formula.id] = formula
                self._pinned[formula.id] = MadeAt.of(formula)
                if formula.is_active:
                    self._active_boms[formula.item_ref_id] = formula
                    self._bom_costs[formula.item_ref_id] = MadeAt.of(formula)
            elif formula.is_active:
                self._active_recipes[formula.item_ref_id] = formula
                self._recipe_costs[formula.item_ref_id] = MadeAt.of(formula)

    def prepare(self, lines: Sequence[Component]) -> None:
        """Reads the items of lines and what makes them, all at once."""
        item_ids = dict.fromkeys(line.item_ref_id for line in lines)
        self._catalogue.items.load(item_id for item_id in item_ids if item_id not in self._items)
        unknown = [item_id for item_id in item_ids if item_id not in self._bom_costs]
        if unknown:
            self._bom_costs.update(dict.fromkeys(unknown))
            self._bom_costs.update(
                (found.item_ref_id, found) for found in self._catalogue.boms.active_costs(unknown)
            )
        unknown = [item_id for item_id in item_ids if item_id not in self._recipe_costs]
        if unknown:
            self._recipe_costs.update(dict.fromkeys(unknown))
            self._recipe_costs.update(
                (found.item_ref_id, found) for found in self._catalogue.recipes.active_costs(unknown)
            )
        pins = (line.sub_bom_ref_id for line in lines if line.sub_bom_ref_id is not None)
        pinned = [bom_id for bom_id in dict.fromkeys(pins) if bom_id not in self._pinned]
        if pinned:
            self._pinned.update(dict.fromkeys(pinned))
            self._pinned.update((found.id, found) for found in self._catalogue.boms.costs(pinned))

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
            made_at = self._bom_costs.get(item_id)
            if made_at is not None:
                self._active_boms[item_id] = self._catalogue.boms.get(made_at.id)
            elif item_id in self._bom_costs:
                self._active_boms[item_id] = None
            else:
                self._active_boms[item_id] = self._catalogue.boms.active(item_id)
        return self._active_boms[item_id]

    def active_recipe(self, item_id: str) -> Recipe | None:
        """The Active recipe of the item, a staged one first."""
        if item_id not in self._active_recipes:
            made_at = self._recipe_costs.get(item_id)
            if made_at is not None:
                self._active_recipes[item_id] = self._catalogue.recipes.get(made_at.id)
            elif item_id in self._recipe_costs:
                self._active_recipes[item_id] = None
            else:
                self._active_recipes[item_id] = self._catalogue.recipes.active(item_id)
        return self._active_recipes[item_id]

    def active_formulas(self, item_id: str) -> list[Formula]:
        """Every way in which the item can be made now: its Active BOM and its Active recipe."""
        found: list[Formula | None] = [self.active_bom(item_id), self.active_recipe(item_id)]
        return [formula for formula in found if formula is not None]

    def made_at(self, line: Component) -> MadeAt | None:
        """What makes a line's item, and at what: the pinned BOM, else the Active BOM or recipe, else none."""
        pin, item_id = line.sub_bom_ref_id, line.item_ref_id
        is_known = pin in self._pinned if pin is not None else item_id in self._recipe_costs
        if not is_known:
            self.prepare([line])
        if pin is not None:
            return self._pinned[pin]
        return self._bom_costs[item_id] or self._recipe_costs[item_id]

    def bom_of(self, line: Component) -> Bom | None:
        """The BOM that makes a line's item: the pinned one, else the Active one, else none."""
        if line.sub_bom_ref_id is not None:
            return self.bom(line.sub_bom_ref_id)
        return self.active_bom(line.item_ref_id)

    def phantoms_of(self, lines: Sequence[Component]) -> list[Bom | None]:
        """For each line the phantom that stands for it, else none."""
        self.prepare(lines)
        found: list[Bom | None] = []
        for line in lines:
            made_at = self.made_at(line)
            found.append(self.bom_of(line) if made_at is not None and made_at.is_phantom else None)
        return found
