"""Bodies of the items and BOMs that are measured."""

from __future__ import annotations

from typing import Any

# Lines of the made item's BOM; completing an order moves each of them, the item, and a by-product.
LINES = 8
MOVES = LINES + 2


def item(code: str) -> dict[str, Any]:
    """An item, for the control plane."""
    return {"ItemCode": code, "Name": code, "Uom": "kg", "StandardCost": 10}


def adjustment(item_id: str, quantity: int) -> dict[str, Any]:
    """Opening stock, for the control plane."""
    return {"ItemRefId": item_id, "Quantity": quantity, "UnitCost": 10, "Reason": "Opening stock"}


def bom(made: str, parts: list[str], chips: str) -> dict[str, Any]:
    """An Active BOM of one kilogram of each part, with a few chips left over."""
    return {
        "ItemRefId": made,
        "Name": "Bench",
        "Version": "1",
        "OutputQuantity": 1,
        "Lines": [{"ItemRefId": part, "Quantity": 1} for part in parts],
        "ByProducts": [{"ItemRefId": chips, "Quantity": 0.1, "CostMethod": "FixedRate", "Rate": 2}],
        "Status": "Active",
    }


def small_bom(made: str, parts: list[str]) -> dict[str, Any]:
    """A Draft BOM of two lines and a step, as most clients write it."""
    step = {
        "Sequence": 10,
        "Name": "Lace and true",
        "SetupMinutes": 15,
        "RunMinutesPerUnit": 15,
        "CostPerHour": 200,
    }
    return {
        "Name": "Wheel, front",
        "ItemRefId": made,
        "Version": "3",
        "OutputQuantity": 10,
        "Status": "Draft",
        "Lines": [
            {"ItemRefId": parts[0], "Quantity": 10},
            {"ItemRefId": parts[1], "Quantity": 360, "WastagePercent": 2},
        ],
        "Operations": [step],
    }


def order(made: str) -> dict[str, Any]:
    """A Draft work order for one kilogram."""
    return {"ItemRefId": made, "PlannedQuantity": 1}


COMPLETION = {"CompletedQuantity": 1}
