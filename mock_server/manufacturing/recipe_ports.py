"""What the commands on recipes need beside the book of BOMs."""

from __future__ import annotations

from typing import Protocol

from mock_server.manufacturing.ports import Book
from mock_server.manufacturing.recipe_records import Recipe


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
