"""The four reports on production, cached for five minutes per entity."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from typing import Any

from mock_server.api.services import Services, tenant_of
from mock_server.gateway import Answer, Call, invalid_at
from mock_server.manufacturing.reports import (
    Build,
    Period,
    Place,
    Report,
    by_products_report,
    cost_analysis_report,
    efficiency_report,
    job_costing_report,
    period_of,
)
from mock_server.storage import Unavailable
from mock_server.storage.documents import Position, mapper
from mock_server.storage.rows import keep_report, kept_report, report_state
from mock_server.wire import dumps, instant


class ManufacturingReports:
    """The handlers, named by operation."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def get_job_costing_report(self, call: Call) -> Answer:
        """Planned cost, actual cost and variance of completed orders."""
        return self._report(call, "job_costs", job_costing_report)

    def get_by_products_report(self, call: Call) -> Answer:
        """What came out beside the main product."""
        return self._report(call, "by_products", by_products_report)

    def get_production_cost_analysis_report(self, call: Call) -> Answer:
        """Cost by element, per item and month."""
        return self._report(call, "production_costs", cost_analysis_report)

    def get_efficiency_report(self, call: Call) -> Answer:
        """Yield, scrap, labour and delivery of completed orders."""
        return self._report(call, "efficiency", efficiency_report)

    def _report(self, call: Call, key: str, build: Build) -> Answer:
        services, tenant = self._services, tenant_of(call)
        now = services.clock.now()
        cache_key = f"{call.operation.id}?" + "&".join(f"{k}={v}" for k, v in sorted(call.query.items()))
        kept = kept_report(services.session, tenant, cache_key, now)
        if kept is not None:
            return Answer(200, kept)
        # What a work order changes meanwhile must not be hidden by a report of the state before it.
        state = report_state(services.session, tenant)
        body = services.database.snapshot(lambda: self._built(call, key, build, now))
        # Where nothing can be written now, the report is right all the same.
        with contextlib.suppress(Unavailable):
            services.database.transact(
                lambda: keep_report(services.session, tenant, cache_key, now, body, state)
            )
        return Answer(200, body)

    def _built(self, call: Call, key: str, build: Build, now: datetime) -> bytes:
        services, tenant = self._services, tenant_of(call)
        period = period_of(services.clock.today(tenant.time_zone), _day(call, "from"), _day(call, "to"))
        log = services.book(call).production.within(period, call.query.get("itemRefId"))
        after = call.query.get("after")
        start = services.cursors.read(call, after) if after is not None else Position(0)
        report = build(log, Place(start.updated_at, start.seq), call.query["limit"])
        return self._shown(call, key, report, period, instant(now))

    def _shown(self, call: Call, key: str, report: Report[Any, Any], period: Period, now: str) -> bytes:
        end = report.page.end
        cursor = self._services.cursors.write(call, Position(end.line, end.order)) if end else None
        return dumps(
            {
                "generated_at": now,
                "from": period.start.isoformat(),
                "to": period.end.isoformat(),
                key: [mapper(type(row)).public(row) for row in report.page.rows],
                "totals": mapper(type(report.totals)).public(report.totals),
                "next_cursor": cursor,
                "has_more": cursor is not None,
            }
        )


def _day(call: Call, name: str) -> date | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid_at(f"/query/{name}", "is not a day of the calendar") from None
