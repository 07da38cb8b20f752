"""Hooks of schemathesis: what it cannot know by itself."""

from __future__ import annotations

import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import schemathesis

from contract_tests.fuzzing.agreement import agree
from contract_tests.kit import stepped

# Below the working directory, where schemathesis.toml is read too: what fuzz.py knows of the target.
DATA = Path("reports") / "fuzz"

# A cursor carries a digest of its list, an ETag is the record's own: no generated value can be right.
# That wrong ones are refused and right ones work is tested in test_paging.py and test_revisions.py.
_ISSUED = {"query": ("after",), "headers": ("If-Match",)}

# Members that must agree with other records: a random one makes nearly every body break a rule (422).
_TIED = {
    "id",
    "Uom",
    "ConversionFactor",
    "SubBomRefId",
    "BomNumber",
    "Version",
    "ExternalReference",
    "EffectiveFrom",
    "EffectiveTo",
    "ByProducts",
    "ServiceCostPerUnit",
    "OtherOverhead",
    "Operations",
    "Status",
    "Type",
}
_COUNTED = {"Quantity", "OutputQuantity"}


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Makes and judges numbers by their decimals, which the contract does not publish as `multipleOf`."""
    for key in ("paths", "components"):
        raw_schema[key] = stepped(raw_schema[key])


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Simplifies every second generated body, so that what lies behind the rules is reached too."""
    if not isinstance(body, dict):
        return body
    text = json.dumps(body, sort_keys=True, default=str)
    return _simple(body) if zlib.crc32(text.encode()) % 2 else body


def _simple(value: Any) -> Any:
    if isinstance(value, list):
        return [_simple(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _whole(inner) if key in _COUNTED else _simple(inner)
        for key, inner in value.items()
        if key not in _TIED
    }


def _whole(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return 1 + int(value) % 100 if is_number and 0 < value < 1e9 else value


@cache
def _made(path: str) -> str | None:
    """An item that has what the path asks for."""
    name = path.rpartition("/{itemId}/")[2]
    file = DATA / f"{name}.txt"
    return file.read_text() if path.endswith(name) and file.is_file() else None


_RECORDS = {
    "boms": "boms",
    "recipes": "recipes",
    "work-orders": "work_orders",
    "quality-inspections": "inspections",
    "subcontract-orders": "subcontract_orders",
}


@cache
def _ids(resource: str) -> list[str]:
    file = DATA / f"{_RECORDS[resource]}.dict"
    return [line.strip('"') for line in file.read_text().split()] if file.is_file() else []


def _name_a_record(case: Any) -> None:
    """Names a record of the target every second time, where the examples name one of their own story."""
    parts = case.operation.path.split("/")
    if "{id}" not in parts or parts[parts.index("{id}") - 1] not in _RECORDS:
        return
    ids = _ids(parts[parts.index("{id}") - 1])
    turn = zlib.crc32(f"{case.path_parameters} {case.query} {case.body}".encode())
    if ids and turn % 2:
        case.path_parameters["id"] = ids[turn // 2 % len(ids)]


# Paths of operations whose body is an object of any form.
_OPEN_BODIES = ("/test", "/verify", "/replay", "/purge")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Leaves issued values out of requests that are meant to be accepted, and names a real topic in them."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # The catalogue of topics is data, not a schema.
    if case.operation.path.endswith("/webhooks") and isinstance(case.body, dict):
        case.body["topics"] = ["bom.created"]
        # Nor is where a server may send to; a number is no name of a host.
        if case.body.get("target_url"):
            case.body["target_url"] = "https://example.com/hooks"
    # Most items are counted whole, and a fraction of one is refused (422, tested in test_bom_refusals.py).
    if case.query and "plannedQty" in case.query:
        case.query["plannedQty"] = 1 + zlib.crc32(str(case.query["plannedQty"]).encode()) % 100
    # Only some items are made here; the first of them, every second time.
    made = _made(case.operation.path)
    if made and zlib.crc32(str(case.path_parameters).encode()) % 2:
        case.path_parameters["itemId"] = made
    _name_a_record(case)
    if isinstance(case.body, dict) and case.operation.path.endswith(_OPEN_BODIES):
        # Any object fits, but not any number: those with hundreds of digits are refused in every body.
        case.body = {name: str(value)[:50] for name, value in case.body.items()}
    if isinstance(case.body, dict):
        agree(case.operation.path, case.body)
    for location, names in _ISSUED.items():
        values = getattr(case, location)
        for name in names:
            if values and name in values:
                del values[name]
