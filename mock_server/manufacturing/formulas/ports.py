"""What the rules on BOMs and recipes need from the outside: one entity's items, BOMs and recipes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from mock_server.manufacturing.documents import Book, Collection, Items
from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.recipe import AnyFormula, Recipe, has_same_lines, same_making
from mock_server.manufacturing.items import Item

F = TypeVar("F", Bom, Recipe)
# What an order asks for follows from these, beside the lines; what those above cost, from the others.
_NEEDS = ("version", "item_ref_id", "output_quantity", "batch_size", "output_per_batch_unit", "type")
_COSTS = ("unit_cost", "total_cost", "by_product_credit")


class Component(Protocol):
    """A line of a formula: the item that it consumes, and the BOM that it pins."""

    @property
    def item_ref_id(self) -> str: ...
    @property
    def item_code(self) -> str: ...
    @property
    def sub_bom_ref_id(self) -> str | None: ...


class Formula(Protocol):
    """How an item is made, a BOM or a recipe, as far as the item graph and the roll-up need to know."""

    @property
    def id(self) -> str: ...
    @property
    def item_ref_id(self) -> str: ...
    @property
    def item_code(self) -> str: ...
    @property
    def lines(self) -> Sequence[Component]: ...
    @property
    def is_phantom(self) -> bool: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def is_archived(self) -> bool: ...
    @property
    def label(self) -> str: ...
    @property
    def unit_cost(self) -> Decimal: ...
    @property
    def exact_cost(self) -> str: ...
    @property
    def levels(self) -> int: ...


@dataclass(frozen=True, slots=True)
class MadeAt:
    """What must be known of a component's formula to count what it makes: far less than its lines."""

    id: str
    item_ref_id: str
    is_phantom: bool
    exact_cost: str
    levels: int

    @classmethod
    def of(cls, formula: Formula) -> MadeAt:
        """That of a formula that is at hand."""
        return cls(formula.id, formula.item_ref_id, formula.is_phantom, formula.exact_cost, formula.levels)


class Formulas(Collection[F], Protocol[F]):
    """The BOMs, or the recipes, of one entity."""

    def load(self, ids: Iterable[str], /) -> None:
        """Reads several at once, so that each is at hand when it is asked for."""

    def costs(self, ids: Sequence[str], /) -> Sequence[MadeAt]:
        """What those of these ids make things at."""

    def active_costs(self, item_ids: Sequence[str], /) -> Sequence[MadeAt]:
        """What the Active ones of these items make them at."""

    def active(self, item_id: str, /) -> F | None:
        """The one Active formula of the item."""

    def using(self, item_id: str, /) -> Iterable[F]:
        """All unarchived ones with a direct line of the item, each once, in order of creation, as needed."""


class Boms(Formulas[Bom], Protocol):
    """The BOMs of one entity."""

    def pinning(self, bom_id: str, /) -> Iterable[Bom]:
        """All unarchived BOMs with a line whose SubBomRefId is this BOM, each once, in order of creation."""


class Catalogue(Protocol):
    """Items and formulas of one entity, to be read; records are shared, nobody changes one in place."""

    @property
    def items(self) -> Items: ...
    @property
    def boms(self) -> Boms: ...
    @property
    def recipes(self) -> Formulas[Recipe]: ...


class FormulaBook(Book, Catalogue, Protocol):
    """A catalogue inside one write transaction."""

    @property
    def overhead_percent(self) -> Decimal:
        """The entity's default overhead, in percent of labour."""

    def move_drafts(self) -> None:
        """Gives Draft orders that show what was written to items and formulas another time and ETag.

        A command calls it once, at its end (DEC-21).
        """


class Moved:
    """What a command has changed of items, BOMs and recipes, as far as Draft orders show it (by id).

    `formulas` are shown by their own orders, `needs` by those that show quantities alone; `costs` and
    `contents` are items and pinned BOMs that show in the orders of what is above them; `outputs` are items
    whose orders show their selling price.
    """

    __slots__ = ("contents", "costs", "formulas", "needs", "outputs")

    def __init__(self) -> None:
        self.formulas: set[str] = set()
        self.needs: set[str] = set()
        self.costs: set[str] = set()
        self.contents: set[str] = set()
        self.outputs: set[str] = set()

    def formula(self, before: AnyFormula | None, after: AnyFormula) -> None:
        """Notes a formula that is written; there is none before a new one."""
        versions = [after] if before is None else [before, after]
        above = {each.item_ref_id for each in versions if each.is_active} | {after.id}
        is_other_maker = before is None or (before.is_active, before.item_ref_id) != (
            after.is_active,
            after.item_ref_id,
        )
        has_other_needs = before is not None and not _has_same_needs(before, after)
        if before is not None:
            if has_other_needs:
                self.needs.add(after.id)
            if has_other_needs or not same_making(before, after):
                self.formulas.add(after.id)
        if before is None or is_other_maker or _has_other_costs(before, after):
            self.costs |= above
        if any(each.is_phantom for each in versions):
            if is_other_maker or has_other_needs:
                self.contents |= above
            elif self.formulas & {after.id}:
                self.costs |= above

    def item(self, before: Item, after: Item) -> None:
        """Notes an item that is written."""
        if before.name != after.name:
            self.contents.add(after.id)
        if before.standard_cost != after.standard_cost:
            self.costs.add(after.id)
        if before.selling_price != after.selling_price:
            self.costs.add(after.id)
            self.outputs.add(after.id)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def _has_same_needs(before: AnyFormula, after: AnyFormula) -> bool:
    same = (getattr(before, name, None) == getattr(after, name, None) for name in _NEEDS)
    return all(same) and has_same_lines(before, after)


def _has_other_costs(before: AnyFormula, after: AnyFormula) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in _COSTS)
