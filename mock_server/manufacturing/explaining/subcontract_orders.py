"""Subcontract orders on figures: postings as leaves, and what the goods cost worked out from these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mock_server.manufacturing.decimals import ZERO
from mock_server.manufacturing.explaining.figure import Source, leaf
from mock_server.manufacturing.explaining.formulas import ExplainedLookup
from mock_server.manufacturing.explaining.leaves import label, leaves
from mock_server.manufacturing.explaining.measures import measure
from mock_server.manufacturing.explaining.rebinding import explained
from mock_server.manufacturing.stock import Movement, MovementType
from mock_server.manufacturing.subcontract_orders import (
    MaterialMoved,
    SubcontractCost,
    SubcontractMaterial,
    SubcontractOrder,
    SubcontractReceipt,
    add_to_cost,
    cost_of_receipt,
    needs_now,
)


def explained_subcontract_order(
    lookup: ExplainedLookup, order: SubcontractOrder, movements: Iterable[Movement] | None
) -> SubcontractOrder:
    """A copy of the order whose figures know how they came about.

    `movements` are those of the order, as they were posted: each receipt has used the next of them, and what
    is left was lost at completion. Without them what the order says of its postings stands for itself.
    """
    explained_order = _Told if movements is None else _Explained
    return explained_order(lookup, order, list(movements or ())).worked_out()


class _Explained:
    """An order with its movements."""

    def __init__(
        self, lookup: ExplainedLookup, order: SubcontractOrder, movements: Sequence[Movement]
    ) -> None:
        self._lookup = lookup
        self._order = order
        self._currency = lookup.currency
        self._source = Source("subcontract_order", order.id, order.number, order.revision)
        self._movements = {
            kind: iter([each for each in movements if each.type == kind]) for kind in MovementType
        }

    def worked_out(self) -> SubcontractOrder:
        """The order, as its postings have made it."""
        order = self._order
        copy = leaves(
            order,
            self._source,
            "",
            {
                "ordered_quantity": ("Ordered quantity", order.uom),
                "accepted_quantity": ("Accepted quantity", order.uom),
                "rejected_quantity": ("Rejected quantity", order.uom),
                "pending_quantity": ("Pending quantity", order.uom),
                "rate_per_unit": ("Rate of the job work", f"{self._currency}/{order.uom}"),
            },
        )
        if not order.is_frozen:
            _, needed = explained(needs_now)(self._lookup, copy)
            copy.materials = needed.materials
            return copy
        copy.challans = [
            replace(
                challan,
                lines=[
                    leaves(
                        line,
                        self._source,
                        f"/Challans/{place}/Lines/{row}",
                        {"value": (f"Value of {line.item_code} on {challan.challan_number}", self._currency)},
                    )
                    for row, line in enumerate(challan.lines)
                ],
            )
            for place, challan in enumerate(order.challans)
        ]
        cost: Any = SubcontractCost()
        accepted: Any = ZERO
        copy.receipts = []
        for place, receipt in enumerate(order.receipts):
            shown, cost, accepted = self._receipt(copy, place, receipt, cost, accepted)
            copy.receipts.append(shown)
        copy.returns = [
            replace(
                each,
                materials=self._moved(each.materials, MovementType.SUBCONTRACT_RETURN, f"/Returns/{place}"),
            )
            for place, each in enumerate(order.returns)
        ]
        lost = list(self._losses())
        loss: Any = sum((each.value for each in lost), ZERO)
        copy.cost = replace(cost, loss=loss)
        copy.materials = [self._material(copy, each, lost) for each in order.materials]
        label(copy.cost)
        return copy

    def _receipt(
        self, order: SubcontractOrder, place: int, receipt: SubcontractReceipt, before: Any, so_far: Any
    ) -> tuple[SubcontractReceipt, Any, Any]:
        uom, at = self._order.uom, f"/Receipts/{place}"
        shown = leaves(
            receipt,
            self._source,
            at,
            {
                "accepted_quantity": (f"Accepted on {receipt.receipt_date}", uom),
                "rejected_quantity": (f"Rejected on {receipt.receipt_date}", uom),
                "additional_cost": (f"Additional cost of {receipt.receipt_date}", self._currency),
            },
        )
        shown.materials = self._moved(receipt.materials, MovementType.SUBCONTRACT_CONSUMPTION, at)
        accepted = shown.accepted_quantity
        material: Any = sum((each.value for each in shown.materials), ZERO)
        cost = explained(cost_of_receipt)(
            order, material, accepted, shown.rejected_quantity, shown.additional_cost
        )
        shown.material_cost, shown.service_cost = cost.material, cost.service
        shown.rejected_material_cost, shown.unit_cost = cost.rejected_material, cost.unit
        label(shown, f"{{}} of the receipt of {receipt.receipt_date}")
        so_far = so_far + accepted
        return shown, explained(add_to_cost)(before, cost, so_far), so_far

    def _moved(self, lines: Sequence[MaterialMoved], kind: MovementType, at: str) -> list[MaterialMoved]:
        """What was moved, each value that of the next movement of the kind."""
        return [replace(line, value=self._value(next(self._movements[kind]))) for line in lines]

    def _losses(self) -> Iterator[MaterialMoved]:
        for movement in self._movements[MovementType.SUBCONTRACT_CONSUMPTION]:
            value = self._value(movement)
            yield MaterialMoved(movement.item_ref_id, movement.item_code, movement.quantity, value)

    def _value(self, movement: Movement) -> Decimal:
        words = f"Value of {movement.item_code}, at what it was issued at"
        value: Any = leaf(movement.value, words, measure(self._currency), Source("movement", movement.id))
        found: Decimal = value
        return found

    def _material(
        self, order: SubcontractOrder, material: SubcontractMaterial, lost: Sequence[MaterialMoved]
    ) -> SubcontractMaterial:
        """The material, with what its balance is worth: issued, less all that has left it."""
        issued = [line for challan in order.challans for line in challan.lines]
        gone = [line for receipt in order.receipts for line in receipt.materials]
        gone += [line for returned in order.returns for line in returned.materials]
        value: Any = sum((each.value for each in issued if _is_of(each, material)), ZERO)
        for each in (*gone, *lost):
            if _is_of(each, material):
                value = value - each.value
        copy = replace(material, balance_value=value)
        label(copy, f"{{}} of {material.item_code}")
        return copy


class _Told(_Explained):
    """An order of too many movements, by what it says of them itself."""

    def _moved(self, lines: Sequence[MaterialMoved], kind: MovementType, at: str) -> list[MaterialMoved]:
        """What was moved, each value where the order has it."""
        return [
            leaves(
                line,
                self._source,
                f"{at}/Materials/{place}",
                {"value": (f"Value of {line.item_code}, at what it was issued at", self._currency)},
            )
            for place, line in enumerate(lines)
        ]

    def _losses(self) -> Iterator[MaterialMoved]:
        """Losses by item are known by their movements alone; the sum of them stands in the cost."""
        return iter(())

    def worked_out(self) -> SubcontractOrder:
        """The order, with its loss and balances as leaves."""
        copy, own = super().worked_out(), self._order
        if own.is_frozen:
            labels = {"loss": ("Material lost", self._currency)}
            copy.cost = replace(copy.cost, loss=leaves(own.cost, self._source, "/Cost", labels).loss)
            copy.materials = [
                leaves(
                    each,
                    self._source,
                    f"/Materials/{place}",
                    {"balance_value": (f"Value of {each.item_code} at the subcontractor", self._currency)},
                )
                for place, each in enumerate(own.materials)
            ]
        return copy


def _is_of(line: Any, material: SubcontractMaterial) -> bool:
    return bool(line.item_ref_id == material.item_ref_id)
