"""Draft orders that follow what others write: they are moved by one statement a kind (DEC-21)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Table,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    update,
)

from mock_server.manufacturing.formulas import Moved
from mock_server.storage.database import Statement
from mock_server.storage.dialects import among, later, listed
from mock_server.storage.documents import Context
from mock_server.storage.tables import boms, formula_lines, subcontract_orders, work_orders
from mock_server.wire import instant

_LINE, _BOM = formula_lines.c, boms.c


def _ids(name: str) -> BindParameter[Any]:
    return bindparam(name)


def _above(source: str) -> CTE:
    """Formulas with a line of the items, or one that pins the BOMs; and those above the phantoms of them."""
    tenant = _LINE.tenant == bindparam("tenant_key")
    of_item = select(_LINE.formula_id.label("id")).where(tenant, among(_LINE.item_id, _ids(source)))
    is_pin = _LINE.sub_bom_id != literal_column("''")
    of_pin = select(_LINE.formula_id).where(tenant, is_pin, among(_LINE.sub_bom_id, _ids(source)))
    direct = of_item.union(of_pin).subquery("direct")
    found = select(direct.c.id).cte(f"above_{source}", recursive=True)
    opens = or_(
        and_(is_pin, _LINE.sub_bom_id == _BOM.id),
        and_(~is_pin, _LINE.item_id == _BOM.item_id, _BOM.status == literal_column("'Active'")),
    )
    through = (
        select(_LINE.formula_id)
        .select_from(found)
        .join(boms, and_(_BOM.tenant == bindparam("tenant_key"), _BOM.id == found.c.id))
        .join(formula_lines, and_(tenant, opens))
        .where(_BOM.type == literal_column("'Phantom'"))
    )
    return found.union(through)


def _move(table: Table, shows: ColumnElement[bool]) -> Statement:
    return Statement(
        update(table)
        .where(
            table.c.tenant == bindparam("tenant_key"),
            table.c.status == literal_column("'Draft'"),
            shows,
        )
        .values(
            updated_at=later(table.c.updated_at, bindparam("now")), moves=table.c.moves + literal_column("1")
        )
    )


def _work_orders() -> Statement:
    table, above = work_orders.c, select(_above("costs").c.id)
    return _move(
        work_orders,
        or_(
            among(table.bom_id, _ids("formulas")),
            among(table.recipe_id, _ids("formulas")),
            among(table.item_id, _ids("outputs")),
            table.bom_id.in_(above),
            table.recipe_id.in_(above),
        ),
    )


def _subcontract_orders() -> Statement:
    bom = subcontract_orders.c.bom_id
    above = select(_above("contents").c.id)
    return _move(subcontract_orders, or_(among(bom, _ids("needs")), bom.in_(above)))


_WORK_ORDERS = _work_orders()
_SUBCONTRACT_ORDERS = _subcontract_orders()


def move_drafts(context: Context, moved: Moved) -> None:
    """Moves the orders that show any of it; what they show is worked out at read."""
    values = {"tenant_key": context.tenant.key, "now": instant(context.now)}
    if moved:
        costs = {
            "costs": listed(sorted(moved.costs | moved.contents)),
            "formulas": listed(sorted(moved.formulas)),
            "outputs": listed(sorted(moved.outputs)),
        }
        context.session.run(_WORK_ORDERS, {**values, **costs})
    if moved.needs or moved.contents:
        needs = {"needs": listed(sorted(moved.needs)), "contents": listed(sorted(moved.contents))}
        context.session.run(_SUBCONTRACT_ORDERS, {**values, **needs})
