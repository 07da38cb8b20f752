"""Whether cost grows with history: the same work in a new entity and in one with a million movements."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update

from mock_server.storage import SqlBook, Statement, next_place, tables
from scripts.benchmark.bodies import COMPLETION, MOVES, order
from scripts.benchmark.in_process import InProcess, in_process, run

ORDERS = 100_000
_PERIOD_DAYS = 89
_CHUNK = 2000
_COPIED = (tables.work_orders, tables.completed_orders, tables.by_products_made, tables.movements)
_CYCLES = 150
_REPORTS = ("job-costing", "by-products", "cost-analysis", "efficiency")
LIMIT, REPORT_SECONDS = 1.5, 2.0


def measure(cycles: int = _CYCLES, orders: int = ORDERS) -> dict[str, Any]:
    """The medians in both entities, their ratios, and the seconds of each report with the history."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "empty"), Path(folder, "full")
        with in_process(paths[0]) as empty, in_process(paths[1]) as full:
            return run(_measure(empty, full, cycles, orders))  # type: ignore[no-any-return]


async def _measure(empty: InProcess, full: InProcess, cycles: int, orders: int) -> dict[str, Any]:
    for each in (empty, full):
        await each.prepare(orders + cycles * 10)
    start = time.perf_counter()
    await add_history(full, orders)
    taken = time.perf_counter() - start
    times: dict[str, tuple[list[float], list[float]]] = {}
    for _ in range(cycles):
        for place, each in enumerate((empty, full)):
            for name, seconds in [step async for step in _cycle(each)]:
                times.setdefault(name, ([], []))[place].append(seconds * 1e6)
    rows = {name: _row(*pair) for name, pair in times.items()}
    reports = {name: await _report(full, name) for name in _REPORTS}
    if not ledger_adds_up(full):
        raise SystemExit("The movements do not add up to the stock.")
    return {
        "orders": orders,
        "movements": orders * MOVES,
        "generated_in_s": round(taken, 1),
        "microseconds": rows,
        "report_seconds": reports,
        "is_met": all(row["ratio"] <= LIMIT for row in rows.values())
        and all(seconds < REPORT_SECONDS for seconds in reports.values()),
    }


def _row(empty: list[float], full: list[float]) -> dict[str, float]:
    one, other = statistics.median(empty), statistics.median(full)
    return {"empty": round(one, 1), "full": round(other, 1), "ratio": round(other / one, 2)}


async def _cycle(server: InProcess) -> Any:
    """One order from its creation to its end, with the reads around it."""
    timed = server.timed
    _, seconds = await timed("POST", "/work-orders", order(server.made), 201)
    yield "create", seconds
    made = await server.order()
    _, seconds = await timed("POST", f"/work-orders/{made}/release")
    yield "release", seconds
    _, seconds = await timed("POST", f"/work-orders/{made}/complete", COMPLETION)
    yield "complete", seconds
    _, seconds = await timed("GET", f"/work-orders/{made}")
    yield "read one", seconds
    _, seconds = await timed("GET", "/work-orders?limit=50&status=Completed")
    yield "page of 50", seconds


async def _report(server: InProcess, name: str) -> float:
    """The slowest of three uncached reads of the default period."""
    taken = []
    for _ in range(3):
        await server.call("POST", f"/work-orders/{await server.order()}/release")
        _, seconds = await server.timed("GET", f"/manufacturing-reports/{name}")
        taken.append(seconds)
    return round(max(taken), 3)


async def add_history(server: InProcess, orders: int) -> None:
    """Completes one order by the rules, and copies it, its movements and its report rows many times over.

    Stock follows, so that the ledger still adds up.
    """
    made = await server.order()
    await server.call("POST", f"/work-orders/{made}/release")
    await server.call("POST", f"/work-orders/{made}/complete", COMPLETION)
    History(server, made).copy(orders - 1)


