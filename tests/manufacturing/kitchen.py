"""A small bakery: items, short forms of recipe bodies, and commands run as transactions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import recipes
from mock_server.manufacturing.formulas import Recipe
from mock_server.refused import Refused
from tests.manufacturing.book import MemoryBook


def figures(*values: object) -> tuple[object, ...]:
    """Values of any kind, to compare with plain numbers at one go."""
    return values


def kitchen() -> MemoryBook:
    book = MemoryBook(Decimal(20))
    book.add("BREAD", "kg")
    book.add("ROLL", "NOS")
    book.add("FLOUR", "kg", "2", scrap_percentage=Decimal("1.5"))
    book.add("YEAST", "kg", "5")
    book.add("CRUMB", "kg", "1")
    book.add("EGG", "NOS", "6")
    book.add("OLD", "kg", "1", is_active=False)
    book.add("KIT", "NOS", track_inventory=False)
    return book


def per_batch(item: str, quantity: Any = 1, **members: Any) -> dict[str, Any]:
    return {"ItemRefId": item, "Basis": "PerBatch", "Quantity": quantity, "WastagePercent": 0, **members}


def fixed(item: str, quantity: Any = 1, **members: Any) -> dict[str, Any]:
    return {**per_batch(item, quantity, **members), "Basis": "Fixed"}


def share(item: str, percent: Any, **members: Any) -> dict[str, Any]:
    return {
        "ItemRefId": item,
        "Basis": "PercentOfBatch",
        "Percent": percent,
        "WastagePercent": 0,
        **members,
    }


def make(book: MemoryBook, item: str = "BREAD", **members: Any) -> Recipe:
    body = {
        "Name": item,
        "ItemRefId": item,
        "BatchSize": 10,
        "Ingredients": [per_batch("FLOUR", 10)],
        **members,
    }
    return book.attempt(lambda: recipes.create(book, body))


def change(book: MemoryBook, recipe: Recipe, **members: Any) -> Recipe:
    return book.attempt(lambda: recipes.update(book, book.recipes[recipe.id], members))


def refused(command: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        command()
    return refusal.value
