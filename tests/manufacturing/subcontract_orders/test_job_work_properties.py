"""Job work under random requests: the reconciliation identities hold after every step."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.manufacturing import boms
from mock_server.manufacturing.formulas import Lookup
from mock_server.manufacturing.stock.records import Place
from mock_server.manufacturing.subcontract_orders import SubcontractOrder, shown_subcontract_order
from mock_server.manufacturing.subcontract_orders.challans import (
    financial_year,
    generated_number,
    return_due_date,
)
from mock_server.refused import Refused
from tests.manufacturing.job_work_book import JobWorkBook
from tests.manufacturing.job_work_desk import Desk

GOODS, PIECE, DUST = "GOODS", "PIECE", "DUST"
ZERO = Decimal(0)

thousandths = st.integers(1, 5000).map(lambda count: Decimal(count).scaleb(-3))
# Thirds of what is left; four are too many.
thirds = st.sampled_from([0, 1, 1, 2, 3, 3, 3, 4])


@dataclass
class Plan:
    """An order, and the requests that follow it."""

    ordered: int
    pieces: int
    dust: Decimal
    wastage: int
    fixed: Decimal
    rate: Decimal
    costs: tuple[Decimal, Decimal]
    requests: list[tuple[str, Any]]


issues = st.tuples(st.just("issue"), st.tuples(thirds, thirds, st.integers(0, 700)))
most = st.sampled_from([2, 3, 3, 3])
first_issues = st.tuples(st.just("issue"), st.tuples(most, most, st.integers(0, 700)))
receipts = st.tuples(
    st.just("receive"), st.tuples(thirds, st.sampled_from([0, 0, 0, 1, 2]).map(Decimal), st.booleans())
)
requests = st.one_of(
    issues,
    receipts,
    receipts,
    receipts,
    st.tuples(st.just("return"), st.tuples(thirds, thirds)),
    st.tuples(st.just("complete"), st.booleans()),
    st.tuples(st.sampled_from(["wait", "wait", "wait", "cancel"]), st.integers(1, 300)),
)
plans = st.builds(
    Plan,
    ordered=st.integers(1, 12),
    pieces=st.integers(1, 3),
    dust=thousandths,
    wastage=st.integers(0, 25),
    fixed=st.one_of(st.just(ZERO), thousandths),
    rate=st.integers(0, 99999).map(lambda count: Decimal(count).scaleb(-3)),
    costs=st.tuples(thousandths, thousandths),
    requests=st.tuples(first_issues, first_issues, st.lists(requests, min_size=4, max_size=14)).map(
        lambda drawn: [drawn[0], drawn[1], *drawn[2]]
    ),
)


def start(plan: Plan, requests_of: int = 1) -> tuple[Desk, list[str]]:
    """A book with plenty of stock at awkward averages, and orders like the plan's."""
    book = JobWorkBook()
    book.on("2026-02-20")
    book.add(GOODS, "NOS")
    book.add(PIECE, "NOS")
    book.add(DUST, "kg")
    book.open_with(PIECE, "97", str(plan.costs[0]))
    book.open_with(DUST, "331.007", str(plan.costs[1]))
    book.add_vendor("V")
    lines = [
        {"ItemRefId": PIECE, "Quantity": plan.pieces},
        {"ItemRefId": DUST, "Quantity": plan.dust, "WastagePercent": plan.wastage},
    ]
    if plan.fixed:
        lines.append({"ItemRefId": DUST, "Quantity": plan.fixed, "IsFixedQuantity": True})
    boms.create(
        book,
        {"Name": "B", "ItemRefId": GOODS, "Type": "Subcontract", "Status": "Active", "Lines": lines},
    )
    desk = Desk(book)
    made = [
        desk.create(plan.ordered, GOODS, "V", RatePerUnit=plan.rate, ExpectedDate="2026-03-01")
        for _ in range(requests_of)
    ]
    return desk, made


def send(desk: Desk, order_id: str, kind: str, given: Any) -> bool:
    """Sends one request of a plan; tells whether it was accepted."""
    order = desk.order(order_id)
    materials = order.materials or shown_subcontract_order(desk.book, Lookup(desk.book), order).materials
    try:
        if kind == "issue":
            left = {
                each.item_ref_id: each.required_quantity - each.issued_quantity + each.returned_quantity
                for each in materials
            }
            day = desk.book.today - timedelta(days=given[2])
            desk.issue(order_id, parts_of(left, given), ChallanDate=day.isoformat())
        elif kind == "receive":
            share, rejected, is_naming = given
            accepted = max(ZERO, order.pending_quantity - rejected) * share // 3
            named = [challan.challan_number for challan in order.challans[-1:]] if is_naming else []
            freight: dict[str, Any] = {"AdditionalCost": Decimal("3.33")} if accepted else {}
            desk.receive(order_id, accepted, rejected, ChallanNumbers=named, **freight)
        elif kind == "return":
            left = {each.item_ref_id: each.balance_quantity for each in materials}
            desk.give_back(order_id, parts_of(left, given))
        elif kind == "complete":
            out = {each.item_ref_id: each.balance_quantity for each in order.materials}
            losses = {item: quantity for item, quantity in out.items() if quantity} if given else {}
            desk.complete(order_id, losses, Reason="enough")
        elif kind == "cancel":
            desk.cancel(order_id)
        else:
            desk.book.on((desk.book.today + timedelta(days=given)).isoformat())
    except Refused:
        return False
    return True


