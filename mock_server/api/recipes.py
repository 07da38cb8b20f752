"""Recipes."""

from __future__ import annotations

from mock_server.api.answers import modified, of_one_state
from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import Filters
from mock_server.gateway import Answer, Call
from mock_server.manufacturing import recipes
from mock_server.manufacturing.formulas import Recipe
from mock_server.refused import Refused


class Recipes(DocumentHandlers[Recipe]):
    """The handlers, named by operation."""

    collection = "recipes"
    key = "recipes"
    filters = Filters({"ingredientRefId": "id:with_line_of"})

    def list_recipes(self, call: Call) -> Answer:
        """A page of recipes."""
        return self.page(call)

    def create_recipe(self, call: Call) -> Answer:
        """Creates a recipe."""
        book = self.services.book(call)
        return self.created(call, book, recipes.create(book, call.body))

    def get_recipe(self, call: Call) -> Answer:
        """One recipe, archived ones included."""
        return self.one(call)

    def update_recipe(self, call: Call) -> Answer:
        """Changes a recipe."""
        book, recipe = self.find(call)
        return self.answer(book, recipes.update(book, recipe, call.body))

    def archive_recipes(self, call: Call) -> Answer:
        """Archives several recipes, all or none."""
        return modified(recipes.archive(self.services.book(call), call.body["ids"]))

    def restore_recipes(self, call: Call) -> Answer:
        """Restores several archived recipes, all or none."""
        return modified(recipes.restore(self.services.book(call), call.body["ids"]))

    @of_one_state
    def get_item_recipe(self, call: Call) -> Answer:
        """The item's Active recipe; 404 where it has none."""
        book = self.services.book(call)
        recipe = book.recipes.active(call.path["itemId"])
        if recipe is None:
            raise Refused("not_found", "The item has no Active recipe.")
        return self.answer(book, recipe)
