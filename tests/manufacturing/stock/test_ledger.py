"""The stock ledger: places, moving average, what it refuses, and that stock is the sum of its movements."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.manufacturing.stock import DocumentType, Ledger, MovementType, Place, Source, Stock
from mock_server.refused import Refused
from tests.manufacturing.order_book import OrderMemoryBook, check_ledger, figures, half_up

TUBE = "TUBE"
COUNT = Source(DocumentType.ADJUSTMENT)

quantities = st.decimals(min_value="0.001", max_value=5000, places=3)
unit_costs = st.decimals(min_value=0, max_value=900, places=4)


@pytest.fixture
def book() -> OrderMemoryBook:
    return new_book()


def new_book() -> OrderMemoryBook:
    book = OrderMemoryBook()
    book.add(TUBE, "m", "180")
    return book


def adjust(book: OrderMemoryBook, quantity: str | Decimal, unit_cost: str | Decimal | None = None) -> None:
    cost = None if unit_cost is None else Decimal(unit_cost)
    book.attempt(lambda: Ledger(book).adjust(book.items[TUBE], Decimal(quantity), cost, COUNT))


def test_opening_stock_has_its_own_type_and_no_document(book: OrderMemoryBook) -> None:
    book.fill(TUBE, "1200", "180")
    assert book.stock.get(TUBE) == Stock(Decimal(1200), Decimal("216000.00"), Decimal("180.000000"))
    [movement] = book.movements
    assert (movement.type, movement.document_type, movement.document_ref_id) == ("Opening", "Opening", None)
    assert (movement.from_place, movement.to_place) == (None, "Store")
    assert (movement.posting_date, movement.created_at) == (book.today, book.now)


def test_a_receipt_moves_the_average_and_an_issue_does_not(book: OrderMemoryBook) -> None:
    """INV-C8: 1000 at 180 and 200 at 186 are 1200 at 181."""
    book.fill(TUBE, 1000, 180)
    adjust(book, "200", "186")
    assert book.stock.get(TUBE).average == Decimal(181)
    adjust(book, "-700")
    assert (book.stock.get(TUBE).value, book.stock.get(TUBE).average) == (Decimal("90500.00"), Decimal(181))


def test_the_last_unit_takes_the_rest_of_the_value(book: OrderMemoryBook) -> None:
    """INV-A5, DEC-11: three units worth 10.00 leave at 3.33, 3.34 and 3.33; nothing stays behind."""
    book.fill(TUBE, 3, "3.333333")
    for _ in range(3):
        adjust(book, "-1")
    assert [each.value for each in book.movements[1:]] == [Decimal(v) for v in ("3.33", "3.34", "3.33")]
    assert book.stock.get(TUBE).value == 0


def test_the_last_average_stays_at_zero_stock(book: OrderMemoryBook) -> None:
    """DEC-11."""
    book.fill(TUBE, 5, "171.5")
    adjust(book, "-5")
    assert book.stock.get(TUBE) == Stock(average=Decimal("171.5"))
    adjust(book, "2")
    assert book.stock.get(TUBE).value == Decimal("343.00"), "and values what is found later"


def test_an_average_of_nothing_is_an_average(book: OrderMemoryBook) -> None:
    assert book.stock.get(TUBE).average is None, "never received"
    adjust(book, "5", "0")
    adjust(book, "-5")
    assert book.stock.get(TUBE) == Stock(average=Decimal(0))
    adjust(book, "2")
    assert book.stock.get(TUBE).value == 0, "at the average, not at the standard cost of 180"


def test_stock_that_is_found_counts_at_the_exact_average(book: OrderMemoryBook) -> None:
    book.fill(TUBE, 3, 0)
    adjust(book, "3", "3.333333")
    assert book.stock.get(TUBE).average == Decimal("1.666667"), "10.00 / 6, rounded"
    adjust(book, "600000")
    assert book.movements[-1].value == Decimal("1000000.00"), "at 10.00 / 6, not at 1.666667"


def test_an_item_without_any_average_is_found_at_its_standard_cost(book: OrderMemoryBook) -> None:
    adjust(book, "2")
    assert book.stock.get(TUBE).value == Decimal("360.00")


def test_stock_can_be_found_at_no_cost(book: OrderMemoryBook) -> None:
    adjust(book, "2", "0")
    assert book.stock.get(TUBE) == Stock(Decimal(2), Decimal(0), Decimal(0))


def test_counting_down_stops_at_what_is_reserved(book: OrderMemoryBook) -> None:
    """INV-A3: allocated ≤ on hand."""
    book.fill(TUBE, 10, 180)
    book.attempt(lambda: Ledger(book).allocate(TUBE, Decimal(4)))
    with pytest.raises(Refused) as refused:
        adjust(book, "-6.001")
    assert refused.value.code == "insufficient_stock"
    assert refused.value.message == "TUBE has 6 available, 6.001 are required."
    assert refused.value.details == {
        "shortages": [
            {
                "ItemRefId": TUBE,
                "ItemCode": TUBE,
                "Required": Decimal("6.001"),
                "Available": Decimal(6),
                "Short": Decimal("0.001"),
                "Shortfall": Decimal("0.001"),
            }
        ]
    }
    adjust(book, "-6")
    assert (book.stock.get(TUBE).on_hand, book.stock.get(TUBE).available) == figures(4, 0)


def test_no_more_is_reserved_than_is_available(book: OrderMemoryBook) -> None:
    book.fill(TUBE, 10, 180)
    Ledger(book).allocate(TUBE, Decimal(6))
    with pytest.raises(Refused, match="has 4 available, 5 are required"):
        Ledger(book).allocate(TUBE, Decimal(5))
    Ledger(book).release(TUBE, Decimal(6))
    assert Ledger(book).available(TUBE) == 10
    with pytest.raises(ValueError, match="allocated"):
        Ledger(book).release(TUBE, Decimal(1))


def test_an_issue_ends_its_reservation_even_where_less_is_used(book: OrderMemoryBook) -> None:
    book.fill(TUBE, 10, 180)
    ledger = Ledger(book)
    ledger.allocate(TUBE, Decimal(8))
    ledger.issue(
        book.items[TUBE], Decimal(5), MovementType.PRODUCTION_CONSUMPTION, COUNT, allocated=Decimal(8)
    )
    assert (book.stock.get(TUBE).on_hand, book.stock.get(TUBE).allocated) == figures(5, 0)
    with pytest.raises(ValueError, match="allocated"):
        ledger.issue(
            book.items[TUBE], Decimal(1), MovementType.PRODUCTION_CONSUMPTION, COUNT, allocated=Decimal(1)
        )


def test_material_at_a_subcontractor_leaves_and_comes_back_at_its_value(book: OrderMemoryBook) -> None:
    """Issue and return move, neither makes nor loses; what is consumed there leaves the books."""
    book.fill(TUBE, 10, "3.333")
    ledger, item = Ledger(book), book.items[TUBE]
    out = ledger.issue(item, Decimal(6), MovementType.SUBCONTRACT_ISSUE, COUNT, to_place=Place.SUBCONTRACTOR)
    assert (out.from_place, out.to_place, out.value) == ("Store", "Subcontractor", Decimal("20.00"))
    used = ledger.consume_at_subcontractor(
        item, Decimal(4), Decimal("13.34"), MovementType.SUBCONTRACT_CONSUMPTION, COUNT
    )
    assert (used.from_place, used.to_place) == ("Subcontractor", None)
    back = ledger.receive(
        item,
        Decimal(2),
        Decimal("6.66"),
        MovementType.SUBCONTRACT_RETURN,
        COUNT,
        from_place=Place.SUBCONTRACTOR,
    )
    assert (back.from_place, back.to_place) == ("Subcontractor", "Store")
    stock = book.stock.get(TUBE)
    assert (stock.on_hand, stock.value) == figures(6, "19.99")
    assert (stock.at_subcontractor, stock.at_subcontractor_value) == figures(0, 0)
    with pytest.raises(ValueError, match="subcontractors hold"):
        ledger.consume_at_subcontractor(
            item, Decimal(1), Decimal(0), MovementType.SUBCONTRACT_CONSUMPTION, COUNT
        )


def test_quarantined_goods_are_not_on_hand(book: OrderMemoryBook) -> None:
    """INV-E5: rejected quantity never enters available."""
    moved = Ledger(book).quarantine(
        book.items[TUBE], Decimal(1), Decimal("1252.18"), MovementType.SUBCONTRACT_RECEIPT, COUNT
    )
    assert (moved.from_place, moved.to_place) == (None, "Quarantine")
    assert book.stock.get(TUBE) == Stock(quarantine=Decimal(1), quarantine_value=Decimal("1252.18"))


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_movement_has_a_quantity(book: OrderMemoryBook, quantity: int) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Ledger(book).receive(book.items[TUBE], Decimal(quantity), Decimal(1), MovementType.ADJUSTMENT, COUNT)


@pytest.mark.parametrize(
    ("quantity", "unit_cost"),
    [("1000000000", "1"), ("999999999", "10001"), ("0.001", "1000000000")],
)
def test_stock_never_outgrows_what_the_contract_can_show(
    book: OrderMemoryBook, quantity: str, unit_cost: str
) -> None:
    """Neither its quantity, nor its value, nor its average."""
    before = book.view()
    with pytest.raises(Refused) as refused:
        adjust(book, quantity, unit_cost)
    assert refused.value.code == "explosion_too_large"
    assert book.view() == before


steps = st.one_of(
    st.tuples(st.just("in"), quantities, unit_costs),
    st.tuples(st.just("found"), quantities, st.none()),
    st.tuples(st.just("out"), quantities, st.none()),
    st.tuples(st.just("all"), st.none(), st.none()),
    st.tuples(st.just("reserve"), quantities, st.none()),
)


@given(st.lists(steps, max_size=25))
def test_stock_is_the_sum_of_its_movements(walk: list[tuple[str, Decimal | None, Decimal | None]]) -> None:
    """INV-A1 to INV-A6, INV-C8 after every step; a refused one changes nothing (INV-A11)."""
    book = new_book()
    ledger = Ledger(book)
    for kind, given_quantity, unit_cost in walk:
        before, history = book.stock.get(TUBE), deepcopy(book.movements)
        quantity = given_quantity if given_quantity is not None else before.available
        if not quantity:
            continue
        try:
            if kind == "reserve":
                # The walk has no orders: what it reserves, it gives free again.
                ledger.allocate(TUBE, quantity)
                assert book.stock.get(TUBE).available == before.available - quantity
                ledger.release(TUBE, quantity)
            else:
                adjust(book, quantity if kind in ("in", "found") else -quantity, unit_cost)
        except Refused as refused:
            assert refused.code == "insufficient_stock"
            assert quantity > before.available
            assert (book.stock.get(TUBE), book.movements) == (before, history), "INV-A11"
            continue
        assert book.movements[: len(history)] == history, "INV-A6"
        after = book.stock.get(TUBE)
        if after.on_hand:
            assert after.average == half_up(Fraction(after.value) / Fraction(after.on_hand), 6)
        else:
            assert after.average == before.average, "the last average stays"
        if kind == "in" and unit_cost is not None:
            worth = half_up(Fraction(quantity) * Fraction(unit_cost), 2)
            assert after.value == before.value + worth, "INV-C8"
        elif kind in ("out", "all"):
            taken = book.movements[-1].value
            exact = Fraction(before.value) * Fraction(quantity) / Fraction(before.on_hand)
            assert abs(Fraction(taken) - exact) <= Fraction(1, 200), "INV-C8: at average, to half a paisa"
        check_ledger(book)
