"""The journey of an integrator by the client that openapi-python-client writes, run where the tools are."""

from __future__ import annotations

import datetime
import importlib
import os
import sys
from typing import Any
from uuid import UUID

PACKAGE = "generated"


def main() -> int:
    """Lists, makes, releases, completes and subscribes by the generated client alone."""
    models: Any = importlib.import_module(f"{PACKAGE}.models")
    client: Any = importlib.import_module(f"{PACKAGE}.client").AuthenticatedClient(
        base_url=os.environ["HB_URL"], token=os.environ["HB_TOKEN"]
    )
    place = (os.environ["HB_ORG"], os.environ["HB_ENT"])

    def call(module: str, *path: Any, **more: Any) -> Any:
        sync = importlib.import_module(f"{PACKAGE}.api.{module}").sync
        answer = sync(*place, *path, client=client, **more)
        assert answer is not None, module
        return answer

    since = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    boms = call("boms.list_boms", updated_since=since, limit=200)
    assert boms.boms and isinstance(boms.boms[0].updated_at, datetime.datetime)
    items = [
        each for each in call("items.list_item", limit=200).items if each.is_active and each.track_inventory
    ]
    taken = {bom.item_ref_id for bom in boms.boms}
    made = next(each for each in items if each.id not in taken and each.uom == "NOS")
    part, waste = [each for each in items if each.available_quantity >= 10 and each.id != made.id][:2]
    bom = call(
        "boms.create_bom",
        body=models.BomCreate(
            name="Built by a generated client",
            item_ref_id=made.id,
            status=models.LiveStatus.ACTIVE,
            lines=[models.BomLineWrite(item_ref_id=part.id, quantity=2)],
            by_products=[
                models.ByProductWrite(
                    item_ref_id=waste.id,
                    quantity=1,
                    cost_method=models.ByProductCostMethodInput.FIXEDRATE,
                    rate=0.01,
                )
            ],
        ),
    )
    assert isinstance(bom, models.Bom), bom
    assert isinstance(bom.id, UUID) and bom.by_products[0].rate == 0.01
    order = call(
        "work_orders.create_work_order",
        body=models.WorkOrderCreate(item_ref_id=made.id, bom_ref_id=bom.id, planned_quantity=2),
    )
    call("work_orders.release_work_order", order.id)
    done = call(
        "work_orders.complete_work_order",
        order.id,
        body=models.WorkOrderCompleteRequest(completed_quantity=2),
    )
    assert isinstance(done, models.WorkOrder), done
    assert done.status == "Completed" and done.actual_cost is not None and done.lot_number is None
    subscription = call(
        "webhook_subscriptions.create_webhook_subscription",
        body=models.WebhookSubscriptionCreate(
            topics=["work_order.completed"], target_url="https://example.com/hooks"
        ),
    )
    assert subscription.signing_secret
    missing = call("boms.get_bom", UUID(int=1))
    assert isinstance(missing, models.ApiError) and missing.error == "not_found"
    print(f"completed {done.work_order_number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