def parts_of(left: dict[str, Decimal], shares: tuple[int, ...]) -> dict[str, Decimal]:
    """Thirds of what is left, in the units of the items; nothing of what would be 0."""
    found = {}
    for (item, quantity), share in zip(left.items(), shares, strict=False):
        part = quantity * share / 3
        part = part.quantize(Decimal(1) if item == PIECE else Decimal("0.001"))
        if part:
            found[item] = part
    return found


def check(desk: Desk, order: SubcontractOrder) -> None:
    """INV-F1, F3, F5, F6, F8 and F9 of one order."""
    for material in order.materials:
        accounted = material.consumed_quantity + material.returned_quantity + material.loss_quantity
        assert material.issued_quantity == accounted + material.balance_quantity, "INV-F1"
        figures = (accounted, material.balance_quantity, material.balance_value, material.loss_quantity)
        assert min(figures) >= 0, "INV-F1"
        assert material.issued_quantity - material.returned_quantity <= material.required_quantity, "DEC-24"
        assert material.balance_quantity or not material.balance_value
        lines = [
            line
            for challan in order.challans
            for line in challan.lines
            if line.item_ref_id == material.item_ref_id
        ]
        assert sum(line.quantity for line in lines) == material.issued_quantity, "INV-F8"
        assert sum(line.pending_quantity for line in lines) == material.balance_quantity, "INV-F8"
        assert all(0 <= line.pending_quantity <= line.quantity for line in lines), "INV-F8"
    received = order.accepted_quantity + order.rejected_quantity
    assert received + order.pending_quantity == order.ordered_quantity, "INV-F3"
    assert order.pending_quantity >= 0, "INV-F3"
    for receipt in order.receipts:
        used = sum((line.value for line in receipt.materials), ZERO)
        assert receipt.material_cost + receipt.rejected_material_cost == used, "INV-F5"
        service = Fraction(order.rate_per_unit) * Fraction(receipt.accepted_quantity)
        assert abs(Fraction(receipt.service_cost) - service) <= Fraction(1, 200), "INV-F5"
        carried = receipt.material_cost + receipt.service_cost + receipt.additional_cost
        if receipt.accepted_quantity:
            assert receipt.unit_cost is not None
            exact = Fraction(carried) / Fraction(receipt.accepted_quantity)
            assert abs(Fraction(receipt.unit_cost) - exact) <= Fraction(1, 2 * 10**6), "INV-F5"
    cost = order.cost
    assert cost.total == cost.material + cost.service + cost.additional, "INV-C1"
    if order.status == "Completed":
        assert not any(each.balance_quantity or each.balance_value for each in order.materials), "INV-F6"
    if order.status == "Cancelled":
        assert all(each.issued_quantity == each.returned_quantity for each in order.materials), "INV-F6"
        assert not received, "INV-F6"
    today = desk.book.today
    late = [
        challan
        for challan in order.challans
        if any(line.pending_quantity for line in challan.lines) and today > challan.return_due_date
    ]
    shown = shown_subcontract_order(desk.book, Lookup(desk.book), order)
    assert shown.overdue is bool(late), "INV-F8"
    is_open = order.status not in ("Completed", "Cancelled")
    is_late = is_open and order.pending_quantity > 0 and today > date(2026, 3, 1)
    assert shown.delivery_overdue is is_late
    numbers = [(financial_year(challan.challan_date), challan.challan_number) for challan in order.challans]
    assert len(set(numbers)) == len(numbers), "INV-F9"
    assert all(len(number) <= 16 for _, number in numbers), "INV-F9"
    assert [each.challan_date for each in order.challans] == sorted(
        each.challan_date for each in order.challans
    )


