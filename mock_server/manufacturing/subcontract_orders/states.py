"""What each state of a subcontract order allows, and how it refuses the rest."""

from __future__ import annotations

from mock_server.manufacturing.documents import Lifecycle, not_allowed
from mock_server.manufacturing.subcontract_orders.records import SubcontractOrder, SubcontractStatus
from mock_server.refused import Refused

UPDATE = "update"
ISSUE = "issue-materials"
RECEIVE = "receive-goods"
RETURN = "return-materials"
COMPLETE = "complete"
CANCEL = "cancel"
ARCHIVE = "archive"

_DRAFT, _ISSUED = SubcontractStatus.DRAFT, SubcontractStatus.MATERIALS_ISSUED
_PARTLY, _RECEIVED = SubcontractStatus.PARTIALLY_RECEIVED, SubcontractStatus.RECEIVED
_COMPLETED, _CANCELLED = SubcontractStatus.COMPLETED, SubcontractStatus.CANCELLED

# The archive is a flag: the state stays.
LIFECYCLE = Lifecycle[SubcontractStatus](
    (ISSUE, {_DRAFT: _ISSUED, _ISSUED: _ISSUED, _PARTLY: _PARTLY}),
    (RECEIVE, {_ISSUED: _PARTLY, _PARTLY: _PARTLY}),
    (RECEIVE, {_ISSUED: _RECEIVED, _PARTLY: _RECEIVED}),
    (RETURN, {_ISSUED: _ISSUED, _PARTLY: _PARTLY, _RECEIVED: _RECEIVED}),
    (COMPLETE, {_PARTLY: _COMPLETED, _RECEIVED: _COMPLETED}),
    (CANCEL, {_DRAFT: _CANCELLED, _ISSUED: _CANCELLED}),
)

# Orders with material out stay in sight.
ARCHIVABLE = frozenset({_DRAFT, _COMPLETED, _CANCELLED})

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
        text = f"{order.order_number} is archived: restore it first."
        raise not_allowed(text, "Archived", action, ["restore"])


def check_action(order: SubcontractOrder, action: str) -> None:
    """Refuses an action that the state, or the archive, does not allow."""
    check_not_archived(order, action)
    if action not in LIFECYCLE.allowed(order.status):
        is_late = order.status != _DRAFT and action in (ISSUE, RECEIVE, RETURN)
        raise refuse_action(order, action, _WHAT[action].format("can no longer" if is_late else "cannot"))


def check_archivable(order: SubcontractOrder) -> None:
    """Refuses to archive an order with material out, or goods still to come."""
    if order.status not in ARCHIVABLE:
        raise refuse_action(order, ARCHIVE, "it cannot be archived")


def refuse_action(order: SubcontractOrder, action: str, consequence: str) -> Refused:
    """The `invalid_state_transition` refusal, with what the state allows instead."""
    text = f"{order.order_number} is {order.status}: {consequence}."
    return not_allowed(text, order.status, action, LIFECYCLE.allowed(order.status))
