"""The refusal of more than there is: every item that is short, with what is required and available."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from mock_server.refused import Refused


class Shortage(NamedTuple):
    """An item of which less is available than is required, in its stock unit."""

    item_ref_id: str
    item_code: str
    required: Decimal
    available: Decimal


def insufficient_stock(message: str, shortages: Sequence[Shortage]) -> Refused:
    """The `insufficient_stock` refusal with its `shortages`."""
    return Refused(
        "insufficient_stock",
        message,
        shortages=[
            {
                "ItemRefId": each.item_ref_id,
                "ItemCode": each.item_code,
                "Required": each.required,
                "Available": each.available,
                "Short": each.required - each.available,
                "Shortfall": each.required - each.available,
            }
            for each in shortages
        ],
    )
