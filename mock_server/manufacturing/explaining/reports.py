"""Reports on figures: the orders of a period worked out again, and what the reports make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any, NamedTuple

from mock_server.manufacturing.explaining.figure import Source, leaf
from mock_server.manufacturing.explaining.formulas import ExplainedLookup
from mock_server.manufacturing.explaining.measures import measure
from mock_server.manufacturing.explaining.rebinding import explained
from mock_server.manufacturing.explaining.words import words_of
from mock_server.manufacturing.explaining.work_orders import explained_work_order
from mock_server.manufacturing.reports import (
    RATIOS,
    Build,
    MonthOfItem,
    Page,
    Place,
    ProductionFigures,
    ProductionLog,
    ProductionSums,
    ProductSums,
    Report,
    expected_credit,
    figures_of,
    posting_date,
    products_of,
)
from mock_server.manufacturing.work_orders import WorkOrder

# Orders of a sum that are worked out again, with so many materials at most; of more each stands with its
# own figure, and of very many their sum alone.
MOST_EXPLAINED = 20
MOST_MATERIALS = 500
MOST_SHOWN = 200


def explained_report(
    build: Build, log: ProductionLog, lookup: ExplainedLookup, row: int | None
) -> Report[Any, Any]:
    """The report as far as this row, which knows how its figures came about; without a row its totals do."""
    explained_log: Any = _Log(log, lookup, row)
    return explained(build)(explained_log, Place(), 1 if row is None else row + 1)


class _Order(NamedTuple):
    """A completed order with its figures."""

    order: WorkOrder
    figures: ProductionFigures


class _Log:
    """The completed orders of a period on figures."""

    def __init__(self, log: ProductionLog, lookup: ExplainedLookup, row: int | None) -> None:
        self._log = log
        self._lookup = lookup
        self._row = row
        self._all: list[_Order] | None = None
        self._is_read = False

    def orders(self, after: Place, limit: int) -> Page[WorkOrder]:
        """Orders that made the item."""
        page = self._log.orders(after, limit)
        rows = [
            explained_work_order(self._lookup, order) if place == self._row else order
            for place, order in enumerate(page.rows)
        ]
        return Page(rows, page.end)

    def products(self, after: Place, limit: int) -> Page[tuple[WorkOrder, int]]:
        """By-products by place in their order."""
        page = self._log.products(after, limit)
        rows = [
            (explained_work_order(self._lookup, order) if place == self._row else order, line)
            for place, (order, line) in enumerate(page.rows)
        ]
        return Page(rows, page.end)

    def sums(self) -> ProductionSums:
        """Over all orders that made the item."""
        if self._row is not None:
            return self._log.sums()
        found = self._orders()
        return self._as_leaves(self._log.sums(), "") if found is None else _summed(found)

    def product_sums(self) -> ProductSums:
        """Over all by-products that the report has rows of."""
        own, currency = self._log.product_sums(), measure(self._lookup.currency)
        if self._row is not None:
            return own
        page = self._log.products(Place(), MOST_SHOWN)
        if page.end is not None:
            words = f"over {own.row_count} by-products"
            return ProductSums(
                own.row_count,
                leaf(own.expected_credit, f"Expected credit {words}", currency),  # type: ignore[arg-type]
                leaf(own.credit, f"Credit {words}", currency),  # type: ignore[arg-type]
            )
        known: dict[str, WorkOrder] = {}
        for order, _ in page.rows:
            if order.id not in known:
                known[order.id] = explained_work_order(self._lookup, order)
        rows = [(known[order.id], products_of(known[order.id])[place]) for order, place in page.rows]
        expected = [explained(expected_credit)(order, product) for order, product in rows]
        credits = [product.actual_credit for _, product in rows if product.actual_credit is not None]
        return ProductSums(own.row_count, sum(expected, Decimal(0)), sum(credits, Decimal(0)))

    def months(self) -> Sequence[MonthOfItem]:
        """The sums by item and month."""
        if self._row is None:
            return self._log.months()
        months, found = self._log.months(), self._orders()
        if found is None:
            return [
                each._replace(sums=self._as_leaves(each.sums, f" of {each.item_code} in {each.month}"))
                for each in months
            ]
        return [
            each._replace(
                sums=_summed(
                    order
                    for order in found
                    if order.order.item_ref_id == each.item_ref_id
                    and posting_date(order.order).isoformat().startswith(each.month)
                )
            )
            for each in months
        ]

    def _orders(self) -> list[_Order] | None:
        """All orders of the period, each once; none where they are too many to be shown."""
        if not self._is_read:
            self._is_read = True
            page = self._log.orders(Place(), MOST_SHOWN)
            if page.end is None:
                materials = sum(len(order.materials) for order in page.rows)
                is_deep = len(page.rows) <= MOST_EXPLAINED and materials <= MOST_MATERIALS
                self._all = [self._of(order, is_deep) for order in page.rows]
        return self._all

    def _of(self, order: WorkOrder, is_deep: bool) -> _Order:
        if is_deep:
            order = explained_work_order(self._lookup, order)
            figures = explained(figures_of)(order)
        else:
            source = Source("work_order", order.id, order.number, order.revision)
            figures = _leaves(figures_of(order), f" of {order.number}", self._lookup.currency, source)
        return _Order(order, figures)

    def _as_leaves(self, sums: ProductionSums, of_what: str) -> ProductionSums:
        words = f"{of_what}, over {sums.order_count} orders"
        figures = _leaves(sums.figures, words, self._lookup.currency, None)
        made: ProductionSums = explained(ProductionSums)(sums.order_count, figures, sums.known)
        return made


def _leaves(figures: ProductionFigures, of_what: str, currency: str, source: Source | None) -> Any:
    values = {}
    for each in fields(figures):
        value = getattr(figures, each.name)
        words = words_of("ProductionFigures", each.name) + of_what
        values[each.name] = (
            None if value is None else leaf(value, words, _measure(each.name, currency), source)
        )
    return ProductionFigures(**values)  # type: ignore[arg-type]


def _measure(name: str, currency: str) -> Any:
    if name.endswith("_minutes"):
        return measure("min")
    if name.endswith("_hours"):
        return measure("h")
    is_ratio = name.endswith(("_percent", "_quantity", "_full"))
    return measure("" if is_ratio else currency)


def _summed(orders: Iterable[_Order]) -> ProductionSums:
    """Sums over orders; a ratio that an order lacks is left out, and counted."""
    found = [each.figures for each in orders]
    values: dict[str, Any] = {}
    for each in fields(ProductionFigures):
        known = [value for figures in found if (value := getattr(figures, each.name)) is not None]
        values[each.name] = sum(known, Decimal(0))
    counts = {name: sum(getattr(figures, name) is not None for figures in found) for name in RATIOS}
    make: Callable[..., Any] = explained(ProductionSums)
    made: ProductionSums = make(len(found), ProductionFigures(**values), counts)
    return made
