"""What completed orders cost: awkward cases computed anew with exact fractions, and worked cases."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from mock_server.manufacturing import boms
from tests.manufacturing.demo import body, nashik, pune
from tests.manufacturing.order_book import OrderMemoryBook, check_ledger, figures, half_up
from tests.manufacturing.order_shop import actual, released

# Awkward worked cases, each computed anew with exact fractions


def test_shares_and_a_fixed_rate_leave_the_rounding_to_the_main_product() -> None:
    """INV-C6, INV-C7: 100.01 less seven times 1.005; of the rest 33.333333 and 12.5 percent."""
    book = OrderMemoryBook(Decimal(0))
    for code in ("RAW", "MAIN", "FIX", "THIRD", "EIGHTH"):
        book.add(code, "kg", "1")
    outputs = [
        {"ItemRefId": "THIRD", "CostMethod": "CostSharePercent", "CostSharePercent": Decimal("33.333333")},
        {"ItemRefId": "FIX", "CostMethod": "FixedRate", "Rate": Decimal("1.005")},
        {"ItemRefId": "EIGHTH", "CostMethod": "CostSharePercent", "CostSharePercent": Decimal("12.5")},
    ]
    rows = [{"Quantity": 7, **output} for output in outputs]
    boms.create(book, {**body("MAIN", "RAW 3"), "ByProducts": rows})
    book.fill("RAW", 3, "33.336667")
    done = book.complete(released(book, "MAIN", 1), 1)
    cost = Fraction("100.01")
    fixed = Fraction(half_up(7 * Fraction("1.005"), 2))
    assert fixed == Fraction("7.04"), "7.035 goes up"
    third = half_up((cost - fixed) * Fraction("0.33333333"), 2)
    eighth = half_up((cost - fixed) / 8, 2)
    assert [each.actual_credit for each in done.by_products] == [third, Decimal("7.04"), eighth]
    assert (third, eighth) == (Decimal("30.99"), Decimal("11.62"))
    assert actual(done).total == Decimal("100.01") - third - Decimal("7.04") - eighth == Decimal("50.36")
    received = sum(each.value for each in done.stock_movements if each.quantity > 0)
    assert received == Decimal("100.01")
    check_ledger(book)


def test_sales_value_shares_are_those_of_the_expected_outputs() -> None:
    """DEC-20, N-3: 78 kg and 910 L came out, 80 and 905 share; a price that changes later has no part."""
    book = OrderMemoryBook.of(nashik()[0])
    book.fill("RM-MILK-COW", 1000, 52)
    order = released(book, "CO-CREAM-40", 80)
    book.change("CO-CREAM-40", selling_price=Decimal(999))
    done = book.complete(order, 78, ByProducts=[{"ItemRefId": "CO-SKIM", "ActualQuantity": 910}])
    skim = half_up(52900 * Fraction(905 * 38, 905 * 38 + 80 * 260), 2)
    assert done.by_products[0].actual_credit == skim == Decimal("32963.05")
    assert actual(done).total == 52900 - skim
    check_ledger(book)


@pytest.mark.parametrize(("skim", "credit", "lost"), [(905, "32963.05", "19936.95"), (0, "0", "52900")])
def test_without_a_good_unit_only_the_share_of_the_main_output_is_lost(
    skim: int, credit: str, lost: str
) -> None:
    """DEC-20: nothing of the joint output either, and its share is the main output's."""
    book = OrderMemoryBook.of(nashik()[0])
    book.fill("RM-MILK-COW", 1000, 52)
    order = released(book, "CO-CREAM-40", 80)
    body = {"ScrappedQuantity": 80, "ByProducts": [{"ItemRefId": "CO-SKIM", "ActualQuantity": skim}]}
    done = book.complete(order, 0, **body)
    cost = actual(done)
    assert done.by_products[0].actual_credit == cost.by_product_credit == Decimal(credit)
    assert (cost.scrap_loss, cost.total, cost.actual_unit_cost) == (Decimal(lost), Decimal(lost), None)
    assert book.stock.get("CO-SKIM").value == Decimal(credit)
    check_ledger(book)