class History:
    """Copies of one completed order, spread over the default period of the reports."""

    def __init__(self, server: InProcess, order: str) -> None:
        self._database, self._tenant = server.sandbox.database, server.tenant
        self._new_id = server.sandbox.ids.uuid
        book = SqlBook(
            self._database.session, server.tenant, server.sandbox.clock, server.sandbox.ids, "bench"
        )
        found = book.work_orders.get(order)
        assert found is not None
        self._id, self._number, self._today = order, found.work_order_number, book.today
        self._order = self._rows(tables.work_orders, tables.work_orders.c.id)[0]
        self._figures = self._rows(tables.completed_orders, tables.completed_orders.c.order_id)[0]
        self._product = self._rows(tables.by_products_made, tables.by_products_made.c.order_id)[0]
        self._moved = self._rows(tables.movements, tables.movements.c.document_id)

    def _rows(self, table: Table, column: Any) -> list[dict[str, Any]]:
        names = [each.name for each in table.c if each.name != "row"]
        query = select(*(table.c[name] for name in names)).where(column == bindparam("id"))
        rows = self._database.session.all(Statement(query), {"id": self._id})
        return [dict(zip(names, row, strict=True)) for row in rows]

    def copy(self, count: int) -> None:
        """Writes the copies and moves the stock as they did."""
        for start in range(0, count, _CHUNK):
            size = min(_CHUNK, count - start)
            self._database.transact(partial(self._chunk, start, size, count))
        self._database.transact(lambda: self._move_stock(count))

    def _chunk(self, start: int, size: int, count: int) -> None:
        session = self._database.session
        add = {table: _insert(table) for table in _COPIED}
        for index in range(size):
            day = self._today - timedelta(days=_PERIOD_DAYS * (count - start - index) // count)
            order, number = self._new_id(), f"HIST-{start + index:06d}"
            session.run(add[tables.work_orders], self._copied(self._order, order, number, day))
            session.run(add[tables.completed_orders], self._copied(self._figures, order, number, day))
            session.run(add[tables.by_products_made], self._copied(self._product, order, number, day))
            for row in self._moved:
                copied = self._copied(row, order, number, day)
                old, new = row["id"], self._new_id()
                body = copied["body"].replace(old.encode(), new.encode())
                session.run(add[tables.movements], copied | {"id": new, "body": body})

    def _copied(self, row: dict[str, Any], order: str, number: str, day: date) -> dict[str, Any]:
        swaps = ((self._id, order), (self._number, number), (self._today.isoformat(), day.isoformat()))
        return {name: _swapped(value, swaps) for name, value in row.items()}

    def _move_stock(self, count: int) -> None:
        session = self._database.session
        values: dict[str, Any] = {"tenant_key": self._tenant.key}
        change = Statement(
            update(tables.stock)
            .where(
                tables.stock.c.tenant == bindparam("tenant_key"), tables.stock.c.item_id == bindparam("item")
            )
            .values(
                on_hand=tables.stock.c.on_hand + bindparam("quantity"),
                value=tables.stock.c.value + bindparam("worth"),
            )
        )
        for row in self._moved:
            moved = {"quantity": row["quantity"] * count, "worth": row["value"] * count}
            session.run(change, {**values, "item": row["item_id"], **moved})


def _insert(table: Table) -> Statement:
    names = [column.name for column in table.c if column.name not in {"row", "seq"}]
    place = {"seq": next_place(table)} if "seq" in table.c else {}
    return Statement(insert(table).values({**place, **{name: bindparam(name) for name in names}}))


def _swapped(value: Any, swaps: tuple[tuple[str, str], ...]) -> Any:
    if isinstance(value, str):
        for old, new in swaps:
            value = value.replace(old, new)
    elif isinstance(value, bytes):
        for old, new in swaps:
            value = value.replace(old.encode(), new.encode())
    return value


def ledger_adds_up(server: InProcess) -> bool:
    """Whether the movements of the item that is made add up to its stock."""
    session, values = server.sandbox.database.session, {"tenant": server.tenant.key, "item": server.made}
    sums = [
        select(func.sum(column)).where(
            column.table.c.tenant == bindparam("tenant"), column.table.c.item_id == bindparam("item")
        )
        for column in (tables.movements.c.quantity, tables.stock.c.on_hand)
    ]
    moved, held = (session.one(Statement(query), values) for query in sums)
    return moved == held


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The figures as a table."""
    yield f"{found['orders']:,} work orders, {found['movements']:,} movements ({found['generated_in_s']} s)"
    yield f"{'µs in process':<14}{'empty':>10}{'full':>10}{'ratio':>8}   (at most {LIMIT})"
    for name, row in found["microseconds"].items():
        yield f"{name:<14}{row['empty']:>10}{row['full']:>10}{row['ratio']:>8}"
    for name, seconds in found["report_seconds"].items():
        yield f"{name:<26}{seconds:>8} s   (uncached, under {REPORT_SECONDS})"
