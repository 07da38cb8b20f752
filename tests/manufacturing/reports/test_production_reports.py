"""The four reports on production: worked figures, what they count, and that they follow from the ledger."""

from __future__ import annotations

from dataclasses import astuple, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.manufacturing.reports.by_products import ByProductTotals, ByProductYield
from mock_server.manufacturing.reports.cost_analysis import ProductionCost, ProductionCostTotals
from mock_server.manufacturing.reports.efficiency import EfficiencyTotals, OrderEfficiency
from mock_server.manufacturing.reports.job_costing import JobCost, JobCostTotals
from mock_server.manufacturing.reports.report import MAX_PERCENT, Period, percent, period_of
from mock_server.manufacturing.stock import DocumentType, Ledger, MovementType, Source
from mock_server.manufacturing.work_orders import WorkOrder, WorkOrderVariance
from mock_server.refused import Refused
from mock_server.wire import wire_name
from scripts.contract import PROJECT, bundle
from tests.manufacturing.demo import nashik, pune
from tests.manufacturing.order_book import OrderMemoryBook, figures, half_up
from tests.manufacturing.order_log import (
    by_products_report,
    cost_analysis_report,
    efficiency_report,
    job_costing_report,
)
from tests.manufacturing.order_shop import actual, box_shop, released

QUARTER = Period(date(2026, 3, 18), date(2026, 6, 15))
ALWAYS = Period(date.min, date.max)
FRAME, BICYCLE = "SF-FRAME-RAW", "FG-CITY-28-RED"

_STOCK = """
RM-TUBE-6061 1200 180|RM-WIRE-5356 60 640|SF-FRAME-RED 30 1578.66|SF-WHEEL-F 50 1524.09|SF-WHEEL-R 50 1713.08
PT-TYRE-28 420 550|PT-ITUBE-28 450 140|PT-CRANK 180 1250|PT-CHAIN 200 390|PT-BRAKE 190 980|PT-SADDLE 200 520
PT-HBAR 190 610|PT-PEDAL 200 260|HW-BOLT-M5 9000 2.25|HW-NUT-M5 9000 0.80|HW-WASHER-M5 12000 0.35
CH-GREASE 25 310|PK-CARTON 300 95
"""


def at(book: OrderMemoryBook, moment: str) -> None:
    """Sets the clock, UTC, and the business day to that day."""
    book._now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    book.today = book._now.date()


@pytest.fixture(scope="module")
def book() -> OrderMemoryBook:
    """The bicycle maker with WO-0005 (frames) and WO-0006 (bicycles) completed, and one order cancelled."""
    book = OrderMemoryBook.of(pune()[0])
    for entry in _STOCK.replace("\n", "|").strip("|").split("|"):
        book.fill(*entry.split())
    job_work = Source(DocumentType.SUBCONTRACT_ORDER, "sc", "SC-0003")
    red = book.items["SF-FRAME-RED"]
    Ledger(book).receive(red, Decimal(18), Decimal("28839.18"), MovementType.SUBCONTRACT_RECEIPT, job_work)

    at(book, "2026-04-14T04:00")
    frames = released(
        book, FRAME, 20, WorkOrderNumber="WO-0005", DueDate="2026-04-22", InspectionRequired=True
    )
    at(book, "2026-04-20T11:30")
    book.inspect(frames, "Passed", 19)
    book.complete(
        frames,
        19,
        ScrappedQuantity=1,
        Operations=[{"Sequence": 1, "ActualMinutes": 250}, {"Sequence": 2, "ActualMinutes": 630}],
        ByProducts=[{"ItemRefId": "BY-AL-OFFCUT", "ActualQuantity": Decimal("5.2")}],
    )
    at(book, "2026-05-26T05:00")
    bicycles = released(book, BICYCLE, 4, WorkOrderNumber="WO-0006", DueDate="2026-05-29")
    book.cancel(released(book, FRAME, 15, WorkOrderNumber="WO-0008"))
    at(book, "2026-05-28T10:00")
    book.complete(bicycles, 4)
    released(book, FRAME, 1, WorkOrderNumber="WO-0003")
    return book


