"""Requests that bring about each documented refusal, registered by operation, status and code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from contract_tests.kit.contract import Contract, Operation
from contract_tests.kit.fixtures import Record

Request = dict[str, Any]
Case = tuple[str, int, str]
M = TypeVar("M")

# A figure as large as it may be, and how many of it are too much.
HUGE = 999_999_999
ENOUGH = 20_000
# Any operation may answer these: the tests of the guards and of hostile requests show them.
_ELSEWHERE = {401, 402, 403, 413, 415, 429}


class Refusals(Generic[M], dict[Case, Callable[[M], Request]]):
    """The register: what makes a request, given what makes test data."""

    def reaches(self, *cases: Case) -> Callable[[Callable[[M], Request]], Callable[[M], Request]]:
        """Says which refusals a request brings about."""

        def register(reach: Callable[[M], Request]) -> Callable[[M], Request]:
            self.update({case: reach for case in cases})
            return reach

        return register

    def register(self, operation: str, status: int, reached: Mapping[str, Callable[[M], Request]]) -> None:
        """Several refusals of one operation."""
        self.update({(operation, status, code): reach for code, reach in reached.items()})

    def register_content(
        self,
        noun: str,
        content: Mapping[tuple[int, str], Callable[[M], Record]],
        body: Callable[..., Record],
        made: Callable[[M], Record],
    ) -> None:
        """Fields that no record of a kind may have, sent with a create and with an update."""

        def create(fields: Callable[[M], Record]) -> Callable[[M], Request]:
            return lambda maker: {"json": body(maker, **fields(maker))}

        def update(fields: Callable[[M], Record]) -> Callable[[M], Request]:
            return lambda maker: {"id": made(maker)["id"], "json": fields(maker)}

        for case, fields in content.items():
            self[f"create{noun}", *case] = create(fields)
            self[f"update{noun}", *case] = update(fields)


def documented(contract: Contract, operation: Operation) -> set[tuple[int, str]]:
    """The 4xx that an operation lists, by status and code, those aside that any operation may answer."""
    return {
        (status, code)
        for status in operation.statuses
        if 400 <= status < 500 and status not in _ELSEWHERE
        for code in contract.codes_of(operation.id, status)
    }
