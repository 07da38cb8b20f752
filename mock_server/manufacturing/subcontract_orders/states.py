"""What each state of a subcontract order allows, and how it refuses the rest."""

from __future__ import annotations

from mock_server.manufacturing.refusals import Refused
from mock_server.manufacturing.subcontract_orders.records import (
    CANCELLED,
    COMPLETED,
    DRAFT,
    MATERIALS_ISSUED,
    PARTIALLY_RECEIVED,
    RECEIVED,
    SubcontractOrder,
)

UPDATE = "update"
ISSUE = "issue-materials"
RECEIVE = "receive-goods"
RETURN = "return-materials"
COMPLETE = "complete"
CANCEL = "cancel"
ARCHIVE = "archive"

ALLOWED: dict[str, tuple[str, ...]] = {
    DRAFT: (ISSUE, CANCEL),
    MATERIALS_ISSUED: (ISSUE, RECEIVE, RETURN, CANCEL),
    PARTIALLY_RECEIVED: (ISSUE, RECEIVE, RETURN, COMPLETE),
    RECEIVED: (RETURN, COMPLETE),
    COMPLETED: (),
    CANCELLED: (),
}

# Orders with material out stay in sight.
ARCHIVABLE = frozenset({DRAFT, COMPLETED, CANCELLED})

_WHAT = {
    ISSUE: "materials {} be issued",
    RECEIVE: "goods {} be received",
    RETURN: "materials {} be returned",
    COMPLETE: "it {} be completed",
    CANCEL: "it {} be cancelled",
}


def check_not_archived(order: SubcontractOrder, action: str) -> None:
    """Refuses anything but reading and restoring an archived order."""
    if order.is_archived:
        raise Refused(
            "invalid_state_transition",
            f"{order.order_number} is archived: restore it first.",
            from_="Archived",
            action=action,
            allowed=["restore"],
        )


def check_action(order: SubcontractOrder, action: str) -> None:
    """Refuses an action that the state, or the archive, does not allow."""
    check_not_archived(order, action)
    if action not in ALLOWED[order.status]:
        is_late = order.status != DRAFT and action in (ISSUE, RECEIVE, RETURN)
        raise refuse_action(order, action, _WHAT[action].format("can no longer" if is_late else "cannot"))


def refuse_action(order: SubcontractOrder, action: str, consequence: str) -> Refused:
    """The `invalid_state_transition` refusal, with what the state allows instead."""
    return Refused(
        "invalid_state_transition",
        f"{order.order_number} is {order.status}: {consequence}.",
        from_=order.status,
        action=action,
        allowed=list(ALLOWED[order.status]),
    )
