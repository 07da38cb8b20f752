"""Completed orders as narrow rows, so that a report adds up a year without reading its documents."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, exists, func, or_, select, tuple_

from mock_server.manufacturing.reports import (
    RATIOS,
    CompletedOrder,
    MonthOfItem,
    Page,
    Period,
    Place,
    ProductionFigures,
    ProductionSums,
    ProductSums,
)
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.storage.database import Row, Session, Statement
from mock_server.storage.dialects import upsert
from mock_server.storage.documents import Context
from mock_server.storage.rows.stock import scaled
from mock_server.storage.rows.work_orders import WORK_ORDERS
from mock_server.storage.tables import (
    AMOUNT_SCALE,
    QUANTITY_SCALE,
    by_products_made,
    completed_orders,
    movements,
)
from mock_server.storage.tenancy import Tenant
from mock_server.wire import instant

_FIGURES = {
    each.name: QUANTITY_SCALE if each.name.endswith(("_quantity", "_minutes")) else AMOUNT_SCALE
    for each in fields(ProductionFigures)
}


_CREDITS = {"expected_credit": AMOUNT_SCALE, "credit": AMOUNT_SCALE}


def _put(table: Table, *key: str) -> Statement:
    names = [column.name for column in table.c if column.name != "row"]
    return Statement(
        upsert(
            table,
            {name: bindparam(name) for name in names},
            on=key,
            change=lambda new: {name: new[name] for name in names if name not in key},
        )
    )


_PUT_ORDER = _put(completed_orders, "tenant", "order_id")
_PUT_PRODUCT = _put(by_products_made, "tenant", "order_id", "line")


class ProductionRows:
    """What reports know of the production of one entity."""

    def __init__(self, context: Context) -> None:
        self._session = context.session
        self._tenant = context.tenant

    def add(self, completed: CompletedOrder) -> None:
        """Writes the rows of a completed order; doing it again changes nothing."""
        common = {
            "tenant": self._tenant.key,
            "order_id": completed.order_id,
            "completed_on": completed.posting_date.isoformat(),
            "place": f"{instant(completed.completed_at)} {completed.order_number}",
            "item_id": completed.item_ref_id,
        }
        heading = {"item_code": completed.item_code, "uom": completed.uom}
        self._session.run(_PUT_ORDER, {**common, **heading, **scaled(completed.figures, _FIGURES)})
        for line, product in enumerate(completed.products, 1):
            values = {"line": line, "product_id": product.item_ref_id, **scaled(product, _CREDITS)}
            self._session.run(_PUT_PRODUCT, {**common, **values})

    def within(self, period: Period, item_ref_id: str | None) -> SqlProductionLog:
        """The orders of a period, and of one item where it is given."""
        return SqlProductionLog(self._session, self._tenant, period, item_ref_id)


def _within(table: Table, by_item: bool) -> list[ColumnElement[bool]]:
    """The rows of an entity and a period, and of an item as main output or by-product."""
    found: list[ColumnElement[bool]] = [
        table.c.tenant == bindparam("tenant"),
        table.c.completed_on >= bindparam("start"),
        table.c.completed_on <= bindparam("end"),
    ]
    if by_item:
        item: ColumnElement[bool] = table.c.item_id == bindparam("item")
        found.append(or_(item, table.c.product_id == bindparam("item")) if "product_id" in table.c else item)
    return found


@cache
def _page(table: Table, by_item: bool) -> Statement:
    keys = (table.c.place, table.c.line) if "line" in table.c else (table.c.place,)
    after = tuple_(*keys) > tuple_(*(bindparam(key.name) for key in keys))
    query = select(table.c.order_id, *keys).where(*_within(table, by_item), after)
    return Statement(query.order_by(*keys).limit(bindparam("size")))


_orders = completed_orders.c
_SUMS = (
    func.count(),
    *(func.coalesce(func.sum(_orders[name]), 0) for name in _FIGURES),
    *(func.count(_orders[name]) for name in RATIOS),
)
_MONTH = func.substr(_orders.completed_on, 1, 7)


@cache
def _sums(by_item: bool) -> Statement:
    return Statement(select(*_SUMS).where(*_within(completed_orders, by_item)))


@cache
def _months(by_item: bool) -> Statement:
    heading = (_orders.item_id, func.min(_orders.item_code), func.min(_orders.uom), _MONTH)
    query = select(*heading, *_SUMS).where(*_within(completed_orders, by_item))
    return Statement(query.group_by(_orders.item_id, _MONTH))


@cache
def _product_sums(by_item: bool) -> Statement:
    made = by_products_made.c
    sums = (func.coalesce(func.sum(column), 0) for column in (made.expected_credit, made.credit))
    return Statement(select(func.count(), *sums).where(*_within(by_products_made, by_item)))


class SqlProductionLog:
    """The completed orders of one entity and period, and of one item where it is given."""

    def __init__(self, session: Session, tenant: Tenant, period: Period, item_ref_id: str | None) -> None:
        self._session = session
        self._tenant = tenant
        self._by_item = item_ref_id is not None
        self._values: dict[str, Any] = {
            "tenant": tenant.key,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
        }
        if item_ref_id is not None:
            self._values["item"] = item_ref_id

    def orders(self, after: Place, limit: int) -> Page[WorkOrder]:
        """Orders that made the item."""
        rows, is_last = self._rows(completed_orders, {"place": after.order}, limit)
        end = None if is_last else Place(rows[-1][1])
        return Page([self._order(row[0]) for row in rows], end)

    def products(self, after: Place, limit: int) -> Page[tuple[WorkOrder, int]]:
        """By-products of the orders that made the item, and the item as one."""
        rows, is_last = self._rows(by_products_made, {"place": after.order, "line": after.line}, limit)
        orders = {row[0]: self._order(row[0]) for row in rows}
        found = [(orders[row[0]], row[2] - 1) for row in rows]
        return Page(found, None if is_last else Place(rows[-1][1], rows[-1][2]))

    def sums(self) -> ProductionSums:
        """Over all orders that made the item."""
        row = self._session.one(_sums(self._by_item), self._values)
        assert row is not None
        return _read(row)

    def product_sums(self) -> ProductSums:
        """Over all by-products that `products` finds."""
        row = self._session.one(_product_sums(self._by_item), self._values)
        assert row is not None
        expected, credit = (Decimal(cents).scaleb(-AMOUNT_SCALE) for cents in row[1:])
        return ProductSums(row[0], expected, credit)

    def months(self) -> list[MonthOfItem]:
        """The sums by item and month."""
        rows = self._session.all(_months(self._by_item), self._values)
        return [MonthOfItem(row[0], row[1], row[2], row[3], _read(row[4:])) for row in rows]

    def _rows(self, table: Table, after: dict[str, Any], limit: int) -> tuple[list[Row], bool]:
        values = {**self._values, **after, "size": limit + 1}
        rows = self._session.all(_page(table, self._by_item), values)
        return rows[:limit], len(rows) <= limit

    def _order(self, order_id: str) -> WorkOrder:
        order = WORK_ORDERS.get(self._session, self._tenant, order_id)
        assert order is not None
        return order


def _read(row: Row) -> ProductionSums:
    count, ends = row[0], 1 + len(_FIGURES)
    figures = (
        Decimal(total).scaleb(-places) for total, places in zip(row[1:ends], _FIGURES.values(), strict=True)
    )
    return ProductionSums(count, ProductionFigures(*figures), dict(zip(RATIOS, row[ends:], strict=True)))


_UNMOVED = Statement(
    select(
        _orders.place,
        _orders.order_id,
        ~exists().where(movements.c.tenant == _orders.tenant, movements.c.document_id == _orders.order_id),
    )
    .where(*_within(completed_orders, False), _orders.place > bindparam("place"))
    .order_by(_orders.place)
    .limit(bindparam("size"))
)


def unmoved_orders(
    session: Session, tenant: Tenant, period: tuple[date, date], after: str, limit: int
) -> tuple[list[tuple[str, str, bool]], bool]:
    """Completed orders of a period behind a place: place, id, and whether none of their stock moved.

    So many of them at most, and whether more follow.
    """
    start, end = period
    values = {
        "tenant": tenant.key,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "place": after,
        "size": limit + 1,
    }
    rows = [(row[0], row[1], bool(row[2])) for row in session.all(_UNMOVED, values)]
    return rows[:limit], len(rows) > limit
