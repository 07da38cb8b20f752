"""Recipes: batches, yields and percentages."""

from mock_server.manufacturing.recipes.commands import archive, create, restore, update
