"""Efficiency: yield, scrap, labour and delivery of completed work orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from mock_server.manufacturing.decimals import PERCENT_PLACES
from mock_server.manufacturing.reports.figures import HOURS_PLACES, ProductionSums, figures_of
from mock_server.manufacturing.reports.report import ReportOrder, check_sums, heading, percent
from mock_server.manufacturing.work_orders import WorkOrder


@dataclass(slots=True)
class OrderEfficiency(ReportOrder):
    """The ratios of one order; good is what was completed. Hours are by the calendar, nights included."""

    planned_quantity: Decimal
    started_quantity: Decimal
    completed_quantity: Decimal
    scrapped_quantity: Decimal
    yield_percent: Decimal | None
    process_yield_percent: Decimal | None
    scrap_percent: Decimal | None
    standard_minutes: Decimal
    actual_minutes: Decimal
    labour_efficiency_percent: Decimal | None
    due_date: date | None
    on_time_in_full: bool
    released_at: datetime | None
    lead_time_hours: Decimal | None


@dataclass(slots=True)
class EfficiencyTotals:
    """Yields, scrap and lead time are means of the rows' figures, nulls left out; minutes are summed."""

    order_count: int
    yield_percent: Decimal | None
    process_yield_percent: Decimal | None
    scrap_percent: Decimal | None
    standard_minutes: Decimal
    actual_minutes: Decimal
    labour_efficiency_percent: Decimal | None
    on_time_in_full_count: int
    on_time_in_full_percent: Decimal | None
    lead_time_hours: Decimal | None


def order_efficiency(order: WorkOrder) -> OrderEfficiency:
    """The row of a completed order."""
    figures = figures_of(order)
    return OrderEfficiency(
        *heading(order),
        order.planned_quantity,
        order.started_quantity,
        order.completed_quantity,
        order.scrapped_quantity,
        figures.yield_percent,
        figures.process_yield_percent,
        figures.scrap_percent,
        figures.standard_minutes,
        figures.actual_minutes,
        percent(figures.standard_minutes, figures.actual_minutes),
        order.due_date,
        bool(figures.on_time_in_full),
        order.released_at,
        figures.lead_time_hours,
    )


def efficiency_totals(sums: ProductionSums) -> EfficiencyTotals:
    """The totals over all rows."""
    figures = sums.figures
    check_sums([], minutes=[figures.standard_minutes, figures.actual_minutes])
    in_full = int(figures.on_time_in_full)
    return EfficiencyTotals(
        sums.order_count,
        sums.mean("yield_percent", PERCENT_PLACES),
        sums.mean("process_yield_percent", PERCENT_PLACES),
        sums.mean("scrap_percent", PERCENT_PLACES),
        figures.standard_minutes,
        figures.actual_minutes,
        percent(figures.standard_minutes, figures.actual_minutes),
        in_full,
        percent(Decimal(in_full), Decimal(sums.order_count)),
        sums.mean("lead_time_hours", HOURS_PLACES),
    )