def test_job_costing_shows_the_worked_cases_to_the_last_digit(book: OrderMemoryBook) -> None:
    """N-1 and N-7."""
    report = job_costing_report(book.work_orders.values(), QUARTER)
    frames, bicycles = report.rows
    assert (frames.work_order_number, bicycles.work_order_number) == ("WO-0005", "WO-0006")
    assert (frames.posting_date, frames.uom) == (date(2026, 4, 20), "NOS")
    assert astuple(frames.planned_cost) == figures(17988, 4560, 912, 0, 550, 22910, "1145.5")
    assert astuple(frames.actual_cost) == figures(17988, 4780, 956, 0, 572, 0, 23152, "1218.526316")
    assert (frames.standard_cost, frames.actual_unit_cost) == figures("21764.50", "1218.526316")
    assert astuple(frames.variance) == figures(0, 0, 0, 220, 44, -22, "1145.50", "1387.50")
    assert astuple(bicycles.planned_cost) == figures(
        "41600.52", "806.67", "161.33", 0, 0, "42568.52", "10642.1296"
    )
    assert astuple(bicycles.actual_cost) == figures(
        "41635.80", "806.67", "161.33", 0, 0, 0, "42603.80", "10650.95"
    )
    assert astuple(bicycles.variance) == figures("35.28", 0, 0, 0, 0, 0, 0, "35.28")
    totals = report.totals
    assert totals.order_count == 2
    assert (totals.planned_cost, totals.standard_cost) == figures("65478.52", "64333.02")
    assert (totals.material, totals.labour, totals.overhead) == figures("59623.80", "5586.67", "1117.33")
    assert (totals.other_overhead, totals.by_product_credit) == figures(0, 572)
    assert (totals.scrap_loss, totals.total) == figures(0, "65755.80")
    assert astuple(totals.variance) == figures("35.28", 0, 0, 220, 44, -22, "1145.50", "1422.78")


def test_efficiency_shows_the_worked_cases_to_the_last_digit(book: OrderMemoryBook) -> None:
    report = efficiency_report(book.work_orders.values(), QUARTER)
    frames, bicycles = report.rows
    assert (frames.standard_minutes, frames.actual_minutes) == figures(798, 880)
    assert frames.labour_efficiency_percent == Decimal("90.68")
    assert frames.yield_percent == frames.process_yield_percent == 95
    assert frames.scrap_percent == 5
    assert frames.on_time_in_full is False, "on time, but one frame short"
    assert frames.lead_time_hours == Decimal("151.5")
    assert (bicycles.labour_efficiency_percent, bicycles.yield_percent) == figures(100, 100)
    assert (bicycles.on_time_in_full, bicycles.lead_time_hours) == (True, Decimal(53))
    totals = report.totals
    assert (totals.order_count, totals.on_time_in_full_count) == (2, 1)
    means = (totals.yield_percent, totals.process_yield_percent, totals.scrap_percent)
    assert means == figures("97.5", "97.5", "2.5")
    assert (totals.standard_minutes, totals.actual_minutes) == figures(1018, 1100)
    assert totals.labour_efficiency_percent == Decimal("92.55")
    assert totals.on_time_in_full_percent == 50
    assert totals.lead_time_hours == Decimal("102.25")


def test_by_products_show_expected_and_actual_output(book: OrderMemoryBook) -> None:
    report = by_products_report(book.work_orders.values(), QUARTER)
    (row,) = report.rows
    assert (row.work_order_number, row.item_ref_id, row.by_product_code, row.by_product_uom) == (
        "WO-0005",
        FRAME,
        "BY-AL-OFFCUT",
        "kg",
    )
    assert (row.kind, row.cost_method) == ("ByProduct", "FixedRate")
    assert (row.expected_quantity, row.actual_quantity, row.difference_quantity) == figures(5, "5.2", "0.2")
    assert (row.expected_credit, row.credit) == figures(550, 572)
    assert row.share_percent == Decimal("2.41")
    assert astuple(report.totals) == (1, *figures(550, 572, 22))


@pytest.mark.parametrize(("item", "count"), [(FRAME, 1), ("BY-AL-OFFCUT", 1), (BICYCLE, 0)])
def test_by_products_are_found_by_either_output(book: OrderMemoryBook, item: str, count: int) -> None:
    report = by_products_report(book.work_orders.values(), QUARTER, item)
    assert (len(report.rows), report.totals.row_count) == (count, count)


