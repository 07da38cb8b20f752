"""Requests on subcontract orders as a client would send them, and ready-made orders to start from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import subcontract_orders
from mock_server.manufacturing.subcontract_orders import SubcontractOrder
from mock_server.refused import Refused
from tests.manufacturing.job_work_book import JobWorkBook, pune_job_work

RAW, POWDER, RED, BAR, AXLE = "SF-FRAME-RAW", "RM-POWDER-RED", "SF-FRAME-RED", "RM-BAR-EN8", "PT-AXLE-CNC"
RATE = Decimal("362.6")


def money(text: str) -> Decimal:
    return Decimal(text.replace(" ", ""))


def of(quantities: dict[str, Any], member: str = "Quantity") -> list[dict[str, Any]]:
    return [{"ItemRefId": item, member: quantity} for item, quantity in quantities.items()]


class Desk:
    """Sends requests on orders of one book, as a client would."""

    def __init__(self, book: JobWorkBook) -> None:
        self.book = book

    def create(self, ordered: Any = 10, item: str = RED, vendor: str = "SUP-PCOAT", **body: Any) -> str:
        request = {"SubcontractorRefId": vendor, "ItemRefId": item, "OrderedQuantity": ordered, **body}
        return self.book.attempt(lambda: subcontract_orders.create(self.book, request)).id

    def order(self, order_id: str) -> SubcontractOrder:
        return self.book.subcontract_orders[order_id]

    def update(self, order_id: str, **body: Any) -> SubcontractOrder:
        return self.book.attempt(lambda: subcontract_orders.update(self.book, self.order(order_id), body))

    def issue(self, order_id: str, quantities: dict[str, Any], **body: Any) -> SubcontractOrder:
        request = {"Materials": of(quantities), **body}
        return self.book.attempt(
            lambda: subcontract_orders.issue_materials(self.book, self.order(order_id), request)
        )

    def receive(
        self, order_id: str, accepted: Any, rejected: Any = 0, used: dict[str, Any] | None = None, **body: Any
    ) -> SubcontractOrder:
        request = {"AcceptedQuantity": accepted, "RejectedQuantity": rejected, **body}
        if used is not None:
            request["Materials"] = of(used)
        return self.book.attempt(
            lambda: subcontract_orders.receive_goods(self.book, self.order(order_id), request)
        )

    def give_back(self, order_id: str, quantities: dict[str, Any], **body: Any) -> SubcontractOrder:
        request = {"Materials": of(quantities), **body}
        return self.book.attempt(
            lambda: subcontract_orders.return_materials(self.book, self.order(order_id), request)
        )

    def complete(self, order_id: str, losses: dict[str, Any] | None = None, **body: Any) -> SubcontractOrder:
        request = {"Losses": of(losses or {}, "LossQuantity"), **body}
        return self.book.attempt(
            lambda: subcontract_orders.complete(self.book, self.order(order_id), request)
        )

    def cancel(self, order_id: str, **body: Any) -> SubcontractOrder:
        return self.book.attempt(lambda: subcontract_orders.cancel(self.book, self.order(order_id), body))


def material(order: SubcontractOrder, item: str) -> tuple[Decimal, ...]:
    found = next(each for each in order.materials if each.item_ref_id == item)
    return (
        found.required_quantity,
        found.issued_quantity,
        found.consumed_quantity,
        found.returned_quantity,
        found.loss_quantity,
        found.balance_quantity,
        found.balance_value,
    )


def numbers(text: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(word) for word in text.split())


def refused(code: str, request: Any, desk: Desk) -> Refused:
    """Runs a request that must be refused by this code, and leave nothing behind."""
    before = desk.book.view()
    with pytest.raises(Refused) as refusal:
        request()
    assert refusal.value.code == code, refusal.value.message
    assert desk.book.view() == before
    return refusal.value


def pune_desk() -> Desk:
    """The bicycle maker on 2026-05-04, with its frames, powder and bar."""
    book = pune_job_work()
    book.on("2025-03-01")
    book.open_with(RAW, "54", "1145.50")
    book.open_with(POWDER, "151.980", "420")
    book.open_with(BAR, "800", "86")
    book.on("2026-05-04")
    return Desk(book)


def issued_desk() -> tuple[Desk, str]:
    """Ten frames ordered, all of their materials sent."""
    desk = pune_desk()
    order = desk.create()
    desk.issue(order, {RAW: 10, POWDER: Decimal("1.98")})
    return desk, order
