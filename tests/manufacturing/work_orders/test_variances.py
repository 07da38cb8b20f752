"""Why an order cost what it did: each element alone, all together, and that they add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from mock_server.manufacturing import boms
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderVariance
from tests.manufacturing.demo import body
from tests.manufacturing.order_book import OrderMemoryBook, figures, half_up


def shop(**members: Any) -> OrderMemoryBook:
    """Ten boards from 4 planks with 25 % wastage each, planed in 6 minutes at 90 an hour."""
    book = OrderMemoryBook(Decimal(10))
    book.add("PLANK", "m", "8")
    book.add("CHIP", "kg", "0.5")
    book.add("BOARD")
    boms.create(book, {**body("BOARD", "PLANK 4 25", "0 6 90"), **members})
    return book


def made(book: OrderMemoryBook, price: str, completed: Any, **members: Any) -> WorkOrder:
    book.fill("PLANK", 1000, price)
    return book.complete(book.release(book.order("BOARD", 10)), completed, **members)


def elements(order: WorkOrder) -> dict[str, Decimal]:
    """The elements that are not 0; their sum is the total (INV-C9)."""
    found = order.variance
    assert found is not None
    names = [name for name in WorkOrderVariance.__slots__ if name != "total"]
    values = {name: getattr(found, name) for name in names}
    assert sum(values.values()) == found.total, "INV-C9"
    actual = order.actual_cost
    assert actual is not None
    standard = Fraction(order.planned_cost.standard_unit_cost) * Fraction(order.completed_quantity)
    assert found.total == half_up(Fraction(actual.total) - standard, 2), "INV-C9"
    return {name: value for name, value in values.items() if value}


def test_an_order_that_goes_as_planned_has_no_variance() -> None:
    order = made(shop(), "8", 10)
    assert order.planned_cost.total == order.planned_cost.standard_unit_cost * 10 == Decimal("499.00")
    assert elements(order) == {}


def test_dearer_material_is_a_price_variance() -> None:
    assert elements(made(shop(), "8.2", 10)) == {"material_price": Decimal("10.00")}


def test_more_material_is_a_usage_variance_at_the_standard_price() -> None:
    order = made(shop(), "8.2", 10, Materials=[{"ItemRefId": "PLANK", "ConsumedQuantity": 55}])
    assert elements(order) == {"material_price": Decimal("11.00"), "material_usage": Decimal("40.00")}


def test_a_higher_rate_and_more_time_are_two_labour_variances_and_one_of_overhead() -> None:
    """60 minutes at 90 by plan; 80 at 99: rate 12, efficiency 30, overhead a tenth of both."""
    work = [{"Sequence": 1, "ActualMinutes": 80, "ActualCostPerHour": 99}]
    order = made(shop(), "8", 10, Operations=work)
    assert elements(order) == {
        "labour_rate": Decimal("12.00"),
        "labour_efficiency": Decimal("30.00"),
        "overhead": Decimal("4.20"),
    }


def test_more_of_a_by_product_is_a_gain() -> None:
    chips = [{"ItemRefId": "CHIP", "Quantity": 3, "CostMethod": "FixedRate", "Rate": Decimal("0.5")}]
    order = made(shop(ByProducts=chips), "8", 10, ByProducts=[{"ItemRefId": "CHIP", "ActualQuantity": 34}])
    assert elements(order) == {"by_product": Decimal("-2.00")}


def test_an_order_closed_short_expects_its_share_of_by_products() -> None:
    chips = [{"ItemRefId": "CHIP", "Quantity": 3, "CostMethod": "FixedRate", "Rate": Decimal("0.5")}]
    order = made(shop(ByProducts=chips), "8", 4)
    assert order.by_products[0].actual_quantity == 12
    assert elements(order) == {}


def test_scrap_is_a_yield_variance_at_standard_unit_cost() -> None:
    order = made(shop(), "8", 8, ScrappedQuantity=2)
    assert elements(order) == {"yield_": Decimal("99.80")}


def test_an_order_closed_short_without_scrap_has_none() -> None:
    order = made(shop(), "8", 7)
    assert (order.started_quantity, order.remaining_quantity) == figures(7, 3)
    assert elements(order) == {}


def test_other_overhead_follows_the_started_quantity() -> None:
    order = made(shop(OtherOverhead=Decimal("3.5")), "8", 6)
    assert order.actual_cost is not None
    assert order.actual_cost.other_overhead == Decimal("21.00")
    assert elements(order) == {}


def test_set_up_that_fewer_units_have_to_carry_is_in_material_usage() -> None:
    """Set-up of 20 minutes at 90, overhead a tenth: 33.00, of which half the units carry half by standard."""
    book = shop(Operations=body("BOARD", "PLANK 1", "20 6 90")["Operations"])
    assert elements(made(book, "8", 5)) == {"material_usage": Decimal("16.50")}


def test_a_fixed_line_that_fewer_units_have_to_carry_is_in_material_usage() -> None:
    book = OrderMemoryBook()
    book.add("PLANK", "m", "8")
    book.add("BOARD")
    lines = [
        {"ItemRefId": "PLANK", "Quantity": 4},
        {"ItemRefId": "PLANK", "Quantity": 6, "IsFixedQuantity": True},
    ]
    boms.create(book, {"Name": "Board", "ItemRefId": "BOARD", "Status": "Active", "Lines": lines})
    order = made(book, "8", 5)
    [plank] = order.materials
    assert (plank.required_quantity, plank.consumed_quantity) == figures(46, 26), (
        "4 for each of 5, and 6 whole"
    )
    assert elements(order) == {"material_usage": Decimal("24.00")}, "half of 6 at 8"


def test_all_scrap_is_a_loss_against_no_standard() -> None:
    order = made(shop(), "8", 0, ScrappedQuantity=10)
    assert order.actual_cost is not None
    assert (order.actual_cost.scrap_loss, order.actual_cost.actual_unit_cost) == (Decimal("499.00"), None)
    assert elements(order) == {"yield_": Decimal("499.00")}


def test_the_rest_of_the_rounding_is_in_material_usage() -> None:
    """Thirds: 1/3 m at 0.10 for each of 10 started of 30; the standard unit cost has 6 decimals."""
    book = OrderMemoryBook()
    book.add("PLANK", "m", "0.1")
    book.add("BOARD")
    boms.create(book, {**body("BOARD", "PLANK 1"), "OutputQuantity": 3})
    book.fill("PLANK", 100, "0.1")
    order = book.complete(book.release(book.order("BOARD", 10)), 7, ScrappedQuantity=2)
    [plank] = order.materials
    assert (plank.required_quantity, plank.consumed_quantity) == (Decimal("3.333"), Decimal("3.000"))
    assert order.planned_cost.standard_unit_cost == Decimal("0.03333")
    # Actual 0.30, standard 7 at 0.03333 = 0.23331: total 0.07 = yield 0.06666 → 0.07 and nothing else.
    assert elements(order) == {"yield_": Decimal("0.07")}
