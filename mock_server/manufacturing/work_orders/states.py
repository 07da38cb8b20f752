"""What each state of a work order allows, and how it refuses the rest."""

from __future__ import annotations

from mock_server.manufacturing.refusals import Refused
from mock_server.manufacturing.work_orders.records import CANCELLED, COMPLETED, DRAFT, IN_PROGRESS, WorkOrder

UPDATE = "update"
RELEASE = "release"
COMPLETE = "complete"
CANCEL = "cancel"
ARCHIVE = "archive"
RESTORE = "restore"

ARCHIVED = "Archived"

_ALLOWED = {
    DRAFT: (UPDATE, RELEASE, CANCEL, ARCHIVE),
    IN_PROGRESS: (UPDATE, COMPLETE, CANCEL),
    COMPLETED: (ARCHIVE,),
    CANCELLED: (ARCHIVE,),
}
_DONE = {
    UPDATE: "updated",
    RELEASE: "released",
    COMPLETE: "completed",
    CANCEL: "cancelled",
    ARCHIVE: "archived",
}


def check_action(order: WorkOrder, action: str) -> None:
    """Refuses an action that the order's state, or the archive, does not allow."""
    if order.is_archived or action not in _ALLOWED[order.status]:
        raise not_allowed(order, action)


def not_allowed(order: WorkOrder, action: str, why: str | None = None) -> Refused:
    """The `invalid_state_transition` refusal, with what is allowed instead."""
    state = ARCHIVED if order.is_archived else order.status
    allowed = (RESTORE,) if order.is_archived else _ALLOWED[order.status]
    return Refused(
        "invalid_state_transition",
        f"{order.work_order_number} is {state}: {why or f'it cannot be {_DONE[action]}'}.",
        from_=state,
        action=action,
        allowed=[each for each in allowed if each != action],
    )
