"""What the commands on work orders need: formulas, stock, the deciding inspection, and the orders."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from mock_server.manufacturing.formulas import Book, Catalogue, Recipe
from mock_server.manufacturing.inspections import Inspection
from mock_server.manufacturing.stock import StockBook
from mock_server.manufacturing.work_orders.records import WorkOrder


class OrderCatalogue(Catalogue, Protocol):
    """A catalogue that finds recipes by id and knows what day it is; enough to show an order."""

    @property
    def today(self) -> date:
        """The day in the entity's time zone."""

    def recipe(self, recipe_id: str) -> Recipe | None:
        """The recipe, archived ones included."""


class OrderBook(StockBook, Book, OrderCatalogue, Protocol):
    """A book inside one write transaction; what was put is what every later read of it returns."""

    def work_order(self, order_id: str) -> WorkOrder | None:
        """The work order, archived ones included."""

    def next_work_order_number(self) -> str:
        """The next generated number (WO-0001): strictly increasing, never one handed out before."""

    def work_order_number_taken(self, number: str) -> bool:
        """Whether a work order of the entity, archived ones included, has this number."""

    def work_order_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another work order of the entity, archived ones included, has this external reference."""

    def deciding_inspection(self, order_id: str) -> Inspection | None:
        """The order's latest Completed inspection by completion time, then id; archived ones count."""

    def put_work_order(self, order: WorkOrder, event: str | None) -> None:
        """Inserts or replaces the order; an event topic goes to the outbox in the same transaction."""