def test_fixed_values_come_first_where_shares_would_take_more_than_all() -> None:
    """60 percent and, once the price fell, three quarters of the rest: of 100.00 the fixed 10.00 is whole."""
    book = OrderMemoryBook()
    for code in ("RAW", "SHARE", "SALE", "FIX"):
        book.add(code, "kg", "1")
    book.add("MAIN", "kg", selling_price=Decimal(1))
    rows = [
        {"ItemRefId": "SHARE", "CostMethod": "CostSharePercent", "CostSharePercent": 60},
        {"ItemRefId": "SALE", "CostMethod": "SalesValue", "SalesPrice": Decimal("0.1")},
        {"ItemRefId": "FIX", "CostMethod": "FixedRate", "Rate": 10},
    ]
    boms.create(book, {**body("MAIN", "RAW 1"), "ByProducts": [{"Quantity": 1, **row} for row in rows]})
    book.fill("RAW", 1, 100)
    book.change("MAIN", selling_price=Decimal("0.01"))
    done = book.complete(released(book, "MAIN", 1), 1)
    assert [each.actual_credit for each in done.by_products] == [54, 36, 10]
    assert (actual(done).total, book.stock.get("MAIN").value) == figures(0, 0)
    check_ledger(book)


def test_averages_of_three_levels_carry_every_paisa() -> None:
    """Ore, bought twice at odd prices, becomes ingots, wire and coils; each level averages with old stock."""
    book = OrderMemoryBook(Decimal("12.5"))
    for code in ("ORE", "INGOT", "WIRE", "COIL"):
        book.add(code, "kg", "1")
    boms.create(book, body("INGOT", "ORE 3 7", "0 7 31"))
    boms.create(book, {**body("WIRE", "INGOT 1.111", "11 0.7 53"), "OtherOverhead": Decimal("0.07")})
    boms.create(book, body("COIL", "WIRE 7 3", OutputQuantity=3))
    book.fill("ORE", "100.3", "1.2345")
    book.fill("ORE", "77.77", "1.6789")
    book.fill("INGOT", "3.3", "5.5555")
    book.fill("WIRE", "1.7", "9.8765")

    class Pool:
        """Quantity and value of one item, exact but for the amounts of money."""

        def __init__(self) -> None:
            self.quantity, self.value = Fraction(0), Fraction(0)

        def take(self, quantity: Fraction) -> Fraction:
            value = Fraction(half_up(self.value * quantity / self.quantity, 2))
            self.quantity, self.value = self.quantity - quantity, self.value - value
            return value

        def add(self, quantity: Any, value: Fraction) -> None:
            self.quantity, self.value = self.quantity + Fraction(quantity), self.value + value

    pools = {code: Pool() for code in ("ORE", "INGOT", "WIRE", "COIL")}
    for code, quantity, price in (
        ("ORE", "100.3", "1.2345"),
        ("ORE", "77.77", "1.6789"),
        ("INGOT", "3.3", "5.5555"),
        ("WIRE", "1.7", "9.8765"),
    ):
        pools[code].add(quantity, Fraction(half_up(Fraction(quantity) * Fraction(price), 2)))

    def make(into: str, source: str, need: str, made: str, hours: str, rate: int, other: str = "0") -> None:
        value = pools[source].take(Fraction(half_up(Fraction(need), 3)))
        labour = Fraction(hours) / 60 * rate
        conversion = [labour, labour / 8, Fraction(other)]
        pools[into].add(made, value + sum(Fraction(half_up(part, 2)) for part in conversion))

    make("INGOT", "ORE", "72.2250000", "22.5", "157.5", 31)
    make("WIRE", "INGOT", "20.20909", "18.19", "23.733", 53, "1.2733")
    make("COIL", "WIRE", "18.0250", "7.5", "0", 0)

    book.complete(released(book, "INGOT", Decimal("22.5")), Decimal("22.5"))
    book.complete(released(book, "WIRE", Decimal("18.19")), Decimal("18.19"))
    book.complete(released(book, "COIL", Decimal("7.5")), Decimal("7.5"))
    for code, pool in pools.items():
        stock = book.stock.get(code)
        assert (Fraction(stock.on_hand), Fraction(stock.value)) == (pool.quantity, pool.value), code
    assert book.stock.get("COIL").value == Decimal("188.98")
    assert book.stock.get("COIL").average == Decimal("25.197333")
    check_ledger(book)


