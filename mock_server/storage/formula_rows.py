"""BOMs and recipes as rows, and the index of their lines."""

from __future__ import annotations

from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Table, bindparam, delete, insert, literal_column, select

from mock_server.manufacturing.bom_records import INTERNAL_FIELDS, Bom
from mock_server.manufacturing.recipe_records import INTERNAL_RECIPE_FIELDS, Recipe
from mock_server.storage.database import Session, Statement
from mock_server.storage.documents import Documents, owner
from mock_server.storage.records import mapper
from mock_server.storage.rows import Rows
from mock_server.storage.tables import boms, formula_lines, recipes
from mock_server.storage.tenants import Tenant

F = TypeVar("F", bound=Bom | Recipe)

_USING = Statement(
    select(formula_lines.c.formula_id)
    .where(
        formula_lines.c.tenant == bindparam("tenant"),
        formula_lines.c.item_id == bindparam("item"),
        formula_lines.c.kind == bindparam("kind"),
    )
    .group_by(formula_lines.c.formula_seq, formula_lines.c.formula_id)
    .order_by(formula_lines.c.formula_seq)
)
_PINNING = Statement(
    select(formula_lines.c.formula_id)
    .where(formula_lines.c.tenant == bindparam("tenant"), formula_lines.c.sub_bom_id == bindparam("bom"))
    .group_by(formula_lines.c.formula_seq, formula_lines.c.formula_id)
    .order_by(formula_lines.c.formula_seq)
)
_DROP_LINES = Statement(
    delete(formula_lines).where(
        formula_lines.c.tenant == bindparam("tenant"), formula_lines.c.formula_id == bindparam("formula")
    )
)
_ADD_LINE = Statement(
    insert(formula_lines).values(
        {
            name: bindparam(name)
            for name in ("tenant", "kind", "formula_seq", "formula_id", "item_id", "sub_bom_id")
        }
    )
)


@cache
def _active(table: Table) -> Statement:
    return Statement(
        select(table.c.id, table.c.body, table.c.internal).where(
            table.c.tenant == bindparam("tenant"),
            table.c.item_id == bindparam("item"),
            # Written out: the partial index serves no parameter.
            table.c.status == literal_column("'Active'"),
        )
    )


@cache
def _every(table: Table) -> Statement:
    return Statement(select(table.c.body, table.c.internal).where(table.c.tenant == bindparam("tenant")))


BOMS: Documents[Bom] = Documents(
    boms,
    mapper(Bom, INTERNAL_FIELDS),
    lambda bom: {
        "number": bom.bom_number,
        "version": bom.version,
        "status": bom.status,
        "type": bom.type,
        "item_id": bom.item_ref_id,
    },
    lambda bom: f"{bom.bom_number} {bom.name} {bom.item_code} {bom.item_name}",
    owner,
)

RECIPES: Documents[Recipe] = Documents(
    recipes,
    mapper(Recipe, INTERNAL_RECIPE_FIELDS),
    lambda recipe: {
        "number": recipe.recipe_number,
        "version": recipe.version,
        "status": recipe.status,
        "item_id": recipe.item_ref_id,
    },
    lambda recipe: f"{recipe.recipe_number} {recipe.name} {recipe.item_code} {recipe.item_name}",
    owner,
)


class FormulaRows(Rows[F], Generic[F]):
    """BOMs, or recipes, of one entity."""

    def __init__(self, documents: Documents[F], session: Session, tenant: Tenant) -> None:
        super().__init__(documents, session, tenant)
        self._kind = documents.table.name

    def active(self, item_id: str) -> F | None:
        """The Active one of an item."""
        row = self.session.one(_active(self.documents.table), {"tenant": self.tenant.key, "item": item_id})
        return None if row is None else self.remember(*row)

    def using(self, item_id: str) -> list[F]:
        """Unarchived ones with a direct line of the item, oldest first."""
        return self._found(_USING, {"tenant": self.tenant.key, "item": item_id, "kind": self._kind})

    def pinning(self, bom_id: str) -> list[F]:
        """Unarchived ones with a line that pins the BOM, oldest first."""
        return self._found(_PINNING, {"tenant": self.tenant.key, "bom": bom_id})

    def every(self) -> list[F]:
        """All of the entity."""
        rows = self.session.all(_every(self.documents.table), {"tenant": self.tenant.key})
        return [self.documents.read(body, internal) for body, internal in rows]

    def put(self, record: F) -> tuple[bytes, int]:
        """Writes the record and the index of its lines."""
        before = self.known.get(record.id)
        body, seq = super().put(record)
        wanted = _links(record)
        if before is not None:
            if _links(before) == wanted:
                return body, seq
            self.session.run(_DROP_LINES, {"tenant": self.tenant.key, "formula": record.id})
        for item_id, sub_bom_id in wanted:
            self.session.run(
                _ADD_LINE,
                {
                    "tenant": self.tenant.key,
                    "kind": self._kind,
                    "formula_seq": seq,
                    "formula_id": record.id,
                    "item_id": item_id,
                    "sub_bom_id": sub_bom_id,
                },
            )
        return body, seq

    def _found(self, statement: Statement, parameters: dict[str, Any]) -> list[F]:
        found = (self.get(row[0]) for row in self.session.all(statement, parameters))
        return [record for record in found if record is not None]


def _links(formula: Bom | Recipe) -> list[tuple[str, str | None]]:
    if formula.is_archived:
        return []
    return list(dict.fromkeys((line.item_ref_id, line.sub_bom_ref_id) for line in formula.lines))
