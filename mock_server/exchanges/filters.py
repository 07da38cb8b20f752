"""Which exchanges somebody asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_server.exchanges.exchange import Exchange

# Query parameter to what an exchange must have there.
_EQUAL: dict[str, Callable[[Exchange], Any]] = {
    "operation_id": lambda each: each.operation,
    "code": lambda each: each.code,
    "token_id": lambda each: each.caller and each.caller.token_id,
    "install_id": lambda each: each.caller and each.caller.install_id,
    "method": lambda each: each.method,
    "plane": lambda each: each.plane,
}


def fitting(query: Mapping[str, Any]) -> Callable[[Exchange], bool]:
    """What tells an exchange that fits a query from others."""
    equal = [(read, query[name]) for name, read in _EQUAL.items() if name in query]
    status: str | None = query.get("status")
    record: str | None = query.get("record_id")

    def fits(exchange: Exchange) -> bool:
        if any(read(exchange) != value for read, value in equal):
            return False
        if status is not None and not _has_status(exchange.status, status):
            return False
        return record is None or _is_about(exchange, record)

    return fits


def _has_status(status: int, wanted: str) -> bool:
    return str(status)[0] == wanted[0] if wanted.endswith("xx") else str(status) == wanted


def _is_about(exchange: Exchange, record: str) -> bool:
    return record in exchange.path.lower() or any(each.id == record for each in exchange.records)