def test_cost_analysis_shows_each_item_and_month(book: OrderMemoryBook) -> None:
    report = cost_analysis_report(book.work_orders.values(), QUARTER)
    bicycles, frames = report.rows
    assert (bicycles.item_code, bicycles.period, bicycles.order_count) == (BICYCLE, "2026-05", 1)
    assert (frames.item_code, frames.period, frames.uom) == (FRAME, "2026-04", "NOS")
    assert (frames.material_percent, frames.labour_percent, frames.overhead_percent) == tuple(
        map(Decimal, ("75.82", "20.15", "4.03"))
    )
    assert (frames.completed_quantity, frames.scrapped_quantity) == figures(19, 1)
    assert (frames.by_product_credit, frames.total_cost) == figures(572, 23152)
    assert (frames.actual_unit_cost, frames.standard_unit_cost) == figures("1218.526316", "1145.5")
    assert (frames.variance, frames.variance_percent) == figures("1387.50", "6.38")
    assert frames.unit_cost_change_percent is None
    assert (bicycles.material_percent, bicycles.variance_percent) == figures("97.73", "0.08")
    assert (bicycles.standard_cost, bicycles.standard_unit_cost) == figures("42568.52", "10642.13")
    totals = report.totals
    assert (totals.material_percent, totals.labour_percent, totals.overhead_percent) == tuple(
        map(Decimal, ("89.89", "8.42", "1.68"))
    )
    assert (totals.service_cost, totals.service_percent) == figures(0, 0)
    assert (totals.order_count, totals.variance, totals.variance_percent) == (2, *figures("1422.78", "2.21"))


def test_a_batch_is_judged_by_what_was_started() -> None:
    """N-2: 174.6 kg of paneer from a batch of 180."""
    book = OrderMemoryBook.of(nashik()[0])
    book.fill("RM-MILK-COW", 5000, 52)
    book.fill("RM-CITRIC", 50, 138)
    order = released(book, "FG-PANEER", 180, InspectionRequired=False)
    book.complete(
        order,
        Decimal("174.6"),
        Materials=[{"ItemRefId": "RM-CITRIC", "ConsumedQuantity": Decimal("2.1")}],
        Operations=[{"Sequence": 1, "ActualMinutes": 255}],
        ByProducts=[{"ItemRefId": "BY-WHEY", "ActualQuantity": 812}],
    )
    row = efficiency_report(book.work_orders.values(), ALWAYS).rows[0]
    assert (row.process_yield_percent, row.yield_percent, row.scrap_percent) == figures(97, 100, 0)
    assert row.standard_minutes == Decimal("232.8"), "240 minutes per batch, for 97 %"
    costs = job_costing_report(book.work_orders.values(), ALWAYS).rows[0]
    assert (costs.standard_cost, costs.actual_cost.total) == figures("51813.52", "53471.65")
    assert costs.actual_unit_cost == Decimal("306.252291")
    whey = by_products_report(book.work_orders.values(), ALWAYS).rows[0]
    assert (whey.expected_credit, whey.credit, whey.share_percent) == figures(960, "974.40", "1.79")


def test_an_empty_period_has_no_rows_and_zero_totals(book: OrderMemoryBook) -> None:
    nothing = Period(date(2026, 6, 10), date(2026, 6, 15))
    orders = book.work_orders.values()
    costing, outputs = job_costing_report(orders, nothing), by_products_report(orders, nothing)
    analysis, work = cost_analysis_report(orders, nothing), efficiency_report(orders, nothing)
    assert not [*costing.rows, *outputs.rows, *analysis.rows, *work.rows]
    zero = WorkOrderVariance(*[Decimal(0)] * 8)
    assert astuple(costing.totals) == (0, *figures(*[0] * 9), astuple(zero))
    assert astuple(outputs.totals) == (0, *figures(0, 0, 0))
    assert (analysis.totals.total_cost, analysis.totals.material_percent) == (Decimal(0), None)
    assert (analysis.totals.order_count, analysis.totals.variance_percent) == (0, None)
    assert astuple(work.totals) == (0, None, None, None, *figures(0, 0), None, 0, None, None)


def test_both_ends_of_the_period_count(book: OrderMemoryBook) -> None:
    numbers = {
        (start, end): [
            row.work_order_number
            for row in job_costing_report(book.work_orders.values(), Period(start, end)).rows
        ]
        for start in (date(2026, 4, 20), date(2026, 4, 21))
        for end in (date(2026, 5, 27), date(2026, 5, 28))
    }
    assert list(numbers.values()) == [["WO-0005"], ["WO-0005", "WO-0006"], [], ["WO-0006"]]


