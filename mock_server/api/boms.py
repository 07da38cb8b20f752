"""Bills of materials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mock_server.api.answers import modified, of_one_state, record
from mock_server.api.documents import DocumentHandlers
from mock_server.api.pages import ended, page, place_of
from mock_server.gateway import Answer, Call
from mock_server.manufacturing import Item, boms
from mock_server.manufacturing.boms import Requirement, Usage
from mock_server.manufacturing.formulas import Bom, BomLine
from mock_server.refused import Refused
from mock_server.storage.documents import Position, exact, mapper
from mock_server.storage.rows import BOMS, ComponentUsage, component_usage
from mock_server.wire import dumps

_SUMMARY = (
    "id",
    "BomNumber",
    "Version",
    "Name",
    "Type",
    "Status",
    "ItemRefId",
    "ItemCode",
    "ItemName",
    "OutputQuantity",
    "Uom",
)
_COSTS = (
    "MaterialCost",
    "LabourCost",
    "OverheadCost",
    "ServiceCost",
    "ByProductCredit",
    "TotalCost",
    "UnitCost",
)


class Boms(DocumentHandlers[Bom]):
    """The handlers, named by operation."""

    collection = "boms"
    key = "boms"

    def list_boms(self, call: Call) -> Answer:
        """A page of BOMs in order of creation, or of update with `updatedSince`."""
        return self.page(call)

    def create_bom(self, call: Call) -> Answer:
        """Creates a BOM."""
        book = self.services.book(call)
        return self.created(call, book, boms.create(book, call.body))

    def get_bom(self, call: Call) -> Answer:
        """One BOM, archived ones included."""
        return self.one(call)

    def update_bom(self, call: Call) -> Answer:
        """Changes a BOM; one that changes nothing answers the record as it is."""
        book, bom = self.find(call)
        return self.answer(book, boms.update(book, bom, call.body))

    def archive_boms(self, call: Call) -> Answer:
        """Archives several BOMs, all or none."""
        return modified(boms.archive(self.services.book(call), call.body["ids"]))

    def restore_boms(self, call: Call) -> Answer:
        """Restores several archived BOMs, all or none."""
        return modified(boms.restore(self.services.book(call), call.body["ids"]))

    @of_one_state
    def get_bom_material_requirements(self, call: Call) -> Answer:
        """Components for a planned quantity, rounded once per item."""
        book, bom = self.find(call)
        needs = boms.material_requirements(book, bom, call.query["plannedQty"], call.query["levels"])
        public = mapper(Requirement).public
        return record(
            dumps(
                {
                    "BomRefId": bom.id,
                    "BomNumber": bom.bom_number,
                    "Version": bom.version,
                    "ItemRefId": bom.item_ref_id,
                    "ItemCode": bom.item_code,
                    "ItemName": bom.item_name,
                    "PlannedQuantity": needs.planned_quantity,
                    "Uom": bom.uom,
                    "Levels": needs.levels,
                    "Materials": [public(row) for row in needs.rows],
                    "MaterialCost": needs.total_cost,
                    "CanMake": needs.can_make,
                }
            )
        )

    @of_one_state
    def get_active_bom(self, call: Call) -> Answer:
        """The item's Active BOM; 404 where it has none."""
        book = self.services.book(call)
        bom = book.boms.active(call.path["itemId"])
        if bom is None:
            raise Refused("not_found", "The item has no Active BOM.")
        return self.answer(book, bom)

    @of_one_state
    def list_boms_using_item(self, call: Call) -> Answer:
        """Unarchived BOMs with a direct line of the item."""
        services, item_id = self.services, call.path["itemId"]
        if services.book(call).items.get(item_id) is None:
            raise Refused("not_found", "No such item.")
        wanted = {name: call.query[name] for name in ("status",) if name in call.query}
        filters = {"id:with_line_of": item_id, "is_archived": False, **wanted}

        def uses(rows: Sequence[tuple[Any, ...]]) -> Iterator[bytes]:
            return (_use(boms.usage_of(BOMS.read(row[0], b"{}"), item_id)) for row in rows)

        return page(call, services.session, services.cursors, BOMS.table, "boms", filters, (), uses)

    def get_bom_cost_analysis(self, call: Call) -> Answer:
        """Standard cost of each BOM by element."""
        services = self.services
        values = self.filters.read(call.query, str)
        return page(call, services.session, services.cursors, BOMS.table, "boms", values, (), _costs)

    @of_one_state
    def get_bom_component_usage(self, call: Call) -> Answer:
        """Components by the number of Active BOMs that use them."""
        services, book = self.services, self.services.book(call)
        start, limit = place_of(call, services.cursors), call.query["limit"]
        rows = component_usage(services.session, book.tenant, start, limit + 1)
        book.items.load(row.item_ref_id for row in rows)
        bodies = [
            _component(rank, row, book.items.get(row.item_ref_id))
            for rank, row in enumerate(rows[:limit], start + 1)
        ]
        end = Position(start + limit) if len(rows) > limit else None
        return ended(call, services.cursors, "components", bodies, end)


def _use(usage: Usage) -> bytes:
    line = mapper(BomLine).public
    return dumps(
        {
            **_members(BOMS.public(usage.bom), _SUMMARY),
            "StockQuantity": usage.quantity,
            "Lines": [line(used) for used in usage.lines],
        }
    )


def _costs(rows: Sequence[tuple[Any, ...]]) -> Iterator[bytes]:
    return (_cost(row[0]) for row in rows)


def _cost(body: bytes) -> bytes:
    public = exact(body)
    [row] = boms.cost_analysis([BOMS.read(body, b"{}")])
    shares = {
        "Material": row.material_percent,
        "Labour": row.labour_percent,
        "Overhead": row.overhead_percent,
        "Service": row.service_percent,
    }
    return dumps({**_members(public, (*_SUMMARY, *_COSTS)), "Shares": shares})


def _component(rank: int, row: ComponentUsage, item: Item | None) -> bytes:
    return dumps(
        {
            "Rank": rank,
            "ItemRefId": row.item_ref_id,
            "ItemCode": row.item_code,
            "ItemName": item.name if item is not None else row.item_code,
            "ActiveBomCount": row.active_boms,
            "BomCount": row.boms,
            "LineCount": row.lines,
        }
    )


def _members(public: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: public[name] for name in names}
