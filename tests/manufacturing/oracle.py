"""The rules of explosion and cost once more, as plain recursion: slow, short and independent."""

from __future__ import annotations

from fractions import Fraction

from mock_server.manufacturing.formulas import Bom, BomLine
from tests.manufacturing.book import MemoryBook


def made_by(book: MemoryBook, line: BomLine) -> Bom | None:
    return book.boms.get(line.sub_bom_ref_id) if line.sub_bom_ref_id else book.boms.active(line.item_ref_id)


def need(bom: Bom, line: BomLine, quantity: Fraction) -> Fraction:
    stock = Fraction(line.quantity) * Fraction(line.conversion_factor)
    stock *= 1 + Fraction(line.wastage_percent) / 100
    return stock if line.is_fixed_quantity else quantity / Fraction(bom.output_quantity) * stock


def needs(book: MemoryBook, bom: Bom, quantity: Fraction) -> list[tuple[str, Bom | None, Fraction]]:
    """Item, BOM that makes it, and need of every line."""
    return [(line.item_ref_id, made_by(book, line), need(bom, line, quantity)) for line in bom.lines]


def explode(book: MemoryBook, bom: Bom, quantity: Fraction, *, full: bool) -> dict[str, Fraction]:
    """Opens phantoms always and sub-assemblies when asked, line by line."""
    totals: dict[str, Fraction] = {}
    for item_id, sub, amount in needs(book, bom, quantity):
        is_opened = sub is not None and (full or sub.is_phantom)
        below = explode(book, sub, amount, full=full) if is_opened and sub else {item_id: amount}
        for key, value in below.items():
            totals[key] = totals.get(key, Fraction(0)) + value
    return totals


def conversion(bom: Bom, quantity: Fraction) -> Fraction:
    """Labour, overhead and service of one order, less fixed-rate credits."""
    labour = sum(
        (Fraction(step.setup_minutes) + Fraction(step.run_minutes_per_unit) * quantity)
        / 60
        * Fraction(step.cost_per_hour)
        for step in bom.operations
    )
    cost = labour * (1 + Fraction(bom.overhead_percent) / 100)
    cost += Fraction(bom.other_overhead) * quantity / Fraction(bom.output_quantity)
    cost += Fraction(bom.service_cost_per_unit) * quantity
    for product in bom.by_products:
        if product.cost_method == "FixedRate":
            made = Fraction(product.quantity) * quantity / Fraction(bom.output_quantity)
            cost -= made * Fraction(product.rate or 0)
    return Fraction(cost)


def order_cost(book: MemoryBook, bom: Bom, quantity: Fraction) -> Fraction:
    """Exact cost of one order: phantoms are made within it, other sub-assemblies come at their unit cost."""
    cost = conversion(bom, quantity)
    for item_id, sub, amount in needs(book, bom, quantity):
        if sub is None:
            cost += amount * Fraction(book.items[item_id].standard_cost or 0)
        elif sub.is_phantom:
            cost += order_cost(book, sub, amount)
        else:
            cost += amount * unit_cost(book, sub)
    shares = [
        Fraction(product.cost_share_percent or 0) / 100
        for product in bom.by_products
        if product.cost_method == "CostSharePercent"
    ]
    return cost * (1 - sum(shares, Fraction(0)))


def unit_cost(book: MemoryBook, bom: Bom) -> Fraction:
    return order_cost(book, bom, Fraction(bom.output_quantity)) / Fraction(bom.output_quantity)


def levels(book: MemoryBook, bom: Bom) -> int:
    subs = [sub for line in bom.lines if (sub := made_by(book, line)) is not None]
    return 1 + max((levels(book, sub) for sub in subs), default=0)
