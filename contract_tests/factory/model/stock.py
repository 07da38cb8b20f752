"""Items and their stock as the rules have it: a list of movements, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import (
    MAX_AMOUNT,
    MAX_QUANTITY,
    MAX_UNIT_COST,
    ZERO,
    Number,
    is_stockable,
    money,
    unit_cost,
)
from contract_tests.factory.model.documents import broken, conflict

STORE = "Store"
SUBCONTRACTOR = "Subcontractor"
QUARANTINE = "Quarantine"


@dataclass
class ModelItem:
    """An item of the entity."""

    id: str
    code: str
    uom: str
    standard_cost: Fraction | None = None
    selling_price: Fraction | None = None
    is_active: bool = True
    is_stocked: bool = True
    scrap_percentage: Fraction = ZERO


@dataclass
class ModelMovement:
    """One posting; the quantity and the value are never negative, the places say which way."""

    item_id: str
    type: str
    quantity: Fraction
    value: Fraction
    origin: str | None
    target: str | None
    document_id: str | None

    def record(self) -> dict[str, Any]:
        """The members of the movement's record that the model knows."""
        return {
            "ItemRefId": self.item_id,
            "Type": self.type,
            "Quantity": self.quantity,
            "Value": self.value,
            "From": self.origin,
            "To": self.target,
            "DocumentRefId": self.document_id,
        }


@dataclass
class Pool:
    """A quantity and its value; a part takes its share of the value, the last unit takes the rest."""

    quantity: Fraction = ZERO
    value: Fraction = ZERO

    def add(self, quantity: Fraction, value: Fraction) -> None:
        """Puts in."""
        self.quantity += quantity
        self.value += value

    def share(self, quantity: Fraction) -> Fraction:
        """The value that goes with a part."""
        if quantity == self.quantity:
            return self.value
        return money(self.value * quantity / self.quantity)

    def take(self, quantity: Fraction) -> Fraction:
        """Takes out; returns the value that goes with it."""
        value = self.share(quantity)
        self.quantity -= quantity
        self.value -= value
        return value


@dataclass
class Holding:
    """What there is of one item."""

    store: Pool = field(default_factory=Pool)
    away: Pool = field(default_factory=Pool)
    quarantine: Pool = field(default_factory=Pool)
    allocated: Fraction = ZERO
    average: Fraction | None = None

    @property
    def available(self) -> Fraction:
        """On hand less allocated."""
        return self.store.quantity - self.allocated

    def note_average(self) -> None:
        """The average follows the store; at zero stock the last one stays."""
        if self.store.quantity:
            self.average = unit_cost(self.store.value / self.store.quantity)


def check_cost(value: Fraction, quantity: Fraction) -> None:
    """What comes in must cost what can be shown."""
    if quantity and (value > MAX_AMOUNT or unit_cost(value / quantity) > MAX_UNIT_COST):
        broken("explosion_too_large")


class Stock:
    """The stock of one entity."""

    def __init__(self) -> None:
        self.items: dict[str, ModelItem] = {}
        self.holdings: dict[str, Holding] = {}
        self.movements: list[ModelMovement] = []

    def add_item(self, item: ModelItem) -> None:
        """An item without stock."""
        self.items[item.id] = item
        self.holdings[item.id] = Holding()

    @property
    def units(self) -> dict[str, str]:
        """The unit of each item."""
        return {item.id: item.uom for item in self.items.values()}

    def known(self, item_id: str) -> ModelItem:
        """An item of the entity; another id is no reference."""
        return self.items.get(item_id) or broken("unknown_reference")

    def usable(self, item_id: str) -> ModelItem:
        """An active item of the entity."""
        item = self.known(item_id)
        return item if item.is_active else broken("inactive_item")

    def issue(
        self, item_id: str, quantity: Fraction, type: str, document: str | None, target: str | None = None
    ) -> Fraction:
        """Store → out, at average value; returns that value."""
        holding = self.holdings[item_id]
        value = holding.store.take(quantity)
        holding.note_average()
        if target == SUBCONTRACTOR:
            holding.away.add(quantity, value)
        self._post(item_id, type, quantity, value, STORE, target, document)
        return value

    def receive(
        self,
        item_id: str,
        quantity: Fraction,
        value: Fraction,
        type: str,
        document: str | None,
        origin: str | None = None,
    ) -> None:
        """→ store at a value that is given."""
        holding = self.holdings[item_id]
        holding.store.add(quantity, value)
        holding.note_average()
        if origin == SUBCONTRACTOR:
            holding.away.add(-quantity, -value)
        self._post(item_id, type, quantity, value, origin, STORE, document)

    def use_up_away(self, item_id: str, quantity: Fraction, value: Fraction, document: str) -> None:
        """Subcontractor → goods."""
        self.holdings[item_id].away.add(-quantity, -value)
        self._post(item_id, "SubcontractConsumption", quantity, value, SUBCONTRACTOR, None, document)

    def reject(self, item_id: str, quantity: Fraction, value: Fraction, document: str) -> None:
        """→ quarantine."""
        self.holdings[item_id].quarantine.add(quantity, value)
        self._post(item_id, "SubcontractReceipt", quantity, value, None, QUARANTINE, document)

    def adjust(self, item_id: str, quantity: Fraction, cost: Number | None) -> ModelMovement:
        """More at a unit cost, by default the average, else the standard cost; less at average value."""
        item = self.usable(item_id)
        holding = self.holdings[item_id]
        if not is_stockable(quantity, item.uom):
            broken("fractional_quantity")
        if quantity < 0:
            if -quantity > holding.available:
                conflict("insufficient_stock")
            self.issue(item_id, -quantity, "Adjustment", None)
            return self.movements[-1]
        value = self._worth(holding, item, quantity, cost)
        if holding.store.quantity + quantity > MAX_QUANTITY or holding.store.value + value > MAX_AMOUNT:
            broken("explosion_too_large")
        self.receive(item_id, quantity, value, "Adjustment", None)
        return self.movements[-1]

    def _worth(self, holding: Holding, item: ModelItem, quantity: Fraction, cost: Number | None) -> Fraction:
        if cost is not None:
            return money(quantity * Fraction(cost))
        if holding.store.quantity:
            return money(holding.store.value * quantity / holding.store.quantity)
        average = holding.average if holding.average is not None else item.standard_cost
        return money(quantity * (average or ZERO))

    def _post(
        self,
        item_id: str,
        type: str,
        quantity: Fraction,
        value: Fraction,
        origin: str | None,
        target: str | None,
        document: str | None,
    ) -> None:
        self.movements.append(ModelMovement(item_id, type, quantity, value, origin, target, document))

    def record(self, item_id: str) -> dict[str, Any]:
        """The members of the item's record that the model knows."""
        item, holding = self.items[item_id], self.holdings[item_id]
        return {
            "id": item.id,
            "ItemCode": item.code,
            "Uom": item.uom,
            "IsActive": item.is_active,
            "TrackInventory": item.is_stocked,
            "StandardCost": item.standard_cost,
            "OnHandQuantity": holding.store.quantity,
            "CurrentStock": holding.store.quantity,
            "AllocatedQuantity": holding.allocated,
            "AvailableQuantity": holding.available,
            "AtSubcontractorQuantity": holding.away.quantity,
            "QuarantineQuantity": holding.quarantine.quantity,
            "StockValue": holding.store.value,
            "AverageUnitCost": holding.average,
        }