def test_actuals_of_an_item_that_comes_out_twice_are_spread() -> None:
    """Six expected at a rate and three without value; of 7 kg two thirds, rounded, go to the first."""
    book = OrderMemoryBook()
    for code in ("RAW", "MAIN", "BY"):
        book.add(code, "kg", "1")
    rows = [
        {"ItemRefId": "BY", "Quantity": 6, "CostMethod": "FixedRate", "Rate": 1},
        {"ItemRefId": "BY", "Quantity": 3},
    ]
    boms.create(book, {**body("MAIN", "RAW 9"), "ByProducts": rows})
    book.fill("RAW", 100, 2)
    done = book.complete(released(book, "MAIN", 1), 1, ByProducts=[{"ItemRefId": "BY", "ActualQuantity": 7}])
    assert [each.actual_quantity for each in done.by_products] == [Decimal("4.667"), Decimal("2.333")]
    assert book.stock.get("BY").on_hand == 7
    check_ledger(book)


# Figures of the demonstration data


def test_n1_frames() -> None:
    book = OrderMemoryBook.of(pune()[0])
    for code, quantity, price in (
        ("RM-TUBE-6061", 1200, 180),
        ("RM-WIRE-5356", 60, 640),
        ("BY-AL-OFFCUT", 15, 110),
    ):
        book.fill(code, quantity, price)
    order = released(book, "SF-FRAME-RAW", 20, InspectionRequired=True)
    book.inspect(order, "Passed", 19)
    done = book.complete(
        order,
        19,
        ScrappedQuantity=1,
        Operations=[{"Sequence": 1, "ActualMinutes": 250}, {"Sequence": 2, "ActualMinutes": 630}],
        ByProducts=[{"ItemRefId": "BY-AL-OFFCUT", "ActualQuantity": Decimal("5.2")}],
    )
    assert done.planned_cost.standard_unit_cost == Decimal("1145.5")
    cost, found = actual(done), done.variance
    assert (cost.material, cost.labour, cost.overhead) == figures(17988, 4780, 956)
    assert (cost.by_product_credit, cost.total) == figures(572, 23152)
    assert cost.actual_unit_cost == Decimal("1218.526316")
    assert found is not None
    assert (found.labour_efficiency, found.overhead, found.by_product) == figures(220, 44, -22)
    assert (found.yield_, found.total) == (Decimal("1145.50"), Decimal("1387.50"))
    assert (found.material_price, found.material_usage, found.labour_rate) == figures(0, 0, 0)
    assert len(done.stock_movements) == 4
    assert book.stock.get("RM-TUBE-6061").on_hand == Decimal("1111.8")
    assert book.stock.get("RM-WIRE-5356").on_hand == Decimal("56.7")
    assert (book.stock.get("BY-AL-OFFCUT").on_hand, book.stock.get("BY-AL-OFFCUT").value) == figures(
        "20.2", 2222
    )
    check_ledger(book)


