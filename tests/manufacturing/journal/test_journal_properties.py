"""The journal balances, and its accounts of stock hold what stock is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.manufacturing import boms
from mock_server.manufacturing.journal import (
    Account,
    Event,
    JournalEntry,
    Made,
    change_of_stock,
    completion,
    job_work,
)
from mock_server.manufacturing.stock import Ledger, Movement, Source
from mock_server.manufacturing.stock.records import DocumentType
from mock_server.manufacturing.work_orders import WorkOrderStatus
from mock_server.refused import Refused
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.graphs import PARTS, bodies, new_book
from tests.manufacturing.order_book import OrderMemoryBook
from tests.manufacturing.subcontract_orders.test_job_work_properties import Plan, plans, send, start
from tests.manufacturing.work_orders.test_order_properties import seventh

ZERO = Decimal(0)


def entries_of(book: MemoryBook, movements: Iterable[Movement]) -> list[JournalEntry]:
    """The journal of all that was posted to a book in memory."""
    made = Made(each.item_ref_id for each in book.boms.values())
    by_order: defaultdict[str | None, list[Movement]] = defaultdict(list)
    for movement in movements:
        by_order[movement.document_ref_id].append(movement)
    entries = [change_of_stock(each, made) for each in by_order.pop(None, [])]
    for order in book.work_orders.values():
        if order.status == WorkOrderStatus.COMPLETED:
            entries.append(completion(order, by_order.pop(order.id, []), made))
    for job in book.subcontract_orders.values():
        entries += job_work(job, by_order.pop(job.id, []), made)
    assert not by_order
    return entries


def balances(entries: Iterable[JournalEntry]) -> defaultdict[Account, Decimal]:
    """Debits less credits by account; each entry balances by itself."""
    found: defaultdict[Account, Decimal] = defaultdict(Decimal)
    for entry in entries:
        assert sum(line.debit for line in entry.lines) == entry.total, entry
        assert sum(line.credit for line in entry.lines) == entry.total, entry
        for line in entry.lines:
            assert min(line.debit, line.credit) == 0 < max(line.debit, line.credit)
            found[line.account] += line.debit - line.credit
    return found


def check(book: MemoryBook) -> None:
    """Each account of stock is what the stock of its items and place is worth, and nothing is in progress."""
    found = balances(entries_of(book, book.movements))
    made = {each.item_ref_id for each in book.boms.values()}
    stock = {code: book.stock.get(code) for code in book.items}
    assert found[Account.FINISHED_GOODS] == sum(stock[code].value for code in made)
    assert found[Account.RAW_MATERIAL] == sum(each.value for code, each in stock.items() if code not in made)
    assert found[Account.JOB_WORK_STOCK] == sum(each.at_subcontractor_value for each in stock.values())
    assert found[Account.QUARANTINE_STOCK] == sum(each.quarantine_value for each in stock.values())
    assert found[Account.WORK_IN_PROGRESS] == 0
    variances = [each for each in Account if each.group == "variance"]
    assert sum(found[each] for each in variances) == 0


def adjust(book: OrderMemoryBook, code: str, quantity: int) -> None:
    """Counts stock up or down."""
    source = Source(DocumentType.ADJUSTMENT)
    ledger = Ledger(book)
    book.attempt(lambda: ledger.adjust(book.items[code], Decimal(quantity), seventh(9), source))


steps = st.one_of(
    st.tuples(st.just("adjust"), st.sampled_from(PARTS), st.integers(-40, 40)),
    st.tuples(st.just("make"), st.integers(1, 12), st.integers(0, 12)),
)


@settings(max_examples=60)
@given(bodies("A0", shares=True, phantoms=False), bodies("A1", phantoms=False), st.lists(steps, max_size=8))
def test_the_accounts_of_stock_hold_its_value_after_every_step(
    first: dict[str, Any], second: dict[str, Any], taken: list[tuple[Any, ...]]
) -> None:
    book = OrderMemoryBook.of(new_book())
    boms.create(book, first)
    boms.create(book, second)
    for index, code in enumerate((*PARTS, "A0")):
        book.fill(code, "3000", seventh(index + 1))
    check(book)
    for kind, what, how_many in taken:
        try:
            if kind == "adjust" and how_many:
                adjust(book, what, how_many)
            elif kind == "make":
                order = book.release(book.order(("A0", "A1")[what % 2], 24))
                book.complete(order, how_many, ScrappedQuantity=what)
        except Refused:
            pass
        check(book)


@settings(max_examples=80)
@given(plans)
def test_job_work_stock_is_what_was_issued_less_what_came_of_it(plan: Plan) -> None:
    desk, [order_id] = start(plan)
    for kind, how in plan.requests:
        before = len(entries_of(desk.book, desk.book.movements))
        send(desk, order_id, kind, how)
        check(desk.book)
        assert len(entries_of(desk.book, desk.book.movements)) >= before
    order = desk.order(order_id)
    entries = entries_of(desk.book, desk.book.movements)
    found = balances(entries)
    assert found[Account.JOB_CHARGES_PAYABLE] == -order.cost.service
    assert found[Account.ADDITIONAL_COST_PAYABLE] == -order.cost.additional
    assert found[Account.MATERIAL_LOSS] == order.cost.loss
    received = [each for each in entries if each.event == Event.GOODS_RECEIVED]
    assert len(received) == len(order.receipts)


def test_scrap_without_a_good_unit_is_a_loss() -> None:
    book = OrderMemoryBook.of(new_book())
    body = {"Name": "A0", "ItemRefId": "A0", "Status": "Active"}
    boms.create(book, {**body, "Lines": [{"ItemRefId": "P2", "Quantity": 3}]})
    book.fill("P2", 100, 2)
    book.complete(book.release(book.order("A0", 3)), 0, ScrappedQuantity=3)
    found = balances(entries_of(book, book.movements))
    assert found[Account.SCRAP_LOSS] == sum(each.value for each in book.movements if not each.to_place) > 0
    check(book)


def test_an_order_that_moved_nothing_posts_its_labour_alone() -> None:
    book = OrderMemoryBook.of(new_book())
    operation = {"Sequence": 1, "Name": "Mix", "RunMinutesPerUnit": 60, "CostPerHour": 30}
    body = {"Name": "A0", "ItemRefId": "A0", "Status": "Active", "Operations": [operation]}
    boms.create(book, {**body, "Lines": [{"ItemRefId": "P2", "Quantity": 1, "WastagePercent": 0}]})
    book.fill("P2", 100, 2)
    order = book.release(book.order("A0", 2))
    nothing = [{"ItemRefId": "P2", "ConsumedQuantity": 0}]
    book.complete(order, 0, ScrappedQuantity=2, Materials=nothing)
    [entry] = [each for each in entries_of(book, book.movements) if each.event == Event.COMPLETION]
    assert entry.last_movement == ""
    assert balances([entry])[Account.LABOUR_ABSORBED] == -60
    assert balances([entry])[Account.SCRAP_LOSS] == entry.lines[0].debit
