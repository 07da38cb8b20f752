"""What the rules on BOMs and recipes need from the outside: one entity's items, BOMs and recipes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from mock_server.manufacturing.documents import Book, Collection, Items
from mock_server.manufacturing.formulas.bom import Bom
from mock_server.manufacturing.formulas.recipe import Recipe

F = TypeVar("F", Bom, Recipe)


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
