"""What the rules need from the outside: reading one entity's records, and writing within one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.recipe import Recipe
from mock_server.manufacturing.items import Item


class Component(Protocol):
    """A line of a formula: the item that it consumes, and the BOM that it pins."""

    @property
    def item_ref_id(self) -> str: ...
    @property
    def item_code(self) -> str: ...
    @property
    def sub_bom_ref_id(self) -> str | None: ...


class Formula(Protocol):
    """How an item is made, a BOM or a recipe, as far as the item graph and the roll-up need to know."""

    @property
    def id(self) -> str: ...
    @property
    def item_ref_id(self) -> str: ...
    @property
    def item_code(self) -> str: ...
    @property
    def lines(self) -> Sequence[Component]: ...
    @property
    def is_phantom(self) -> bool: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def is_archived(self) -> bool: ...
    @property
    def label(self) -> str: ...
    @property
    def unit_cost(self) -> Decimal: ...
    @property
    def exact_cost(self) -> str: ...
    @property
    def levels(self) -> int: ...


class Catalogue(Protocol):
    """Reads the records of one entity; ids of other entities are unknown here.

    Records are shared: nobody changes one in place.
    """

    def item(self, item_id: str) -> Item | None:
        """The item, inactive and archived ones included."""

    def bom(self, bom_id: str) -> Bom | None:
        """The BOM, archived ones included."""

    def active_bom(self, item_id: str) -> Bom | None:
        """The one Active BOM of the item."""

    def active_recipe(self, item_id: str) -> Recipe | None:
        """The one Active recipe of the item."""

    def active_formula(self, item_id: str) -> Formula | None:
        """The Active BOM of the item, else its Active recipe."""

    def boms_with_line(self, item_id: str) -> Sequence[Bom]:
        """All unarchived BOMs with a direct line of the item, each once, in order of creation."""

    def boms_pinning(self, bom_id: str) -> Sequence[Bom]:
        """All unarchived BOMs with a line whose SubBomRefId is this BOM, each once, in order of creation."""

    def recipes_with_ingredient(self, item_id: str) -> Sequence[Recipe]:
        """All unarchived recipes with an ingredient of the item, each once, in order of creation."""


class Book(Catalogue, Protocol):
    """A catalogue inside one write transaction; a Refused that leaves a command rolls all of it back.

    A record that was put is what every later read of the same transaction returns.
    """

    @property
    def now(self) -> datetime:
        """The transaction's time, UTC, the same for all of its records."""

    @property
    def overhead_percent(self) -> Decimal:
        """The entity's default overhead, in percent of labour."""

    @property
    def user_ref_id(self) -> str:
        """On whose behalf the transaction writes; internal, never sent."""

    def new_id(self) -> str:
        """A new UUID."""

    def next_bom_number(self) -> str:
        """The next generated BOM number (BOM-0001): strictly increasing, never one handed out before."""

    def number_taken(self, number: str, version: str) -> bool:
        """Whether a BOM of the entity, archived ones included, has this number and version."""

    def external_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another BOM of the entity, archived ones included, carries this external reference."""

    def put_bom(self, bom: Bom, event: str | None) -> None:
        """Inserts or replaces the BOM; an event topic goes to the outbox in the same transaction."""

    def put_recipe(self, recipe: Recipe) -> None:
        """Inserts or replaces the recipe; no topic is planned for recipes, so no event is sent."""


class RecipeBook(Book, Protocol):
    """A book inside one write transaction that also finds recipes by id and gives out their numbers."""

    def recipe(self, recipe_id: str) -> Recipe | None:
        """The recipe, archived ones included."""

    def next_recipe_number(self) -> str:
        """The next generated recipe number (RCP-0001): strictly increasing, never one handed out before."""

    def recipe_number_taken(self, number: str, version: str) -> bool:
        """Whether a recipe of the entity, archived ones included, has this number and version."""

    def recipe_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another recipe of the entity, archived ones included, carries this external reference."""
