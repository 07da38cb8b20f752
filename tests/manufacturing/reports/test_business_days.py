"""Business days are the entity's, not those of UTC (DEC-17)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mock_server.manufacturing.reports.figures import completed_order
from tests.manufacturing.order_shop import box_shop, released


def test_an_order_that_moved_no_stock_is_posted_on_the_entitys_day_too() -> None:
    """All of it was scrap of nothing, late in the evening of UTC."""
    book = box_shop()
    order = released(book, "BOX", 1)
    book._now, book.today = datetime(2026, 6, 30, 20, 0, tzinfo=UTC), date(2026, 7, 1)
    done = book.complete(
        order,
        0,
        ScrappedQuantity=1,
        Materials=[{"ItemRefId": each.item_ref_id, "ConsumedQuantity": 0} for each in order.materials],
        ByProducts=[{"ItemRefId": "SAWDUST", "ActualQuantity": 0}],
    )
    assert done.stock_movements == []
    assert completed_order(done).posting_date == date(2026, 7, 1)
