"""On PostgreSQL too a dry run changes no row of any table, whichever server answers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.kit import ask
from contract_tests.shop_floor import Floor

_DRY = {"X-Sandbox-Dry-Run": "true"}
_TABLES = (
    "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = current_schema() AND table_name <> 'rate_windows' ORDER BY 1"
)
# Body and id of a write, by its operation.
_WRITES: dict[str, Callable[[Floor], tuple[Any, str]]] = {
    "createWorkOrder": lambda floor: (floor.order_body(), ""),
    "updateWorkOrder": lambda floor: ({"Notes": floor.label()}, floor.order()["id"]),
    "releaseWorkOrder": lambda floor: (None, floor.order()["id"]),
    "completeWorkOrder": lambda floor: ({"CompletedQuantity": 9}, floor.released()["id"]),
    "cancelWorkOrder": lambda floor: ({"Reason": "tried"}, floor.released()["id"]),
    "createRecipe": lambda floor: (floor.recipe_body(), ""),
    "createQualityInspection": lambda floor: (floor.inspection_body(), ""),
    "createSubcontractOrder": lambda floor: (floor.job_body(), ""),
    "receiveSubcontractGoods": lambda floor: ({"AcceptedQuantity": 3}, floor.issued()["id"]),
    "archiveBoms": lambda floor: ({"ids": [floor.bom()["id"]]}, ""),
    "createWebhookSubscription": lambda floor: ({"topics": ["bom.created"], "delivery_mode": "pull"}, ""),
}


def rows(schema: str) -> dict[str, str]:
    """What each table of the schema holds, as a digest."""
    names = [row[0] for row in ask(schema, _TABLES)]
    digests = ", ".join(
        f"(SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{name}\" t)"
        for name in names
    )
    [found] = ask(schema, f"SELECT {digests}")
    return dict(zip(names, found, strict=True))


@pytest.mark.parametrize("operation_id", _WRITES)
def test_a_write_that_is_only_tried_changes_no_row(floor: Floor, schema: str, operation_id: str) -> None:
    body, record_id = _WRITES[operation_id](floor)
    path = {"id": record_id} if record_id else {}
    before = rows(schema)
    headers = {**_DRY, "Idempotency-Key": floor.label("KEY")}
    dry = floor.send(operation_id, body, headers, **path)
    assert (dry.status in (200, 201), rows(schema)) == (True, before), dry.raw
    assert floor.send(operation_id, body, {}, **path).status == dry.status
    assert rows(schema) != before


def test_a_write_that_would_be_refused_changes_no_row(floor: Floor, schema: str) -> None:
    order = floor.order(ItemRefId=floor.bom([{"ItemRefId": floor.item(), "Quantity": 1}])["ItemRefId"])
    before = rows(schema)
    dry = floor.send("releaseWorkOrder", None, _DRY, id=order["id"])
    assert (dry.status, dry.code, rows(schema)) == (409, "insufficient_stock", before)
