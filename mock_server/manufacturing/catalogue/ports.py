"""What the commands on items and vendors need from the outside."""

from __future__ import annotations

from typing import Protocol, TypeVar

from mock_server.manufacturing.documents import Book, Items
from mock_server.manufacturing.formulas import FormulaBook
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.vendors import Vendor

R = TypeVar("R", contravariant=True)


class Coded(Protocol[R]):
    """Records of one entity that are known by a code."""

    def code_taken(self, code: str, /) -> bool:
        """Whether a record of the entity has this code."""

    def put(self, record: R, event: str | None = None, /) -> None:
        """Inserts or replaces the record."""


class CodedItems(Items, Coded[Item], Protocol):
    """The items of one entity, which can be written."""


class ItemBook(FormulaBook, Protocol):
    """A book whose items can be written."""

    @property
    def items(self) -> CodedItems: ...


class VendorBook(Book, Protocol):
    """A book whose vendors can be written."""

    @property
    def vendors(self) -> Coded[Vendor]: ...
