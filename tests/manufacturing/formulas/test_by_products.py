"""What by-products take off the cost of the main product (DEC-10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import boms
from mock_server.manufacturing.formulas import Bom, reroll_item
from mock_server.refused import Refused
from tests.manufacturing.book import MemoryBook


@pytest.fixture
def book() -> MemoryBook:
    book = MemoryBook()
    book.add("CREAM", "kg", selling_price=Decimal(260))
    book.add("SKIM", "L")
    book.add("MILK", "L", "52")
    return book


def separation(book: MemoryBook, *by_products: dict[str, Any]) -> Bom:
    """1000 L of milk and 900 of labour make 80 kg of cream: 52 900 to share."""
    body = {
        "Name": "Separation",
        "ItemRefId": "CREAM",
        "Status": "Active",
        "OutputQuantity": 80,
        "Lines": [{"ItemRefId": "MILK", "Quantity": 1000}],
        "OtherOverhead": 900,
        "ByProducts": [
            {"ItemRefId": "SKIM", "Quantity": 905, "Kind": "CoProduct", **each} for each in by_products
        ],
    }
    return boms.create(book, body)


def test_sales_value_shares_by_what_the_outputs_sell_for(book: MemoryBook) -> None:
    bom = separation(book, {"CostMethod": "SalesValue", "SalesPrice": 38})
    assert (bom.total_cost, bom.by_product_credit) == (Decimal("19936.95"), Decimal("32963.05"))
    assert bom.unit_cost == Decimal("249.211814")


def test_the_selling_price_of_the_main_product_moves_its_cost(book: MemoryBook) -> None:
    bom = separation(book, {"CostMethod": "SalesValue", "SalesPrice": 38})
    book.change("CREAM", selling_price=Decimal(300))
    assert book.attempt(lambda: reroll_item(book, "CREAM")) == 1
    after = book.boms[bom.id]
    assert after.total_cost > bom.total_cost
    assert after.revision == bom.revision


@pytest.mark.parametrize("price", [None, Decimal(0)])
def test_cost_is_shared_by_value_only_where_the_main_product_has_a_price(
    book: MemoryBook, price: Decimal | None
) -> None:
    """DEC-20."""
    book.change("CREAM", selling_price=price)
    with pytest.raises(Refused, match="no SellingPrice") as refused:
        separation(book, {"CostMethod": "SalesValue", "SalesPrice": 38})
    assert refused.value.code == "sales_price_required"


def test_what_a_bom_makes_is_no_by_product_of_it(book: MemoryBook) -> None:
    """DEC-20."""
    with pytest.raises(Refused) as refused:
        separation(book, {"ItemRefId": "CREAM"})
    assert refused.value.code == "output_repeated"


def test_fixed_rates_come_first_and_shares_are_of_the_net(book: MemoryBook) -> None:
    bom = separation(
        book,
        {"CostMethod": "FixedRate", "Rate": 2},
        {"CostMethod": "CostSharePercent", "CostSharePercent": 10},
        {"CostMethod": "None"},
    )
    assert bom.by_product_credit == Decimal("1810") + Decimal("5109")


def test_the_credit_never_exceeds_the_cost(book: MemoryBook) -> None:
    bom = separation(book, {"CostMethod": "FixedRate", "Rate": 100})
    assert bom.by_product_credit == 52900
    assert bom.total_cost == bom.unit_cost == 0


def test_the_whole_cost_may_be_shared(book: MemoryBook) -> None:
    bom = separation(book, {"CostMethod": "CostSharePercent", "CostSharePercent": 100})
    assert bom.by_product_credit == 52900
    assert bom.total_cost == 0


def test_shares_are_too_large_by_however_little_and_the_message_says_so(book: MemoryBook) -> None:
    over = {"CostMethod": "CostSharePercent", "CostSharePercent": Decimal("50.000001")}
    half = {"CostMethod": "CostSharePercent", "CostSharePercent": 50}
    with pytest.raises(Refused, match=r"add up to 100\.000001 percent"):
        separation(book, over, half)


def test_a_share_of_nothing_takes_nothing_back(book: MemoryBook) -> None:
    bom = separation(
        book,
        {"CostMethod": "FixedRate", "Rate": 100},
        {"CostMethod": "CostSharePercent", "CostSharePercent": 50},
    )
    assert bom.by_product_credit == 52900


def test_parts_of_half_a_cent_are_shown_each_and_add_up(book: MemoryBook) -> None:
    """DEC-19: three elements of 0.005 less 0.0149; what is shown adds up, the unit cost is exact."""
    body = {
        "Name": "Thimble",
        "Type": "Subcontract",
        "ItemRefId": "CREAM",
        "Lines": [{"ItemRefId": "SKIM", "Quantity": 1}],
        "Operations": [{"Sequence": 1, "Name": "Stir", "SetupMinutes": Decimal("0.3"), "CostPerHour": 1}],
        "OverheadPercent": 100,
        "ServiceCostPerUnit": Decimal("0.005"),
        "ByProducts": [
            {"ItemRefId": "MILK", "Quantity": 1, "CostMethod": "FixedRate", "Rate": Decimal("0.0149")}
        ],
    }
    bom = boms.create(book, body)
    parts = (bom.material_cost, bom.labour_cost, bom.overhead_cost, bom.service_cost)
    cent = Decimal("0.01")
    assert [*parts, bom.by_product_credit, bom.total_cost] == [0, cent, cent, cent, cent, 2 * cent]
    assert bom.unit_cost == Decimal("0.0001")


def test_the_credit_that_is_shown_never_exceeds_the_cost_that_is_shown(book: MemoryBook) -> None:
    """DEC-19: 0.0049 and 0.0049 are 0.00 each, and the credit of their 0.0098 is not 0.01."""
    bom = separation(book, {"CostMethod": "FixedRate", "Rate": 100})
    small = {"Lines": [{"ItemRefId": "MILK", "Quantity": Decimal("0.000094")}], "OtherOverhead": 0}
    labour = {"Sequence": 1, "Name": "Stir", "SetupMinutes": Decimal("0.294"), "CostPerHour": 1}
    after = boms.update(book, bom, {**small, "Operations": [labour], "OverheadPercent": 0})
    assert after.material_cost == after.labour_cost == after.by_product_credit == 0
    assert after.total_cost == after.unit_cost == 0