def check_stock(desk: Desk) -> None:
    """The three places add up from the movements (INV-A4, INV-A5), and value is conserved (INV-C5)."""
    quantity: defaultdict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    value: defaultdict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    for movement in desk.book.movements:
        for place, sign in ((movement.from_place, -1), (movement.to_place, 1)):
            quantity[place, movement.item_ref_id] += sign * movement.quantity
            value[place, movement.item_ref_id] += sign * movement.value
    total = ZERO
    for item in (GOODS, PIECE, DUST):
        stock = desk.book.stock.get(item)
        assert (stock.on_hand, stock.value) == (quantity[Place.STORE, item], value[Place.STORE, item])
        outside = (stock.at_subcontractor, stock.at_subcontractor_value)
        assert outside == (quantity[Place.SUBCONTRACTOR, item], value[Place.SUBCONTRACTOR, item])
        apart = (stock.quarantine, stock.quarantine_value)
        assert apart == (quantity[Place.QUARANTINE, item], value[Place.QUARANTINE, item])
        total += stock.value + stock.at_subcontractor_value + stock.quarantine_value
    orders = desk.book.subcontract_orders.values()
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        for material in order.materials:
            held[material.item_ref_id] += material.balance_value
    for item in (PIECE, DUST):
        assert held[item] == desk.book.stock.get(item).at_subcontractor_value
    opening = sum((each.value for each in desk.book.movements if each.type == "Opening"), ZERO)
    added = sum((order.cost.service + order.cost.additional for order in orders), ZERO)
    lost = sum((order.cost.loss for order in orders), ZERO)
    assert total == opening + added - lost, "INV-C5"
    rejected = sum((order.rejected_quantity for order in orders), ZERO)
    accepted = sum((order.accepted_quantity for order in orders), ZERO)
    assert desk.book.stock.get(GOODS).available == accepted, "INV-E5"
    assert desk.book.stock.get(GOODS).quarantine == rejected, "INV-E5"


@given(plans, st.lists(st.integers(0, 1), min_size=16, max_size=16).map(lambda drawn: [0, 1, *drawn[2:]]))
@settings(max_examples=200)
def test_every_identity_of_job_work_holds_after_every_request(plan: Plan, turns: list[int]) -> None:
    desk, orders = start(plan, 2)
    for (kind, given_), turn in zip(plan.requests, turns, strict=False):
        before = desk.book.view()
        prefix = list(desk.book.movements)
        together = {item: _both_places(desk, item) for item in (PIECE, DUST)}
        if not send(desk, orders[turn], kind, given_):
            assert desk.book.view() == before, "INV-A11"
            continue
        assert desk.book.movements[: len(prefix)] == prefix, "INV-A6"
        if kind in ("issue", "return"):
            assert together == {item: _both_places(desk, item) for item in (PIECE, DUST)}, "INV-F2"
        for order_id in orders:
            check(desk, desk.order(order_id))
        check_stock(desk)


def _both_places(desk: Desk, item: str) -> tuple[Decimal, Decimal]:
    stock = desk.book.stock.get(item)
    return stock.on_hand + stock.at_subcontractor, stock.value + stock.at_subcontractor_value


@given(plans, st.data())
@settings(max_examples=100)
def test_receipts_in_parts_add_up_to_the_receipt_of_the_whole(plan: Plan, data: st.DataObject) -> None:
    """INV-F7: quantities to the last digit, values up to a paisa for each receipt."""
    desk, (whole, parts) = start(plan, 2)
    for order_id in (whole, parts):
        materials = shown_subcontract_order(desk.book, Lookup(desk.book), desk.order(order_id)).materials
        desk.issue(order_id, {each.item_ref_id: each.required_quantity for each in materials
                              if each.required_quantity})  # fmt: skip
    accepted = data.draw(st.integers(0, plan.ordered))
    desk.receive(whole, accepted, plan.ordered - accepted)
    goods = data.draw(st.permutations([True] * accepted + [False] * (plan.ordered - accepted)))
    steps = data.draw(st.integers(1, len(goods)))
    for index in range(0, len(goods), steps):
        part = goods[index : index + steps]
        desk.receive(parts, part.count(True), part.count(False))
    one, many = desk.order(whole), desk.order(parts)
    assert many.status == one.status == "Received"
    assert [each.consumed_quantity for each in many.materials] == [
        each.consumed_quantity for each in one.materials
    ]
    assert [each.required_quantity for each in one.materials] == [
        each.consumed_quantity for each in one.materials
    ]
    # The second order is issued at the average that the first has left; both carry what was issued to them.
    for order in (one, many):
        issued = sum((line.value for challan in order.challans for line in challan.lines), ZERO)
        assert order.cost.material + order.cost.rejected_material == issued
    assert abs(many.cost.service - one.cost.service) <= Decimal("0.01") * len(many.receipts)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_due_dates_and_financial_years_agree(day: date) -> None:
    due = return_due_date(day)
    assert (due - day).days in (365, 366)
    assert (due.month, due.day) == ((2, 28) if (day.month, day.day) == (2, 29) else (day.month, day.day))
    assert int(financial_year(due)[:4]) == int(financial_year(day)[:4]) + 1
    assert len(generated_number(financial_year(day), 9_999_999)) == 16