def test_archived_orders_count_and_the_item_limits_the_totals_too(book: OrderMemoryBook) -> None:
    orders = [replace(order, is_archived=True) for order in book.work_orders.values()]
    assert job_costing_report(orders, QUARTER).totals.order_count == 2
    report = job_costing_report(orders, QUARTER, FRAME)
    assert (len(report.rows), report.totals.total) == (1, Decimal(23152))
    assert cost_analysis_report(orders, QUARTER, FRAME).totals.total_cost == 23152
    assert efficiency_report(orders, QUARTER, FRAME).totals.yield_percent == 95


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ("2026-03-18", "2026-06-15")),
        (None, "2026-04-01", ("2026-01-02", "2026-04-01")),
        ("2026-06-15", None, ("2026-06-15", "2026-06-15")),
        ("2020-01-01", "2020-01-01", ("2020-01-01", "2020-01-01")),
        (None, "0001-01-05", ("0001-01-01", "0001-01-05")),
    ],
)
def test_a_period_is_ninety_days_up_to_its_end(
    start: str | None, end: str | None, expected: tuple[str, str]
) -> None:
    given_days = (None if day is None else date.fromisoformat(day) for day in (start, end))
    assert period_of(date(2026, 6, 15), *given_days) == tuple(map(date.fromisoformat, expected))


@pytest.mark.parametrize(("start", "end"), [("2026-04-01", "2026-03-01"), ("2026-06-16", None)])
def test_a_period_that_ends_before_it_begins_is_refused(start: str, end: str | None) -> None:
    last = None if end is None else date.fromisoformat(end)
    with pytest.raises(Refused) as refusal:
        period_of(date(2026, 6, 15), date.fromisoformat(start), last)
    assert (refusal.value.code, refusal.value.details) == ("date_not_allowed", {"pointer": "/query/to"})


def test_an_order_that_made_nothing_good_has_no_ratios_of_it() -> None:
    book = box_shop()
    book.complete(released(book), 0, ScrappedQuantity=10, Operations=[{"Sequence": 1, "ActualMinutes": 0}])
    row = efficiency_report(book.work_orders.values(), ALWAYS).rows[0]
    assert (row.yield_percent, row.scrap_percent) == figures(0, 100)
    assert (row.standard_minutes, row.actual_minutes, row.labour_efficiency_percent) == (
        Decimal(0),
        Decimal(0),
        None,
    )
    costs = job_costing_report(book.work_orders.values(), ALWAYS)
    assert costs.rows[0].actual_unit_cost is None
    assert costs.totals.scrap_loss == costs.totals.total > 0
    month = cost_analysis_report(book.work_orders.values(), ALWAYS).rows[0]
    assert (month.actual_unit_cost, month.standard_unit_cost, month.variance_percent) == (None, None, None)


def test_a_percentage_beyond_the_contract_is_cut_off() -> None:
    assert percent(Decimal("9999999"), Decimal("0.000001")) == MAX_PERCENT
    assert percent(Decimal("-9999999999999"), Decimal("0.01")) == -MAX_PERCENT
    assert percent(Decimal(1), Decimal(0)) is None


def test_unit_costs_are_compared_with_the_row_before() -> None:
    book = box_shop()
    at(book, "2026-01-31T10:00")
    book.complete(released(book), 10)
    at(book, "2026-03-01T10:00")
    book.complete(released(book), 0, ScrappedQuantity=10)
    at(book, "2026-04-01T10:00")
    book.complete(released(book), 10)
    at(book, "2026-05-01T10:00")
    book.complete(released(book), 5, ScrappedQuantity=5)
    rows = cost_analysis_report(reversed(book.work_orders.values()), ALWAYS).rows
    assert [row.period for row in rows] == ["2026-01", "2026-03", "2026-04", "2026-05"]
    assert [row.unit_cost_change_percent for row in rows] == [None, None, None, Decimal(100)]


@pytest.mark.parametrize(
    ("due", "planned", "good", "is_kept"),
    [("2026-06-15", 10, 10, True), ("2026-06-14", 10, 10, False), (None, 10, 10, True), (None, 10, 9, False)],
)
def test_on_time_in_full_needs_both(due: str | None, planned: int, good: int, is_kept: bool) -> None:
    book = box_shop()
    book.complete(released(book, planned=planned, DueDate=due), good)
    assert efficiency_report(book.work_orders.values(), ALWAYS).rows[0].on_time_in_full is is_kept


