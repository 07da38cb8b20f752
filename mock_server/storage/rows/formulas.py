"""BOMs and recipes as rows, and the index of their lines."""

from __future__ import annotations

from functools import cache
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Table, bindparam, delete, insert, literal_column, select

from mock_server.manufacturing.formulas import Bom, Moved, Recipe
from mock_server.storage.database import Statement
from mock_server.storage.documents import Context, Documents, Rows, mapper, owner
from mock_server.storage.tables import boms, formula_lines, recipes

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
    # As the partial index has it, or it would not be used.
    .where(formula_lines.c.sub_bom_id != literal_column("''"))
    .where(formula_lines.c.kind == literal_column("'boms'"))
    .group_by(formula_lines.c.formula_seq, formula_lines.c.formula_id)
    .order_by(formula_lines.c.formula_seq)
)
_LINE = ("tenant", "item_id", "kind", "formula_seq", "sub_bom_id")
_DROP_LINE = Statement(
    delete(formula_lines).where(*(formula_lines.c[name] == bindparam(f"its_{name}") for name in _LINE))
)
_ADD_LINE = Statement(
    insert(formula_lines).values({name: bindparam(name) for name in (*_LINE, "formula_id")})
)


@cache
def _active(table: Table) -> Statement:
    return Statement(
        select(table.c.id, table.c.body, table.c.internal, table.c.moves).where(
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
    mapper(Bom, Bom.INTERNAL),
    lambda bom: {
        "number": bom.bom_number,
        "version": bom.version,
        "status": bom.status.value,
        "type": bom.type,
        "item_id": bom.item_ref_id,
    },
    lambda bom: f"{bom.bom_number} {bom.name} {bom.item_code} {bom.item_name}",
    owner,
    prefix="BOM-",
)

RECIPES: Documents[Recipe] = Documents(
    recipes,
    mapper(Recipe, Recipe.INTERNAL),
    lambda recipe: {
        "number": recipe.recipe_number,
        "version": recipe.version,
        "status": recipe.status.value,
        "item_id": recipe.item_ref_id,
    },
    lambda recipe: f"{recipe.recipe_number} {recipe.name} {recipe.item_code} {recipe.item_name}",
    owner,
    prefix="RCP-",
)


class FormulaContext(Context, Protocol):
    """A context that notes what Draft orders show."""

    @property
    def moved(self) -> Moved: ...


class FormulaRows(Rows[F], Generic[F]):
    """BOMs, or recipes, of one entity."""

    def __init__(self, documents: Documents[F], context: FormulaContext) -> None:
        super().__init__(documents, context)
        self._book = context

    def active(self, item_id: str) -> F | None:
        """The Active one of an item."""
        row = self.session.one(_active(self.documents.table), {"tenant": self.tenant.key, "item": item_id})
        return None if row is None else self.remember(*row)

    def using(self, item_id: str) -> list[F]:
        """Unarchived ones with a direct line of the item, oldest first."""
        return self._found(_USING, {"tenant": self.tenant.key, "item": item_id, "kind": self.documents.name})

    def pinning(self, bom_id: str) -> list[F]:
        """Unarchived ones with a line that pins the BOM, oldest first."""
        return self._found(_PINNING, {"tenant": self.tenant.key, "bom": bom_id})

    def every(self) -> list[F]:
        """All of the entity."""
        rows = self.session.all(_every(self.documents.table), {"tenant": self.tenant.key})
        return [self.documents.read(body, internal) for body, internal in rows]

    def put(self, record: F, event: str | None = None) -> None:
        """Writes the record and the index of its lines."""
        before = self.known.get(record.id)
        self._book.moved.formula(before, record)
        seq = self.write(record, event)
        had, wanted = (set() if before is None else self._links(before)), self._links(record)
        for link in had - wanted:
            values = zip(_LINE, self._line(seq, link), strict=True)
            self.session.run(_DROP_LINE, {f"its_{name}": value for name, value in values})
        for link in wanted - had:
            values = zip(_LINE, self._line(seq, link), strict=True)
            self.session.run(_ADD_LINE, {**dict(values), "formula_id": record.id})

    def _links(self, formula: F) -> set[tuple[str, str, str]]:
        kind = f"archived {self.documents.name}" if formula.is_archived else self.documents.name
        return {(line.item_ref_id, kind, line.sub_bom_ref_id or "") for line in formula.lines}

    def _line(self, seq: int, link: tuple[str, str, str]) -> tuple[int, str, str, int, str]:
        item_id, kind, sub_bom_id = link
        return self.tenant.key, item_id, kind, seq, sub_bom_id

    def _found(self, statement: Statement, parameters: dict[str, Any]) -> list[F]:
        found = (self.get(row[0]) for row in self.session.all(statement, parameters))
        return [record for record in found if record is not None]