def test_n2_paneer() -> None:
    book = OrderMemoryBook.of(nashik()[0])
    book.fill("RM-MILK-COW", 5000, 52)
    book.fill("RM-CITRIC", 50, 138)
    order = released(book, "FG-PANEER", 180, LotNumber="PNR-260610")
    book.inspect(order, "Passed", Decimal("174.6"))
    done = book.complete(
        order,
        Decimal("174.6"),
        Materials=[{"ItemRefId": "RM-CITRIC", "ConsumedQuantity": Decimal("2.1")}],
        Operations=[{"Sequence": 1, "ActualMinutes": 255}],
        ByProducts=[{"ItemRefId": "BY-WHEY", "ActualQuantity": 812}],
    )
    cost, found = actual(done), done.variance
    assert (cost.material, cost.labour, cost.overhead) == figures("52289.80", 765, "191.25")
    assert (cost.other_overhead, cost.by_product_credit) == figures(1200, "974.40")
    assert (cost.total, cost.actual_unit_cost) == (Decimal("53471.65"), Decimal("306.252291"))
    assert found is not None
    assert (found.material_usage, found.labour_efficiency) == figures("13.80", 45)
    assert (found.overhead, found.by_product) == (Decimal("11.25"), Decimal("-14.40"))
    assert (found.yield_, found.total) == (Decimal("1602.48"), Decimal("1658.13"))
    assert book.stock.get("FG-PANEER").value == Decimal("53471.65")
    assert book.stock.get("BY-WHEY").value == Decimal("974.40")


def test_n3_co_products() -> None:
    book = OrderMemoryBook.of(nashik()[0])
    book.fill("RM-MILK-COW", 5000, 52)
    done = book.complete(released(book, "CO-CREAM-40", 80), 80)
    assert actual(done).total == Decimal("19936.95")
    assert actual(done).actual_unit_cost == Decimal("249.211875")
    [skim] = done.by_products
    assert (skim.expected_credit, skim.actual_credit) == (Decimal("32963.05"), Decimal("32963.05"))
    assert book.stock.get("CO-SKIM").average == Decimal("36.423260")
    assert done.planned_cost.total == Decimal("19936.95")


def test_n7_bicycles_from_dearer_frames() -> None:
    """WO-0006: frames red at the average of 30 at 1578.66 and 18 worth 28 839.18, all else at standard."""
    book = OrderMemoryBook.of(pune()[0])
    stock = (
        "PT-TYRE-28 420 550|PT-ITUBE-28 450 140|PT-CRANK 180 1250|PT-CHAIN 200 390|PT-BRAKE 190 980"
        "|PT-SADDLE 200 520|PT-HBAR 190 610|PT-PEDAL 200 260|PK-CARTON 300 95|HW-BOLT-M5 9000 2.25"
        "|HW-NUT-M5 9000 0.80|HW-WASHER-M5 12000 0.35|CH-GREASE 25 310|SF-WHEEL-F 50 1524.09"
        "|SF-WHEEL-R 50 1713.08|SF-FRAME-RED 30 1578.66|SF-FRAME-RED 18 1602.176667"
    )
    for entry in stock.split("|"):
        code, quantity, price = entry.split()
        book.fill(code, quantity, price)
    assert book.movements[-1].value == Decimal("28839.18")
    assert book.stock.get("SF-FRAME-RED").average == Decimal("1587.478750")
    done = book.complete(released(book, "FG-CITY-28-RED", 4), 4)
    assert done.planned_cost.total == Decimal("42568.52")
    cost, found = actual(done), done.variance
    assert (cost.material, cost.labour, cost.overhead) == tuple(
        map(Decimal, ("41635.80", "806.67", "161.33"))
    )
    assert (cost.total, cost.actual_unit_cost) == (Decimal("42603.80"), Decimal("10650.95"))
    assert found is not None
    assert (found.material_price, found.total) == (Decimal("35.28"), Decimal("35.28"))
    assert book.stock.get("SF-FRAME-RED").value == Decimal("69849.06")
    assert (book.stock.get("FG-CITY-28-RED").value, len(done.stock_movements)) == (Decimal("42603.80"), 17)
    assert [book.stock.get(code).on_hand for code in ("CH-GREASE", "HW-WASHER-M5")] == [
        Decimal("24.88"),
        11808,
    ]
    check_ledger(book)
