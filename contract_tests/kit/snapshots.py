"""Everything that a client can read, so that a test can say that nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contract_tests.kit.client import Client

_LISTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("listBoms", {}),
    ("listBoms", {"isArchived": "true"}),
    ("listItem", {}),
    ("listVendor", {}),
    ("getBomCostAnalysis", {}),
)


def snapshot(client: Client) -> list[Any]:
    """All BOMs, items, vendors and webhook subscriptions of the entity, as far as the target has them."""
    is_live = client.target.stage == "live"
    lists = [
        client.every(operation, query)
        for operation, query in _LISTS
        if not is_live or client.contract.operations[operation].stage == "live"
    ]
    return [*lists, client.call("listWebhookSubscriptions", expect=200).json()]


@contextmanager
def unchanged(client: Client) -> Iterator[None]:
    """Fails where anything reads otherwise at the end."""
    before = snapshot(client)
    yield
    assert snapshot(client) == before
