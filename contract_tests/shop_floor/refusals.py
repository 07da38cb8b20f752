"""Requests that bring about each documented refusal: the register, and what every operation refuses."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.factory import Record
from contract_tests.kit import UNKNOWN, Refusals, Request
from contract_tests.shop_floor.floor import Floor

Reach = Callable[[Floor], Request]
Fields = Callable[[Floor], Record]
Make = Callable[..., Record]

# The day of the sandbox.
TODAY = "2026-06-15"
TOMORROW = "2026-06-16"

REFUSALS: Refusals[Floor] = Refusals()
# A request of each operation that would succeed.
READY: dict[str, Reach] = {}

reaches, register, register_content = REFUSALS.reaches, REFUSALS.register, REFUSALS.register_content


def ready(operation: str, reach: Reach) -> None:
    """A request that would succeed."""
    READY[operation] = reach


def register_document(noun: str, number: str, body: Make, made: Make, text: str = "Notes") -> None:
    """What every kind of document has: a list, a create, what is done with one; a number given once."""
    ready(f"list{noun}s", lambda floor: {})
    ready(f"create{noun}", lambda floor: {"json": body(floor)})
    ready(f"get{noun}", lambda floor: {"id": made(floor)["id"]})
    ready(f"update{noun}", lambda floor: {"id": made(floor)["id"], "json": {text: floor.label()}})
    for action in ("archive", "restore"):
        ready(f"{action}{noun}s", lambda floor: {"json": {"ids": [made(floor)["id"]]}})

    @reaches((f"create{noun}", 409, "duplicate_number"))
    def _take_a_number(floor: Floor) -> Request:
        return {"json": body(floor, **{number: made(floor)[number]})}

    @reaches((f"update{noun}", 409, "duplicate_number"))
    def _take_a_reference(floor: Floor) -> Request:
        reference = {"ExternalReference": floor.label("REF")}
        made(floor, **reference)
        return {"id": made(floor)["id"], "json": reference}


def register_common(operation: str, codes: set[tuple[int, str]]) -> None:
    """Malformed, of an unknown record, of another revision, with a key that was used for another request."""
    request = READY[operation]

    def malformed(floor: Floor) -> Request:
        return {**request(floor), "query": {"contract-test": "1"}}

    def unknown(floor: Floor) -> Request:
        found = request(floor)
        return {**found, "itemId" if "itemId" in found else "id": UNKNOWN}

    def outdated(floor: Floor) -> Request:
        return {**request(floor), "headers": {"If-Match": '"99"'}}

    def key_used(floor: Floor) -> Request:
        headers = {"Idempotency-Key": floor.label("KEY")}
        first = request(floor)
        answer = floor.send(operation, first.pop("json", None), headers, **first)
        assert answer.status in (200, 201), answer.raw
        return {**request(floor), "headers": headers}

    known: dict[tuple[int, str], Reach] = {
        (400, "invalid_request"): malformed,
        (404, "not_found"): unknown,
        (412, "precondition_failed"): outdated,
        (409, "idempotency_conflict"): key_used,
    }
    for (status, code), reach in known.items():
        if (status, code) in codes:
            REFUSALS.setdefault((operation, status, code), reach)
