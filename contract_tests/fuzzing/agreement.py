"""Makes members of a generated body agree where the contract asks it in words.

The refusals of bodies that do not agree are tested by hand, resource by resource.
"""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


_FIGURES = {"FixedRate": "Rate", "CostSharePercent": "CostSharePercent", "SalesValue": "SalesPrice"}


def agree(path: str, body: Body) -> None:
    """Mends a body in place for the operations of a path."""
    if path.endswith("/quality-inspections") and "Criteria" in body:
        _inspection(body)
    elif "/quality-inspections/" in path:
        _readings(body)
    elif path.endswith("/receive-goods"):
        _receipt(body)
    elif "/work-orders" in path and body.get("BomRefId") and body.get("RecipeRefId"):
        del body["RecipeRefId"]
    elif "/recipes" in path:
        _unique(body, "Operations", "Sequence")
        _by_basis(body)
    elif path.endswith("/webhooks") and not body.get("target_url"):
        body["delivery_mode"] = "pull"
    for product in _entries(body, "ByProducts"):
        if product.get(_FIGURES.get(str(product.get("CostMethod")), "ItemRefId")) is None:
            product.pop("CostMethod", None)


_LIMITS, _TEXTS = ("MinValue", "MaxValue"), ("ExpectedText", "Choices")
# What a criterion's type does not use.
_NOT_OF = {"Numeric": _TEXTS, "PassFail": (*_LIMITS, *_TEXTS), "Choice": _LIMITS}


def _inspection(body: Body) -> None:
    names = ["WorkOrderRefId", "SubcontractOrderRefId"]
    wanted, other = names[:: -1 if body.get("Type") == "SubcontractReceipt" else 1]
    moved = body.pop(other, None)
    if moved is not None:
        body.setdefault(wanted, moved)
    body.setdefault(wanted, "019e2d80-5a00-7c11-8b3e-0a1b2c3d4e5f")
    for criterion in body.get("Criteria", []):
        low, high = criterion.get("MinValue"), criterion.get("MaxValue")
        if low is not None and high is not None and low > high:
            criterion["MinValue"], criterion["MaxValue"] = high, low
        for name in _NOT_OF.get(criterion.get("Type", ""), ()):
            criterion.pop(name, None)
        if criterion.get("Type") == "Choice":
            if criterion.get("ExpectedText") is None:
                criterion["ExpectedText"] = "Blue"
            if criterion.get("Choices"):
                criterion["ExpectedText"] = criterion["Choices"][0]


def _readings(body: Body) -> None:
    seen: set[tuple[Any, Any]] = set()
    kept = []
    for reading in body.get("Readings", []):
        key = (reading.get("CriterionId"), reading.get("SampleNumber"))
        if key not in seen:
            seen.add(key)
            kept.append(reading)
    if "Readings" in body:
        body["Readings"] = kept


def _receipt(body: Body) -> None:
    if not body.get("AcceptedQuantity"):
        body.pop("AdditionalCost", None)
        if not body.get("RejectedQuantity"):
            body["RejectedQuantity"] = 1


def _unique(body: Body, name: str, key: str) -> None:
    if isinstance(body.get(name), list):
        body[name] = list({entry[key]: entry for entry in body[name]}.values())


def _entries(body: Body, name: str) -> list[Body]:
    found = body.get(name)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _by_basis(body: Body) -> None:
    for line in _entries(body, "Ingredients"):
        is_percent = line.get("Basis") == "PercentOfBatch"
        line.pop("Quantity" if is_percent else "Percent", None)
        line.setdefault("Percent" if is_percent else "Quantity", 1)
