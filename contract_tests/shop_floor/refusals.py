"""Requests that bring about each documented refusal: the register, and what every operation refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contract_tests.shop_floor.floor import Floor

Request = dict[str, Any]
Case = tuple[str, int, str]
Reach = Callable[[Floor], Request]

UNKNOWN = "00000000-0000-7000-8000-000000000000"
HUGE = 999_999_999
ENOUGH = 20_000
# The day of the sandbox.
TODAY = "2026-06-15"
TOMORROW = "2026-06-16"

REFUSALS: dict[Case, Reach] = {}
# A request of each operation that would succeed.
READY: dict[str, Reach] = {}


def reaches(*cases: Case) -> Callable[[Reach], Reach]:
    """Says which refusals a request brings about."""

    def register(reach: Reach) -> Reach:
        REFUSALS.update({case: reach for case in cases})
        return reach

    return register


def register(operation: str, status: int, cases: dict[str, Reach]) -> None:
    """Several refusals of one operation."""
    REFUSALS.update({(operation, status, code): reach for code, reach in cases.items()})


def ready(operation: str, reach: Reach) -> None:
    """A request that would succeed."""
    READY[operation] = reach


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
        answer = floor.send(operation, first.pop("body", None), headers, **first)
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


def body(**fields: Any) -> Reach:
    """A request of these members alone."""
    return lambda floor: {"body": fields}
