"""What a factory shows is explained, and what it has posted balances: by HTTP alone, at the end of a walk."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from contract_tests.factory.api import Api, Record

# The figures that depend on all others of a record.
_POINTERS = {
    "listBoms": ("/TotalCost", "/UnitCost"),
    "listRecipes": ("/TotalCost", "/UnitCost"),
    "listWorkOrders": (
        "/PlannedCost/StandardUnitCost",
        "/ActualCost/ActualUnitCost",
        "/Variance/MaterialUsage",
    ),
    "listSubcontractOrders": ("/Cost/Unit", "/Cost/Total"),
}
_STOCK = {"raw_material", "finished_goods", "job_work_stock", "quarantine_stock"}


def check_explained(api: Api) -> int:
    """Every figure named is the root of its tree, and each node follows from its children; how many were."""
    count = 0
    for operation, pointers in _POINTERS.items():
        for record in api.every(operation):
            for pointer in pointers:
                shown = _at(record, pointer)
                if shown is None:
                    continue
                query = {"record": record["id"], "pointer": pointer, "nodes": 10_000}
                answer = api.control("GET", "/explain", query=query)
                assert answer.status == 200, f"{operation} {record['id']} {pointer}: {answer.raw!r}"
                node = answer.body["figure"]
                assert _exactly(node) == Fraction(shown), f"{operation} {record['id']} {pointer}"
                _check(node)
                count += 1
    return count


def check_journal(api: Api) -> int:
    """Entries balance, and the accounts of stock change as the movements say; how many entries there are."""
    entries = api.journal_entries()
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for side in ("debit", "credit"):
            assert sum(line[side] for line in entry["lines"]) == entry["total"], entry
        for line in entry["lines"]:
            found[line["account"]] += Decimal(line["debit"]) - Decimal(line["credit"])
    change = sum(
        (each["Value"] * ((each["To"] is not None) - (each["From"] is not None)) for each in api.movements()),
        Decimal(0),
    )
    assert sum(found[name] for name in _STOCK) == change
    assert found["work_in_progress"] == 0
    return len(entries)


def _at(record: Record, pointer: str) -> Any:
    value: Any = record
    for token in pointer.split("/")[1:]:
        value = None if value is None else value[token]
    return value


def _exactly(node: Record) -> Fraction:
    return Fraction(node["exact"] or node["value"])


def _check(node: Record) -> None:
    parts = [_exactly(each) for each in node["children"]]
    if parts:
        assert _exactly(node) == _worked_out(node, parts), node["label"]
    for each in node["children"]:
        _check(each)


def _worked_out(node: Record, parts: list[Fraction]) -> Fraction:
    match node["operation"]:
        case "sum":
            return sum(parts, Fraction(0))
        case "difference":
            return parts[0] - sum(parts[1:])
        case "product":
            return prod(parts, start=Fraction(1))
        case "quotient":
            return parts[0] / parts[1]
        case "least":
            return min(parts)
        case "greatest":
            return max(parts)
        case "rounded":
            return parts[0] - Fraction(node["rounding"]["residue_exact"] or node["rounding"]["residue"])
    raise AssertionError(f"{node['operation']} has parts")
