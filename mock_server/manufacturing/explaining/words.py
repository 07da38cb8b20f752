"""The words by which an accountant knows what the rules call by the names of members."""

from __future__ import annotations

_KINDS = {
    "WorkOrderVariance": "{} variance",
    "WorkOrderPlannedCost": "Planned {}",
    "WorkOrderActualCost": "Actual {}",
    "SubcontractCost": "{} cost of accepted goods",
    "ReceiptCost": "{} cost of the receipt",
}
_NAMES = {
    "yield_": "yield",
    "other_overhead": "other overhead",
    "by_product_credit": "credit of by-products",
    "actual_unit_cost": "cost of one good unit",
    "standard_unit_cost": "standard cost of one unit",
    "unit_cost": "cost of one unit",
    "line_cost": "cost of the line",
    "expected_credit": "credit expected of the by-product",
    "actual_credit": "credit of the by-product",
    "on_hand": "quantity in the store",
    "value": "value in the store",
    "average": "moving average",
}


def words_of(kind: str, member: str) -> str:
    """A label for a member of a record, such as `Material usage variance`."""
    name = _NAMES.get(member) or member.replace("_", " ").strip()
    phrase = _KINDS.get(kind, "{}").format(name)
    return phrase[:1].upper() + phrase[1:]
