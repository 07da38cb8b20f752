"""A book in memory: the smallest thing that keeps the promises of the ports."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from mock_server.manufacturing import Item, Refused
from mock_server.manufacturing.formulas import AnyFormula, Bom, Recipe

Answer = TypeVar("Answer")


class MemoryBook:
    """Keeps the items, BOMs and recipes of one entity; each transaction is a millisecond later."""

    def __init__(self, overhead_percent: Decimal = Decimal(0)) -> None:
        self.overhead_percent = overhead_percent
        self.user_ref_id = "user-of-the-tests"
        self.items: dict[str, Item] = {}
        self.boms: dict[str, Bom] = {}
        self.recipes: dict[str, Recipe] = {}
        self.events: list[tuple[str, str, int]] = []
        self.writes: list[str] = []
        self._ids = 0
        self._numbers = 0
        self._recipe_numbers = 0
        self._now = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)

    @property
    def now(self) -> datetime:
        return self._now

    def item(self, item_id: str) -> Item | None:
        return self.items.get(item_id)

    def bom(self, bom_id: str) -> Bom | None:
        return self.boms.get(bom_id)

    def active_bom(self, item_id: str) -> Bom | None:
        found = [bom for bom in self.boms.values() if bom.item_ref_id == item_id and bom.status == "Active"]
        assert len(found) <= 1, f"{item_id} has {len(found)} Active BOMs"
        return found[0] if found else None

    def recipe(self, recipe_id: str) -> Recipe | None:
        return self.recipes.get(recipe_id)

    def active_recipe(self, item_id: str) -> Recipe | None:
        found = [each for each in self.recipes.values() if each.item_ref_id == item_id and each.is_active]
        assert len(found) <= 1, f"{item_id} has {len(found)} Active recipes"
        return found[0] if found else None

    def active_formula(self, item_id: str) -> AnyFormula | None:
        return self.active_bom(item_id) or self.active_recipe(item_id)

    def recipes_with_ingredient(self, item_id: str) -> list[Recipe]:
        return [
            recipe
            for recipe in self.recipes.values()
            if not recipe.is_archived and any(each.item_ref_id == item_id for each in recipe.ingredients)
        ]

    def boms_with_line(self, item_id: str) -> list[Bom]:
        return [
            bom
            for bom in self.boms.values()
            if not bom.is_archived and any(line.item_ref_id == item_id for line in bom.lines)
        ]

    def boms_pinning(self, bom_id: str) -> list[Bom]:
        return [
            bom
            for bom in self.boms.values()
            if not bom.is_archived and any(line.sub_bom_ref_id == bom_id for line in bom.lines)
        ]

    def new_id(self) -> str:
        self._ids += 1
        return f"00000000-0000-7000-8000-{self._ids:012d}"

    def next_bom_number(self) -> str:
        self._numbers += 1
        return f"BOM-{self._numbers:04d}"

    def number_taken(self, number: str, version: str) -> bool:
        return any((bom.bom_number, bom.version) == (number, version) for bom in self.boms.values())

    def external_reference_taken(self, reference: str, except_id: str | None) -> bool:
        return any(bom.external_reference == reference and bom.id != except_id for bom in self.boms.values())

    def next_recipe_number(self) -> str:
        self._recipe_numbers += 1
        return f"RCP-{self._recipe_numbers:04d}"

    def recipe_number_taken(self, number: str, version: str) -> bool:
        return any((each.recipe_number, each.version) == (number, version) for each in self.recipes.values())

    def recipe_reference_taken(self, reference: str, except_id: str | None) -> bool:
        return any(
            each.external_reference == reference and each.id != except_id for each in self.recipes.values()
        )

    def put_recipe(self, recipe: Recipe) -> None:
        self.recipes[recipe.id] = recipe
        self.writes.append(recipe.id)

    def put_bom(self, bom: Bom, event: str | None) -> None:
        self.boms[bom.id] = bom
        self.writes.append(bom.id)
        if event is not None:
            self.events.append((bom.id, event, bom.revision))

    def add(self, code: str, uom: str = "NOS", cost: str | None = None, **fields: Any) -> Item:
        """Adds an item whose id is its code."""
        standard = None if cost is None else Decimal(cost)
        item = Item(code, code, f"{code} name", uom, standard_cost=standard, **fields)
        self.items[code] = item
        return item

    def change(self, code: str, **fields: Any) -> None:
        """Changes an item as the control plane does: the new one takes the old one's place."""
        self.items[code] = replace(self.items[code], **fields)

    def attempt(self, command: Callable[[], Answer]) -> Answer:
        """Runs a command as a transaction: a refusal leaves nothing behind."""
        self._now += timedelta(milliseconds=1)
        before = dict(self.boms), dict(self.recipes), list(self.events), list(self.writes)
        try:
            return command()
        except Refused:
            self.boms, self.recipes, self.events, self.writes = before
            raise

    def picture(self) -> dict[str, Bom]:
        """A deep copy of all BOMs, to compare with later."""
        return deepcopy(self.boms)

    def recipe_picture(self) -> dict[str, Recipe]:
        """A deep copy of all recipes, to compare with later."""
        return deepcopy(self.recipes)
