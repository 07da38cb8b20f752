"""Which scopes were used, held in vain, or missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mock_server.contract import Contract
from mock_server.exchanges.exchange import Exchange

_REFUSED = "insufficient_scope"
Uses = dict[str, dict[str, int]]


@dataclass
class _Entry:
    """What is counted for one token, one install or all."""

    token_id: str | None
    install_id: str | None
    requests: int = 0
    held: dict[str, None] = field(default_factory=dict)
    used: Uses = field(default_factory=dict)
    missing: Uses = field(default_factory=dict)


def scope_report(exchanges: Iterable[Exchange], contract: Contract, by: str) -> list[dict[str, Any]]:
    """One entry for each token, install or for all, in the order in which they were first seen.

    A request counts where its scopes were checked: what was refused before says nothing of scopes.
    """
    entries: dict[str, _Entry] = {}
    for exchange in exchanges:
        caller, operation = exchange.caller, contract.operations.get(exchange.operation or "")
        if caller is None or operation is None or exchange.plane != "public" or not exchange.is_routed:
            continue
        key = {"token": caller.token_id, "install": caller.install_id}.get(by, "")
        entry = entries.get(key)
        if entry is None:
            token_id = caller.token_id if by == "token" else None
            entry = entries[key] = _Entry(token_id, None if by == "all" else caller.install_id)
        entry.requests += 1
        entry.held.update(dict.fromkeys(caller.granted))
        scopes = operation.scopes
        if exchange.code == _REFUSED:
            granted = set(caller.granted)
            for bundle in caller.granted:
                granted.update(contract.scope_bundles.get(bundle, ()))
            _count(entry.missing, scopes - granted, operation.id)
        else:
            _count(entry.used, scopes, operation.id)
    return [_shown(entry, contract) for entry in entries.values()]


def _count(uses: Uses, scopes: Iterable[str], operation: str) -> None:
    for scope in scopes:
        counts = uses.setdefault(scope, {})
        counts[operation] = counts.get(operation, 0) + 1


def _shown(entry: _Entry, contract: Contract) -> dict[str, Any]:
    used = set(entry.used)
    in_vain = [
        scope
        for scope in entry.held
        if scope not in used and not used.intersection(contract.scope_bundles.get(scope, ()))
    ]
    return {
        "token_id": entry.token_id,
        "install_id": entry.install_id,
        "requests": entry.requests,
        "held": sorted(entry.held),
        "used": _uses(entry.used),
        "in_vain": sorted(in_vain),
        "missing": _uses(entry.missing),
        "smallest": sorted(used.union(entry.missing)),
    }


def _uses(uses: Uses) -> list[dict[str, Any]]:
    return [
        {"scope": scope, "operations": sorted(counts), "requests": sum(counts.values())}
        for scope, counts in sorted(uses.items())
    ]
