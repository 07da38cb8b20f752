"""Plays the documents of a seed through the same commands as a client's calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from mock_server.manufacturing import boms, inspections, recipes, subcontract_orders, work_orders
from mock_server.manufacturing.reports import log_completion
from mock_server.manufacturing.work_orders import WorkOrder
from mock_server.storage import SqlBook

Book = SqlBook


def _complete(book: Book, order: WorkOrder, body: dict[str, Any]) -> WorkOrder:
    return log_completion(book, work_orders.complete(book, order, body))


_CREATE: dict[str, Callable[[Book, dict[str, Any]], Any]] = {
    "create_bom": boms.create,
    "create_recipe": recipes.create,
    "create_work_order": work_orders.create,
    "create_inspection": inspections.create,
    "create_subcontract_order": subcontract_orders.create,
}
_ACT: dict[str, tuple[str, Callable[..., Any]]] = {
    "release_work_order": ("work_orders", lambda book, order, body: work_orders.release(book, order)),
    "complete_work_order": ("work_orders", _complete),
    "cancel_work_order": ("work_orders", work_orders.cancel),
    "update_inspection": ("inspections", inspections.update),
    "complete_inspection": ("inspections", inspections.complete),
    "issue_materials": ("subcontract_orders", subcontract_orders.issue_materials),
    "receive_goods": ("subcontract_orders", subcontract_orders.receive_goods),
    "return_materials": ("subcontract_orders", subcontract_orders.return_materials),
    "complete_subcontract_order": ("subcontract_orders", subcontract_orders.complete),
    "cancel_subcontract_order": ("subcontract_orders", subcontract_orders.cancel),
}
_ARCHIVE: dict[str, Callable[[Book, list[str]], int]] = {
    "archive_bom": boms.archive,
    "archive_recipe": recipes.archive,
    "archive_inspection": inspections.archive,
}
_NUMBERS = ("BomNumber", "RecipeNumber", "WorkOrderNumber", "InspectionNumber", "OrderNumber")
_DAYS = {"EffectiveFrom", "EffectiveTo", "DueDate", "ChallanDate", "ReceiptDate", "ExpectedDate"}


class Player:
    """Runs events; `ids` maps item and vendor codes, and the numbers of what was created, to ids."""

    def __init__(self, ids: dict[str, str], shift: timedelta) -> None:
        self._ids = ids
        self._shift = shift

    def play(self, book: Book, event: dict[str, Any]) -> None:
        """Runs one event."""
        action = event["do"]
        if action in _CREATE:
            body = self._resolved(event["body"], {})
            record = _CREATE[action](book, body)
            number = next(body[name] for name in _NUMBERS if name in body)
            self._ids[f"{number}/{body['Version']}" if "Version" in body else number] = record.id
        elif action in _ARCHIVE:
            _ARCHIVE[action](book, [self._ids[event["on"]]])
        else:
            kind, act = _ACT[action]
            record = getattr(book, kind).get(self._ids[event["on"]])
            criteria = {criterion.name: criterion.id for criterion in getattr(record, "criteria", ())}
            act(book, record, self._resolved(event.get("body", {}), criteria))

    def _resolved(self, value: Any, criteria: dict[str, str], key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: self._resolved(inner, criteria, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._resolved(inner, criteria) for inner in value]
        if key.endswith("RefId"):
            return self._ids[value]
        if key == "CriterionId":
            return criteria[value]
        if key in _DAYS:
            return (date.fromisoformat(value) + self._shift).isoformat()
        return value
