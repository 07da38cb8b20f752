"""Released work orders on figures: what was frozen, moved and stated as leaves, all else worked out."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from mock_server.manufacturing.explaining import arithmetic
from mock_server.manufacturing.explaining.figure import Figure, Source, leaf
from mock_server.manufacturing.explaining.leaves import kept, leaves
from mock_server.manufacturing.explaining.measures import RATIO, measure
from mock_server.manufacturing.explaining.postings import posted
from mock_server.manufacturing.explaining.rebinding import explained
from mock_server.manufacturing.formulas import FIXED_RATE, order_needs
from mock_server.manufacturing.stock import MovementType
from mock_server.manufacturing.work_orders import (
    Gross,
    Hours,
    SnapshotWork,
    WorkOrder,
    WorkOrderByProduct,
    WorkOrderMaterial,
    WorkOrderSnapshot,
    WorkOrderStatus,
    at_rate,
    labour,
    planned_cost,
    settle,
    shown_movements,
    unit_of,
    work_done,
)

_FROZEN = "Digits of exact rates that the order does not keep"


def quantities(order: WorkOrder) -> WorkOrder:
    """A copy of the order with the quantities of its head as leaves."""
    names = ("planned", "started", "completed", "scrapped")
    labels = {f"{name}_quantity": (f"{name.capitalize()} quantity", order.uom) for name in names}
    return leaves(order, source_of_order(order), "", labels)


def source_of_order(order: WorkOrder) -> Source:
    return Source("work_order", order.id, order.number, order.revision)


class Frozen:
    """An order that was released, with the snapshot of its formula."""

    def __init__(self, order: WorkOrder, snapshot: WorkOrderSnapshot, currency: str) -> None:
        self._order = order
        self._currency = currency
        self._source = source_of_order(order)
        self._snapshot = self._snapshot_leaves(snapshot)

    def worked_out(self) -> WorkOrder:
        """The order with its planned cost, and where it is Completed all that came of it."""
        order = self._order
        copy = quantities(order)
        is_completed = order.status == WorkOrderStatus.COMPLETED
        copy.materials = [
            self._material(place, material, is_completed) for place, material in enumerate(order.materials)
        ]
        copy.operations = [
            leaves(
                each,
                self._source,
                f"/Operations/{place}",
                {
                    "planned_minutes": (f"Planned minutes of {each.name}", "min"),
                    "actual_minutes": (f"Actual minutes of {each.name}", "min"),
                    "cost_per_hour": (f"Standard hourly rate of {each.name}", f"{self._currency}/h"),
                    "actual_cost_per_hour": (f"Actual hourly rate of {each.name}", f"{self._currency}/h"),
                },
            )
            for place, each in enumerate(order.operations)
        ]
        copy.by_products = [self._by_product(place, each) for place, each in enumerate(order.by_products)]
        self._plan(copy)
        if is_completed:
            explained(settle)(copy, self._snapshot, explained(work_done)(copy, self._snapshot))
            copy.snapshot = self._snapshot
            copy.stock_movements = list(explained(shown_movements)(copy, posted(copy, order)))
        return copy

    def _snapshot_leaves(self, snapshot: WorkOrderSnapshot) -> Any:
        """The frozen formula, exact; its fractions are read where the rules would read them."""
        source = replace(self._source, pointer="/snapshot")
        operations = {each.sequence: each.name for each in self._order.operations}

        def frozen(text: str, words: str, unit: str) -> Figure:
            return leaf(Fraction(text), f"{words}, frozen at release", measure(unit), source)

        work: list[Any] = [
            SnapshotWork(
                each.sequence,
                frozen(each.setup_minutes, f"Set-up minutes of {operations[each.sequence]}", "min"),  # type: ignore[arg-type]
                frozen(each.run_minutes, f"Run minutes of {operations[each.sequence]}", "min"),  # type: ignore[arg-type]
                leaf(each.overhead_percent, "Overhead in percent of labour", RATIO, source),  # type: ignore[arg-type]
            )
            for each in snapshot.work
        ]
        shares: list[Any] = [
            frozen(share, f"Share of {product.item_code} in the cost", "") if Fraction(share) else Fraction(0)
            for share, product in zip(snapshot.shares, self._order.by_products, strict=True)
        ]
        other: Any = frozen(snapshot.other_overhead, "Other overhead of the planned quantity", self._currency)
        return replace(snapshot, other_overhead=other, shares=shares, work=work)

    def _material(self, place: int, material: WorkOrderMaterial, is_completed: bool) -> WorkOrderMaterial:
        code, at = material.item_code, f"/Materials/{place}"
        copy: Any = leaves(
            material,
            self._source,
            at,
            {
                "required_quantity": (f"Required quantity of {code}", material.uom),
                "consumed_quantity": (f"Consumed quantity of {code}", material.uom),
                "standard_unit_cost": (
                    f"Standard cost of one {material.uom} of {code}",
                    f"{self._currency}/{material.uom}",
                ),
            },
        )
        if not is_completed:
            source = replace(self._source, pointer=f"{at}/Cost")
            cost = explained(at_rate)(copy.required_quantity, copy.standard_unit_cost)
            copy.cost = kept(cost, material.cost, _FROZEN, source)
            copy.unit_cost = copy.standard_unit_cost
        elif material.consumed_quantity:
            movement = next(
                each.id
                for each in self._order.stock_movements
                if each.item_ref_id == material.item_ref_id
                and each.type == MovementType.PRODUCTION_CONSUMPTION
            )
            words = f"Value of the {code} consumed, at moving average"
            copy.cost = leaf(material.cost, words, measure(self._currency), Source("movement", movement))
            copy.unit_cost = explained(unit_of)(copy.cost, copy.consumed_quantity)
        else:
            copy.cost = leaf(
                0, f"Value of the {code} consumed, which is none", measure(self._currency), self._source
            )
            copy.unit_cost = copy.standard_unit_cost
        found: WorkOrderMaterial = copy
        return found

    def _by_product(self, place: int, product: WorkOrderByProduct) -> WorkOrderByProduct:
        code = product.item_code
        per_unit = f"{self._currency}/{product.uom}"
        return leaves(
            product,
            self._source,
            f"/ByProducts/{place}",
            {
                "rate": (f"Rate of {code}", per_unit),
                "cost_share_percent": (f"Share of {code} in the cost", ""),
                "sales_price": (f"Sales price of {code}", per_unit),
                "expected_quantity": (f"Expected quantity of {code}", product.uom),
                "actual_quantity": (f"Actual quantity of {code}", product.uom),
            },
        )

    def _plan(self, copy: WorkOrder) -> None:
        """Works the planned cost out from what was frozen."""
        order, snapshot = self._order, self._snapshot
        material: Any = sum(
            (each.required_quantity * each.standard_unit_cost for each in copy.materials), Fraction(0)
        )
        if isinstance(material, Figure):
            source = replace(self._source, pointer="/PlannedCost/Material")
            material = kept(arithmetic.amount(material), order.planned_cost.material, _FROZEN, source).named(
                "Material at standard"
            )
        hours = []
        for operation, each in zip(copy.operations, snapshot.work, strict=True):
            minutes = each.setup_minutes + each.run_minutes
            minutes.named(f"Planned minutes of {operation.name}")
            hours.append(Hours(minutes, operation.cost_per_hour, each.overhead_percent))
        gross = explained(Gross)(material, *explained(labour)(hours), snapshot.other_overhead)
        outputs: list[Any] = [
            _output(product, share) for product, share in zip(copy.by_products, snapshot.shares, strict=True)
        ]
        planned, copy.by_products = explained(planned_cost)(
            order.number, gross, copy.by_products, outputs, copy.planned_quantity
        )
        copy.planned_cost = self._kept(planned, order.planned_cost, "/PlannedCost")
        for place, (product, own) in enumerate(zip(copy.by_products, order.by_products, strict=True)):
            source = replace(self._source, pointer=f"/ByProducts/{place}/ExpectedCredit")
            product.expected_credit = kept(product.expected_credit, own.expected_credit, _FROZEN, source)

    def _kept(self, worked_out: Any, own: Any, at: str) -> Any:
        """What was worked out, each figure with what the order has kept of it otherwise."""
        values = {}
        for each in fields(own):
            wire = "".join(part.capitalize() for part in each.name.split("_"))
            source = replace(self._source, pointer=f"{at}/{wire}")
            values[each.name] = kept(getattr(worked_out, each.name), getattr(own, each.name), _FROZEN, source)
        return type(own)(**values)


def _output(product: WorkOrderByProduct, share: Any) -> order_needs.SideOutput:
    """A by-product as planning sees it, by what the order has frozen of it."""
    fixed: Any = Fraction(0)
    if product.cost_method == FIXED_RATE and product.rate is not None:
        fixed = product.expected_quantity * product.rate
    expected: Any = product.expected_quantity
    return order_needs.SideOutput(
        product.item_ref_id,
        product.item_code,
        product.uom,
        product.kind,
        product.cost_method,
        product.rate,
        product.cost_share_percent,
        product.sales_price,
        expected,
        fixed,
        share,
    )