def test_a_clock_that_was_set_back_gives_no_negative_lead_time() -> None:
    book = box_shop()
    order = released(book)
    at(book, "2026-01-01T00:00")
    book.complete(order, 10)
    assert efficiency_report(book.work_orders.values(), ALWAYS).rows[0].lead_time_hours == 0


@pytest.mark.parametrize(
    ("record", "schema"),
    [
        (JobCost, "JobCost"),
        (JobCostTotals, "JobCostTotals"),
        (ByProductYield, "ByProductYield"),
        (ByProductTotals, "ByProductTotals"),
        (ProductionCost, "ProductionCost"),
        (ProductionCostTotals, "ProductionCostTotals"),
        (OrderEfficiency, "OrderEfficiency"),
        (EfficiencyTotals, "EfficiencyTotals"),
    ],
)
def test_rows_and_totals_have_just_the_members_of_their_schemas(record: type[Any], schema: str) -> None:
    declared = bundle(PROJECT / "openapi")["components"]["schemas"][schema]["properties"]
    assert {wire_name(each.name) for each in fields(record)} == set(declared)


completions = st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 900), st.integers(0, 100))


@given(st.lists(completions, max_size=6))
@settings(max_examples=60)
def test_reports_follow_from_the_orders_and_their_movements(plans: list[tuple[int, int, int, int]]) -> None:
    """INV-C9, INV-G8, INV-C5: every total is rebuilt from the ledger and the orders' own figures."""
    book = box_shop()
    for index, (good, scrap, minutes, dust) in enumerate(plans):
        at(book, f"2026-0{1 + index % 3}-15T08:00")
        members: dict[str, Any] = {"Operations": [{"Sequence": 1, "ActualMinutes": minutes}]}
        if dust:
            members["ByProducts"] = [{"ItemRefId": "SAWDUST", "ActualQuantity": dust}]
        book.complete(released(book, planned=13), good, ScrappedQuantity=scrap or 1, **members)
    orders = list(book.work_orders.values())
    costing, analysis = job_costing_report(orders, ALWAYS), cost_analysis_report(orders, ALWAYS)
    for row in costing.rows:
        variance = row.variance
        assert sum(astuple(variance)[:-1]) == variance.total, "INV-C9"
        assert row.actual_cost.total - row.standard_cost == variance.total, "INV-C9"
        order = book.work_orders[row.work_order_ref_id]
        assert row.standard_cost == standard(order)
    totals = costing.totals
    assert totals.total - totals.standard_cost == totals.variance.total
    assert sum(astuple(totals.variance)[:-1]) == totals.variance.total, "INV-C9"
    moved = book.movements
    used = sum(each.value for each in moved if each.type == "ProductionConsumption")
    made = sum(each.value for each in moved if each.type == "ProductionReceipt")
    beside = sum(each.value for each in moved if each.type == "ByProductReceipt")
    assert totals.material == used, "INV-G8"
    assert totals.by_product_credit == beside, "INV-G8"
    assert totals.total == made + totals.scrap_loss, "INV-G8"
    absorbed = totals.labour + totals.overhead + totals.other_overhead
    assert used + absorbed == made + beside + totals.scrap_loss, "INV-C5"
    assert analysis.totals.total_cost == sum(row.total_cost for row in analysis.rows) == totals.total
    assert analysis.totals.standard_cost == totals.standard_cost
    assert sum(row.order_count for row in analysis.rows) == totals.order_count == len(plans)
    outputs = by_products_report(orders, ALWAYS)
    assert outputs.totals.credit == totals.by_product_credit
    gain = sum(row.expected_credit - row.credit for row in outputs.rows)
    assert gain == totals.variance.by_product == -outputs.totals.difference_credit
    for one in efficiency_report(orders, ALWAYS).rows:
        assert one.yield_percent is not None
        assert one.scrap_percent is not None
        assert abs(one.yield_percent + one.scrap_percent - 100) <= Decimal("0.01")


def standard(order: WorkOrder) -> Decimal:
    """Standard cost of the good units once more, by the order's own standard unit cost."""
    exact = Fraction(order.planned_cost.standard_unit_cost) * Fraction(order.completed_quantity)
    return actual(order).total - half_up(Fraction(actual(order).total) - exact, 2)
