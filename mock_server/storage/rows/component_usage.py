"""Which components BOMs use most, ranked by the database."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, case, func, literal_column, select

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import boms, formula_lines, items
from mock_server.storage.tenancy import Tenant


class ComponentUsage(NamedTuple):
    """How often a component is used: Active BOMs, all unarchived BOMs, and lines of these."""

    item_ref_id: str
    item_code: str
    active_boms: int
    boms: int
    lines: int


# From an index: to read the state from its row would be to read past the body.
_IS_ACTIVE = formula_lines.c.formula_seq.in_(
    select(boms.c.seq).where(
        boms.c.tenant == bindparam("tenant"), boms.c.status == literal_column("'Active'")
    )
)
_BY_BOM = (
    select(
        formula_lines.c.item_id,
        func.max(case((_IS_ACTIVE, literal_column("1")), else_=literal_column("0"))).label("is_active"),
        func.sum(formula_lines.c.lines).label("lines"),
    )
    .where(formula_lines.c.tenant == bindparam("tenant"), formula_lines.c.kind == literal_column("'boms'"))
    # A BOM with several pins of an item counts once.
    .group_by(formula_lines.c.item_id, formula_lines.c.formula_seq)
    .subquery()
)
_ACTIVE = func.sum(_BY_BOM.c.is_active)
_RANKED = Statement(
    select(_BY_BOM.c.item_id, items.c.code, _ACTIVE, func.count(), func.sum(_BY_BOM.c.lines))
    .join(items, items.c.id == _BY_BOM.c.item_id)
    .where(items.c.tenant == bindparam("tenant"))
    .group_by(_BY_BOM.c.item_id, items.c.code)
    .order_by(_ACTIVE.desc(), items.c.code, _BY_BOM.c.item_id)
    .limit(bindparam("size"))
    .offset(bindparam("start"))
)


def component_usage(session: Session, tenant: Tenant, start: int, size: int) -> list[ComponentUsage]:
    """So many components of unarchived BOMs: most Active BOMs first, then by item code."""
    rows = session.all(_RANKED, {"tenant": tenant.key, "start": start, "size": size})
    return [ComponentUsage(row[0], row[1], *map(int, row[2:])) for row in rows]
