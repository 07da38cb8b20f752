"""Plays a pack: items, vendors and stock are inserted, everything else is done as the commands do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from mock_server.clock import YEARS, Clock, Ids
from mock_server.manufacturing import number
from mock_server.manufacturing.catalogue import create_item, create_vendor, open_stock
from mock_server.refused import Refused
from mock_server.seeds.findings import PackFault
from mock_server.seeds.names import spelt
from mock_server.seeds.operations import (
    COLLECTIONS,
    CRITERION,
    INSPECTION,
    ITEM,
    REFERENCES,
    STEPS,
    VENDOR,
    Step,
    criterion_names,
)
from mock_server.seeds.pack import Entry, Pack, PackEntity, PackStep
from mock_server.seeds.spots import DAY, Spot, filled
from mock_server.storage import Session, SqlBook
from mock_server.storage.tenancy import Tenant

T = TypeVar("T")
_MORNING, _NOON = time(4, 30, tzinfo=UTC), time(12)
_IDS_FROM = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)


class Player:
    """Plays one entity of a pack on a sandbox whose time is `now`; a PackFault names the place."""

    def __init__(
        self, pack: Pack, session: Session, tenant: Tenant, now: datetime, say: Callable[[Refused], str]
    ) -> None:
        """`say` gives the sentence of a refusal."""
        self._pack = pack
        self._session = session
        self._tenant = tenant
        self._now = now
        self._zone = ZoneInfo(tenant.time_zone)
        self._today = now.astimezone(self._zone).date()
        self._say = say
        self._day = self._today
        self._clock = Clock(_IDS_FROM)
        # Ids must be the same at every start, so they come from a clock of their own.
        self._ids = Ids(Clock(_IDS_FROM), f"seed of {tenant.org}/{tenant.entity}")
        self._ids_by_name: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}

    def play(self, entity: PackEntity) -> None:
        """Does all of it, in the order of the pack."""
        first = entity.opening_day or next((step.day for step in entity.steps if step.day), "today")
        opening = f"{entity.pointer}/opening_day"
        self._day = date.min
        self._open(first, opening)
        for item in entity.items:
            self._at(item.pointer, "", partial(self._add_item, item))
        for vendor in entity.vendors:
            self._at(vendor.pointer, "", partial(self._add_vendor, vendor))
        for step in entity.steps:
            if step.day is not None:
                self._open(step.day, f"{step.pointer}/day")
            self._at(step.pointer, "/body", partial(self._do, step))

    def _at(self, pointer: str, body: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except Refused as refusal:
            message = self._say(refusal)
            details = refusal.details.get("details") or [{"pointer": refusal.details.get("pointer", "")}]
            found = [
                self._pack.marked.finding(
                    f"{pointer}{body}{each['pointer']}" if each["pointer"] else pointer,
                    each.get("message", message),
                )
                for each in details
            ]
            raise PackFault(self._pack.name, found) from None

    def _open(self, text: str, pointer: str) -> None:
        day = self._read_day(text, pointer)
        if day < self._day:
            raise self._fault(pointer, f"is {day}, before {self._day}: the steps stand in their order")
        if day > self._today:
            raise self._fault(pointer, f"is {day}, and today is {self._today} in the sandbox")
        self._day = day
        moment = datetime.combine(day, _MORNING)
        if moment.astimezone(self._zone).date() != day:
            moment = datetime.combine(day, _NOON, self._zone).astimezone(UTC)
        self._clock.pin(min(moment, self._now))

    def _read_day(self, text: str, pointer: str) -> date:
        try:
            day = self._pack.day(text, self._today)
        except (ValueError, OverflowError):
            raise self._fault(pointer, "is not a day of the calendar") from None
        if day.year not in YEARS:
            raise self._fault(pointer, f"is not of a year from {YEARS[0]} to {YEARS[-1]}")
        return day

    def _fault(self, pointer: str, message: str) -> PackFault:
        return PackFault(self._pack.name, [self._pack.marked.finding(pointer, message)])

    def _book(self) -> SqlBook:
        return SqlBook(self._session, self._tenant, self._clock, self._ids, "seed")

    def _add_item(self, entry: Entry) -> None:
        book = self._book()
        self._check_id(book.items, entry)
        item = create_item(book, dict(entry.body), entry.id)
        self._ids_by_name[ITEM, item.item_code] = item.id
        if entry.stock is not None:
            given = entry.stock if isinstance(entry.stock, dict) else {"quantity": entry.stock}
            quantity = number(given["quantity"])
            cost = given.get("unit_cost", item.standard_cost)
            if "value" in given:
                open_stock(book, item, quantity, number(given["value"]))
            elif cost is None:
                raise self._fault(f"{entry.pointer}/stock", "needs a value, a unit_cost or a StandardCost")
            else:
                open_stock(book, item, quantity, unit_cost=number(cost))

    def _add_vendor(self, entry: Entry) -> None:
        book = self._book()
        self._check_id(book.vendors, entry)
        vendor = create_vendor(book, dict(entry.body), self._tenant.currency, entry.id or self._ids.uuid())
        self._ids_by_name[VENDOR, vendor.vendor_code] = vendor.id

    def _check_id(self, rows: Any, entry: Entry) -> None:
        if entry.id is not None and rows.get(entry.id) is not None:
            raise self._fault(f"{entry.pointer}/id", "is the id of another record")

    def _do(self, step: PackStep) -> None:
        kind, book = STEPS[step.do], self._book()
        if kind.is_bulk:
            kind.run(book, [self._id(kind.kind, step.on or "", f"{step.pointer}/on")])
            return
        record = self._record(book, kind, step)
        body = {} if step.body is None else filled(step.body, step.spots, lambda spot: self._text(step, spot))
        made = kind.run(book, record, body) if kind.is_on else kind.run(book, body)
        if kind.kind in COLLECTIONS and kind.kind not in (ITEM, VENDOR):
            self._ids_by_name[kind.kind, "/".join(made.key)] = made.id

    def _record(self, book: SqlBook, kind: Step, step: PackStep) -> Any:
        if not kind.is_on:
            return None
        record = getattr(book, COLLECTIONS[kind.kind]).get(
            self._id(kind.kind, step.on or "", f"{step.pointer}/on")
        )
        if kind.kind == INSPECTION:
            names = criterion_names([each.name for each in record.criteria])
            self._names = {name: each.id for name, each in zip(names, record.criteria, strict=True)}
        return record

    def _text(self, step: PackStep, spot: Spot) -> str:
        if spot.format == DAY:
            return self._read_day(spot.text, f"{step.pointer}/body{spot.pointer}").isoformat()
        kind, pointer = REFERENCES[spot.member], f"{step.pointer}/body{spot.pointer}"
        return (
            self._names[spelt(spot.text) or ""] if kind == CRITERION else self._id(kind, spot.text, pointer)
        )

    def _id(self, kind: str, name: str, pointer: str) -> str:
        found = self._ids_by_name.get((kind, spelt(name) or ""))
        if found is None:
            # Such as the old version of what was given a new one.
            raise self._fault(pointer, f"names no {kind} that is there now")
        return found
