"""What each state of a work order allows, and how it refuses the rest."""

from __future__ import annotations

from mock_server.manufacturing import documents
from mock_server.manufacturing.documents import Lifecycle
from mock_server.manufacturing.work_orders.records import WorkOrder, WorkOrderStatus
from mock_server.refused import Refused

UPDATE = "update"
RELEASE = "release"
COMPLETE = "complete"
CANCEL = "cancel"
ARCHIVE = "archive"

_DRAFT, _IN_PROGRESS = WorkOrderStatus.DRAFT, WorkOrderStatus.IN_PROGRESS
_COMPLETED, _CANCELLED = WorkOrderStatus.COMPLETED, WorkOrderStatus.CANCELLED

# The archive is a flag: the state stays.
LIFECYCLE = Lifecycle[WorkOrderStatus](
    (UPDATE, {_DRAFT: _DRAFT, _IN_PROGRESS: _IN_PROGRESS}),
    (RELEASE, {_DRAFT: _IN_PROGRESS}),
    (COMPLETE, {_IN_PROGRESS: _COMPLETED}),
    (CANCEL, {_DRAFT: _CANCELLED, _IN_PROGRESS: _CANCELLED}),
    (ARCHIVE, {_DRAFT: _DRAFT, _COMPLETED: _COMPLETED, _CANCELLED: _CANCELLED}),
)
_DONE = {
    UPDATE: "updated",
    RELEASE: "released",
    COMPLETE: "completed",
    CANCEL: "cancelled",
    ARCHIVE: "archived",
}


def check_action(order: WorkOrder, action: str) -> None:
    """Refuses an action that the order's state, or the archive, does not allow."""
    if order.is_archived or action not in LIFECYCLE.allowed(order.status):
        raise not_allowed(order, action)


def not_allowed(order: WorkOrder, action: str, why: str | None = None) -> Refused:
    """The `invalid_state_transition` refusal, with what is allowed instead."""
    state = "Archived" if order.is_archived else order.status
    allowed = ["restore"] if order.is_archived else LIFECYCLE.allowed(order.status)
    text = f"{order.work_order_number} is {state}: {why or f'it cannot be {_DONE[action]}'}."
    return documents.not_allowed(text, state, action, [each for each in allowed if each != action])
