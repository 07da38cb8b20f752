"""What the commands on quality inspections need from the outside; no stock is among it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mock_server.manufacturing.inspections.records import Inspection
from mock_server.manufacturing.items import Item


class InspectedOrder(Protocol):
    """An order as far as an inspection needs to know it."""

    @property
    def id(self) -> str: ...
    @property
    def item_ref_id(self) -> str: ...
    @property
    def status(self) -> str: ...


class InspectedWorkOrder(InspectedOrder, Protocol):
    """A work order, with its number."""

    @property
    def work_order_number(self) -> str: ...


class InspectedSubcontractOrder(InspectedOrder, Protocol):
    """A subcontract order, with its number."""

    @property
    def order_number(self) -> str: ...


class InspectionBook(Protocol):
    """The inspections of one entity inside one write transaction."""

    @property
    def now(self) -> datetime:
        """The transaction's time, UTC, the same for all of its records."""

    @property
    def user_ref_id(self) -> str:
        """On whose behalf the transaction writes; internal, never sent."""

    def new_id(self) -> str:
        """A new UUID."""

    def item(self, item_id: str) -> Item | None:
        """The item, inactive and archived ones included."""

    def work_order(self, order_id: str) -> InspectedWorkOrder | None:
        """The work order, archived ones included."""

    def subcontract_order(self, order_id: str) -> InspectedSubcontractOrder | None:
        """The subcontract order, archived ones included."""

    def inspection(self, inspection_id: str) -> Inspection | None:
        """The inspection, archived ones included."""

    def open_inspections(self, order_id: str, lot_number: str | None) -> Sequence[Inspection]:
        """The Open inspections of the order and lot; without a number, those of the lot without one."""

    def next_inspection_number(self) -> str:
        """The next generated number (QI-0001): strictly increasing, never one handed out before."""

    def inspection_number_taken(self, number: str) -> bool:
        """Whether an inspection of the entity, archived ones included, has this number."""

    def inspection_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another inspection of the entity, archived ones included, carries this reference."""

    def put_inspection(self, inspection: Inspection, event: str | None) -> None:
        """Inserts or replaces the inspection; an event topic goes to the outbox in the same transaction."""
