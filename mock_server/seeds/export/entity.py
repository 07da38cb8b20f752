"""One entity as it stands in a pack."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mock_server.seeds.export.bodies import Bodies
from mock_server.seeds.export.formulas import Formulas, formula_name
from mock_server.seeds.export.orders import FORMULA_KINDS, Orders
from mock_server.seeds.export.planned import Chain, Planned
from mock_server.seeds.export.state import OPEN, EntityState
from mock_server.seeds.export.stock import OpeningStock
from mock_server.seeds.operations import (
    INSPECTION,
    ITEM,
    NUMBERS,
    REFERENCES,
    SUBCONTRACT_ORDER,
    VENDOR,
    WORK_ORDER,
)

Record = dict[str, Any]
_SHOWN = 20
_ARCHIVES = {
    WORK_ORDER: "archiveWorkOrders",
    SUBCONTRACT_ORDER: "archiveSubcontractOrders",
    INSPECTION: "archiveQualityInspections",
}


class EntityExport:
    """Writes one entity; what is dropped stays out from then on."""

    def __init__(self, state: EntityState, bodies: Bodies) -> None:
        self._state = state
        self._bodies = bodies
        self._zone = ZoneInfo(state.tenant.time_zone)
        self._records = {kind: state.records(kind) for kind in state.bodies}
        self._dropped: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._steps: list[Planned] = []
        self._ended: dict[str, list[str]] = {}

    def written(self) -> Record:
        """The entity as an object of the pack."""
        tenant = self._state.tenant
        chains, formulas = self._chains()
        self._steps = sorted((step for chain in chains for step in chain.steps), key=lambda each: each.order)
        items, vendors = self._records[ITEM], self._records[VENDOR]
        kept = {step.owner[1] for step in self._steps}
        moves = [move for order in kept for move in self._state.moves(order)]
        opening = OpeningStock(self._steps, moves)
        head: Record = tenant.described()
        days = [self._day_of(each["CreatedAt"]) for each in (*items, *vendors)]
        days += [step.moment.day for step in self._steps[:1]]
        if days:
            head["opening_day"] = min(days)
        stocks = {item["id"]: opening.of(item) for item in items}
        listed: dict[str, list[Record]] = {
            "items": [self._item(item, stocks[item["id"]][0]) for item in items],
            "vendors": [self._vendor(vendor) for vendor in vendors],
            "steps": [*self._dated(), *self._last(stocks, formulas)],
        }
        return {**head, **{name: values for name, values in listed.items() if values}}

    def drop(self, place: int, why: str) -> bool:
        """Leaves the record out whose step is at a place; False where that cannot be done."""
        if place >= len(self._steps) or (owner := self._steps[place].owner)[0] in FORMULA_KINDS:
            return False
        self._dropped[owner] = f"{owner[0]} {self._names[owner]} cannot be played again: {why}"
        return True

    def left_out(self) -> Iterator[str]:
        """What of the entity is not in the pack."""
        entity = self._state.tenant.entity
        for what, names in self._ended.items():
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield f"{entity}: {what}: {', '.join(names[:_SHOWN])}{more}"[:1000]
        yield from (f"{entity}: {told}"[:1000] for told in self._dropped.values())

    def _named(self, member: str, record_id: str) -> str:
        return self._names[REFERENCES[member], record_id]

    def _day_of(self, moment: str) -> str:
        return datetime.fromisoformat(moment).astimezone(self._zone).date().isoformat()

    def _chains(self) -> tuple[list[Chain], Formulas]:
        self._names = {(ITEM, each["id"]): each["ItemCode"] for each in self._records[ITEM]}
        self._names |= {(VENDOR, each["id"]): each["VendorCode"] for each in self._records[VENDOR]}
        self._ended = {}
        formulas = Formulas(self._bodies, self._named, self._day_of)
        orders = Orders(self._bodies, self._named, self._day_of, formulas)
        for kind in FORMULA_KINDS:
            kept = [each for each in self._records[kind] if (kind, each["id"]) not in self._dropped]
            formulas.take(kind, kept)
            self._names |= {(kind, each["id"]): formula_name(kind, each) for each in kept}
        chains: list[Chain] = []
        made: dict[str, Chain] = {}
        for order in self._open(WORK_ORDER):
            made[order["id"]] = orders.work_order(order)
        inspected = self._inspections(made)
        for order in self._open(SUBCONTRACT_ORDER):
            made[order["id"]] = orders.subcontract_order(order, self._state.moves(order["id"]))
        for inspection in inspected:
            its_order = made.get(inspection["WorkOrderRefId"] or inspection["SubcontractOrderRefId"])
            if its_order is None:
                self._note("inspections of orders that are not in the pack", INSPECTION, inspection)
            else:
                chains.append(orders.inspection(inspection, its_order.steps[0].moment))
        return [*formulas.chains(), *made.values(), *chains], formulas

    def _open(self, kind: str) -> Iterator[Record]:
        for order in self._records[kind]:
            if order["Status"] not in OPEN[kind]:
                self._note(f"{kind}s that are {order['Status']}", kind, order)
            elif (kind, order["id"]) not in self._dropped:
                self._names[kind, order["id"]] = order[NUMBERS[kind]]
                yield order

    def _inspections(self, made: dict[str, Chain]) -> list[Record]:
        """Those that have a place in a pack; receipts refer to them, so their names are known first."""
        kept = []
        for each in self._records[INSPECTION]:
            if each["Status"] == "Cancelled":
                self._note("inspections that are Cancelled", INSPECTION, each)
            elif (INSPECTION, each["id"]) not in self._dropped:
                self._names[INSPECTION, each["id"]] = each["InspectionNumber"]
                kept.append(each)
        return kept

    def _note(self, what: str, kind: str, record: Record) -> None:
        self._ended.setdefault(what, []).append(record[NUMBERS[kind]])

    def _item(self, item: Record, stock: Record | None) -> Record:
        body = self._bodies.of("createItem", item, self._named)
        # What names it comes first; it is made inactive at the end.
        body.pop("IsActive", None)
        written: Record = {"ItemCode": body.pop("ItemCode"), "id": item["id"], **body}
        return written if stock is None else {**written, "stock": stock}

    def _vendor(self, vendor: Record) -> Record:
        body = self._bodies.of("createVendor", vendor, self._named)
        return {"VendorCode": body.pop("VendorCode"), "id": vendor["id"], **body}

    def _dated(self) -> Iterator[Record]:
        day = ""
        for planned in self._steps:
            if planned.moment.day == day:
                yield planned.step
            else:
                day = planned.moment.day
                yield {"day": day, **planned.step}

    def _last(self, stocks: dict[str, Any], formulas: Formulas) -> Iterator[Record]:
        """What is done when everything else is there."""
        for _, taken in stocks.values():
            if taken is not None:
                yield {"do": "createStockAdjustment", "body": taken}
        kept = {step.owner for step in self._steps}
        for kind, archive in _ARCHIVES.items():
            for each in self._records[kind]:
                if each["IsArchived"] and (kind, each["id"]) in kept:
                    yield {"do": archive, "on": each[NUMBERS[kind]]}
        yield from formulas.archived()
        for item in self._records[ITEM]:
            change: Record = {} if item["IsActive"] else {"IsActive": False}
            if item["IsArchived"]:
                change["IsArchived"] = True
            if change:
                yield {"do": "updateItem", "on": item["ItemCode"], "body": change}
        for vendor in self._records[VENDOR]:
            if vendor["IsArchived"]:
                yield {"do": "updateVendor", "on": vendor["VendorCode"], "body": {"IsArchived": True}}
