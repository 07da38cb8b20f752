"""The control plane: how a figure came about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mock_server.api import of_one_state
from mock_server.control.figures.named import Named, find_named
from mock_server.gateway import Answer, Call, invalid_at
from mock_server.manufacturing import explaining, reports
from mock_server.manufacturing.explaining import Figure, Node, Source, is_decimal, written
from mock_server.manufacturing.stock import Movement
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox, tenant_of
from mock_server.storage import SqlBook
from mock_server.storage.documents import mapper
from mock_server.wire import dumps

# Movements of one order or item that are read for its figures; of more the sums stand for themselves.
MOST_MOVEMENTS = 2_000
_REPORTS: dict[str, tuple[str, reports.Build]] = {
    "getJobCostingReport": ("job_costs", reports.job_costing_report),
    "getByProductsReport": ("by_products", reports.by_products_report),
    "getProductionCostAnalysisReport": ("production_costs", reports.cost_analysis_report),
    "getEfficiencyReport": ("efficiency", reports.efficiency_report),
}


class ExplainControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @of_one_state
    def explain_figure(self, call: Call) -> Answer:
        """How a figure of a record came about."""
        book = self._book(call)
        named = find_named(book, call.query["record"], call.query.get("kind"))
        pointer = call.query["pointer"]
        figure = _figure(_explained(book, named), pointer, named)
        record = {
            "kind": named.kind,
            "id": named.record.id,
            "number": named.name,
            "revision": getattr(named.record, "revision", None),
        }
        return _answer(call, {"record": record, "report": None}, figure)

    @of_one_state
    def explain_report(self, call: Call) -> Answer:
        """How a figure of a report came about."""
        book, name = self._book(call), call.query["report"]
        key, build = _REPORTS[name]
        part, _, rest = call.query["pointer"].removeprefix("/").partition("/")
        place, _, member = rest.partition("/")
        row = None if part == "totals" else _row(part, place, key)
        period = reports.period_of(book.today, _day(call, "from"), _day(call, "to"))
        log = book.production.within(period, call.query.get("item_ref_id"))
        lookup = explaining.ExplainedLookup(book, book.tenant.currency)
        report = explaining.explained_report(build, log, lookup, row)
        if row is None:
            shown = mapper(type(report.totals)).public(report.totals)
            figure = _figure(shown, f"/{rest}", name)
        else:
            if row >= len(report.page.rows):
                raise Refused("not_found", f"The report has no row {row}; it has {len(report.page.rows)}.")
            line = report.page.rows[row]
            figure = _figure(mapper(type(line)).public(line), f"/{member}", name)
        told = {"operation": name, "from": period.start.isoformat(), "to": period.end.isoformat()}
        return _answer(call, {"record": None, "report": told}, figure)

    def _book(self, call: Call) -> SqlBook:
        sandbox = self._sandbox
        tenant = tenant_of(sandbox, call.path["orgId"], call.path["entityId"])
        return SqlBook(sandbox.database.session, tenant, sandbox.clock, sandbox.ids, "control-plane")


def _explained(book: SqlBook, named: Named) -> dict[str, Any]:
    """The record as GET shows it, its figures with all that they came from."""
    kind, record = named
    currency = book.tenant.currency
    lookup = explaining.ExplainedLookup(book, currency)
    shown: dict[str, Any]
    if kind == "work_order":
        return book.work_orders.documents.public(explaining.explained_work_order(lookup, record))
    if kind == "subcontract_order":
        movements = book.stock.of_document(record.id, MOST_MOVEMENTS + 1)
        order = explaining.explained_subcontract_order(lookup, record, _few(movements))
        return book.subcontract_orders.documents.public(order)
    if kind == "quality_inspection":
        return book.inspections.documents.public(explaining.explained_inspection(record))
    if kind == "item":
        some = _few(book.stock.of_item(record.id, MOST_MOVEMENTS + 1))
        stock, available = explaining.explained_stock(record, book.stock.get(record.id), some, currency)
        return {
            **book.items.documents.public(lookup.item(record.id) or record),
            "OnHandQuantity": stock.on_hand,
            "CurrentStock": stock.on_hand,
            "StockValue": stock.value,
            "AverageUnitCost": stock.average,
            "AllocatedQuantity": stock.allocated,
            "AvailableQuantity": available,
            "AtSubcontractorQuantity": stock.at_subcontractor,
            "QuarantineQuantity": stock.quarantine,
        }
    formula: Any = explaining.explained_formula(lookup, record)
    if kind == "recipe":
        return book.recipes.documents.public(formula)
    shown = book.boms.documents.public(formula)
    shares = explaining.shares_of(formula)._asdict().items()
    return {**shown, "Shares": {name.capitalize(): value for name, value in shares}}


def _few(movements: list[Movement]) -> list[Movement] | None:
    return movements if len(movements) <= MOST_MOVEMENTS else None


def _figure(shown: dict[str, Any], pointer: str, of: Named | str) -> Figure:
    """The figure at a pointer; one that was stated is a leaf."""
    value: Any = shown
    name = of if isinstance(of, str) else of.name
    for token in pointer.removeprefix("/").split("/"):
        if isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < 5:
            value = value[int(token)] if int(token) < len(value) else None
        else:
            value = value.get(token) if isinstance(value, dict) else None
    if isinstance(value, Figure):
        return value
    if isinstance(of, str) and type(value) is int:
        # Of reports what is counted is a figure too.
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise Refused("not_found", f"{name} has no figure {pointer[:200]}.")
    source = None if isinstance(of, str) else _source(of, pointer)
    return explaining.leaf(value, pointer.rpartition("/")[2], explaining.measure(""), source)


def _source(named: Named, pointer: str) -> Source:
    return Source(named.kind, named.record.id, named.name, getattr(named.record, "revision", None), pointer)


def _row(part: str, place: str, key: str) -> int:
    if part != key or not place.isascii() or not place.isdigit():
        raise Refused("not_found", f"The figures of the report begin with /{key}/ or /totals/.")
    if int(place[:6]) >= explaining.MOST_SHOWN:
        raise Refused("not_found", f"Figures of the first {explaining.MOST_SHOWN} rows are explained.")
    return int(place)


def _day(call: Call, name: str) -> date | None:
    text = call.query.get(name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise invalid_at(f"/query/{name}", "is not a day of the calendar") from None


def _answer(call: Call, head: dict[str, Any], figure: Figure) -> Answer:
    tree = explaining.tree_of(figure, call.query["depth"], call.query["nodes"])
    body = {
        **head,
        "pointer": call.query["pointer"],
        "figure": _node(tree.root),
        "node_count": tree.count,
        "is_complete": tree.is_complete,
    }
    return Answer(200, dumps(body))


def _node(node: Node) -> dict[str, Any]:
    rounding, source = node.rounding, node.source
    return {
        "label": node.label,
        "value": written(node.value),
        "exact": _exact(node.value),
        "unit": node.unit,
        "operation": node.operation.value,
        "rounding": None
        if rounding is None
        else {
            "from": written(rounding.exact),
            "from_exact": _exact(rounding.exact),
            "to": written(rounding.to),
            "residue": written(rounding.residue),
            "residue_exact": _exact(rounding.residue),
        },
        "source": None
        if source is None
        else {
            "type": source.type,
            "id": source.id,
            "number": source.number,
            "revision": source.revision,
            "pointer": source.pointer,
        },
        "children": [_node(part) for part in node.parts],
        "children_omitted": node.omitted,
    }


def _exact(value: Fraction) -> str | None:
    """The fraction, where the decimal that is shown is not all of it."""
    return None if is_decimal(value) else f"{value.numerator}/{value.denominator}"
