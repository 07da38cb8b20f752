"""Stock at the beginning: what there is, less what the steps of the pack will do to it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from mock_server.seeds.export.planned import Planned

Record = dict[str, Any]
_ZERO = Decimal(0)
_REASON = "Used by orders that have ended"


class OpeningStock:
    """What each item has before the first step, so that the present is there after the last."""

    def __init__(self, steps: Iterable[Planned], moves: Iterable[Record]) -> None:
        self._lowest: dict[str, Decimal] = {}
        self._moved: dict[str, tuple[Decimal, Decimal]] = {}
        running: dict[str, Decimal] = {}
        for step in steps:
            for item_id, change in step.effects.items():
                now = running[item_id] = running.get(item_id, _ZERO) + change
                self._lowest[item_id] = min(self._lowest.get(item_id, _ZERO), now)
        for move in moves:
            sign = int(move["To"] == "Store") - int(move["From"] == "Store")
            quantity, value = self._moved.get(move["ItemRefId"], (_ZERO, _ZERO))
            self._moved[move["ItemRefId"]] = (
                quantity + sign * move["Quantity"],
                value + sign * move["Value"],
            )

    def of(self, item: Record) -> tuple[Record | None, Record | None]:
        """The stock that an item of a pack has, and the adjustment at the end where more is needed before.

        What orders that are not in the pack have used stands in no step: it is borrowed first and taken away
        at last, at the standard cost.
        """
        quantity, value = self._moved.get(item["id"], (_ZERO, _ZERO))
        before = item["OnHandQuantity"] - quantity
        worth = max(item["StockValue"] - value, _ZERO)
        lacking = max(_ZERO, -(before + self._lowest.get(item["id"], _ZERO)), -before)
        opening = before + lacking
        if lacking:
            worth = (opening * (item["StandardCost"] or _ZERO)).quantize(Decimal("0.01"))
        stock = {"quantity": opening, "value": worth} if opening else None
        taken = {"ItemRefId": item["ItemCode"], "Quantity": -lacking, "Reason": _REASON} if lacking else None
        return stock, taken
