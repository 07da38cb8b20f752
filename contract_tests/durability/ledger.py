"""Looks into a copy of a data file: whether every action in it is whole."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from contract_tests.durability.server import DATA_FILE

_SIGN = "((json_extract(body, '$.To') IS 'Store') - (json_extract(body, '$.From') IS 'Store'))"
_PRODUCTION = "('ProductionConsumption', 'ProductionReceipt', 'ByProductReceipt')"

# What must not be found, by its name: each query lists the offenders.
# Events are kept for 30 days: of what the seed has done before that there are none.
_RULES = {
    "stock that its movements do not add up to": f"""
        SELECT s.item_id, s.on_hand, m.quantity, s.value, m.value FROM stock s LEFT JOIN (
            SELECT tenant, item_id, sum(quantity * {_SIGN}) AS quantity, sum(value * {_SIGN}) AS value
            FROM movements GROUP BY tenant, item_id
        ) m ON m.tenant = s.tenant AND m.item_id = s.item_id
        WHERE s.on_hand <> coalesce(m.quantity, 0) OR s.value <> coalesce(m.value, 0)""",
    "movements of items without stock figures": """
        SELECT m.id FROM movements m LEFT JOIN stock s ON s.tenant = m.tenant AND s.item_id = m.item_id
        WHERE s.item_id IS NULL""",
    "allocations that the open orders do not add up to": """
        SELECT s.item_id, s.allocated, a.quantity FROM stock s LEFT JOIN (
            SELECT w.tenant, json_extract(e.value, '$.ItemRefId') AS item_id,
                sum(round(json_extract(e.value, '$.Quantity') * 1000000)) AS quantity
            FROM work_orders w, json_each(w.body, '$.Allocations') e WHERE w.status = 'InProgress'
            GROUP BY 1, 2
        ) a ON a.tenant = s.tenant AND a.item_id = s.item_id
        WHERE s.allocated <> coalesce(a.quantity, 0)""",
    "completed orders without their receipt or their row in the reports": """
        SELECT w.number FROM work_orders w
        LEFT JOIN movements m ON m.tenant = w.tenant AND m.document_id = w.id AND m.type = 'ProductionReceipt'
        LEFT JOIN completed_orders c ON c.tenant = w.tenant AND c.order_id = w.id
        WHERE w.status = 'Completed' AND (m.id IS NULL OR c.order_id IS NULL)""",
    "completed orders that did not consume what they say": """
        SELECT w.number FROM work_orders w, json_each(w.body, '$.Materials') e
        LEFT JOIN movements m ON m.tenant = w.tenant AND m.document_id = w.id
            AND m.type = 'ProductionConsumption' AND m.item_id = json_extract(e.value, '$.ItemRefId')
        WHERE w.status = 'Completed' AND json_extract(e.value, '$.ConsumedQuantity') > 0 AND m.id IS NULL""",
    "orders with other movements than they say": """
        SELECT w.number FROM work_orders w WHERE json_array_length(w.body, '$.StockMovements') <> (
            SELECT count(*) FROM movements m WHERE m.tenant = w.tenant AND m.document_id = w.id)""",
    "movements of production without a completed order": f"""
        SELECT m.id FROM movements m LEFT JOIN work_orders w ON w.tenant = m.tenant AND w.id = m.document_id
        WHERE m.type IN {_PRODUCTION} AND w.status IS NOT 'Completed'""",
    "orders without the events of their state": """
        SELECT w.number, t.topic FROM work_orders w JOIN (
            SELECT 'InProgress' AS status, 'work_order.released' AS topic
            UNION SELECT 'Completed', 'work_order.released' UNION SELECT 'Completed', 'work_order.completed'
            UNION SELECT 'Cancelled', 'work_order.cancelled'
        ) t ON t.status = w.status
        LEFT JOIN outbox o ON o.record_id = w.id AND o.topic = t.topic
        WHERE o.row IS NULL AND json_extract(w.body, '$.CreatedAt') > date('now', '-29 days')""",
    "BOMs without the event of their creation": """
        SELECT b.number FROM boms b LEFT JOIN outbox o ON o.record_id = b.id AND o.topic = 'bom.created'
        WHERE o.row IS NULL AND json_extract(b.body, '$.CreatedAt') > date('now', '-29 days')""",
    "events of what did not happen": """
        SELECT o.topic, o.record_id FROM outbox o
        LEFT JOIN work_orders w ON w.id = o.record_id LEFT JOIN boms b ON b.id = o.record_id
        WHERE (o.topic LIKE 'work_order.%' AND (w.revision IS NULL OR w.revision < o.revision))
            OR (o.topic LIKE 'bom.%' AND (b.revision IS NULL OR b.revision < o.revision))""",
    "events that were told twice": """
        SELECT record_id, topic, revision FROM outbox GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "kept answers about records that are not there": """
        SELECT i.key FROM idempotency i
        WHERE i.status = 201 AND json_extract(i.body, '$.id') NOT IN (
            SELECT id FROM work_orders UNION SELECT id FROM boms UNION SELECT id FROM webhooks)""",
}


def faults_of(folder: Path) -> list[str]:
    """What is not whole in the data of a sandbox that was stopped or killed; the files stay as they are."""
    with _copied(folder) as opened:
        [state] = opened.execute("PRAGMA integrity_check").fetchone()
        found = [] if state == "ok" else [f"the file: {state}"]
        for name, query in _RULES.items():
            rows = opened.execute(query).fetchall()
            found += [f"{name}: {rows[:5]}"] if rows else []
        return found


def movements_in(folder: Path) -> set[str]:
    """The ids of all stock movements."""
    with _copied(folder) as opened:
        return {row[0] for row in opened.execute("SELECT id FROM movements")}


def events_in(folder: Path, topics: Sequence[str]) -> set[str]:
    """The ids of all events of some topics."""
    marks = ", ".join("?" * len(topics))
    query = f"SELECT json_extract(body, '$.event_id') FROM outbox WHERE topic IN ({marks})"
    with _copied(folder) as opened:
        return {row[0] for row in opened.execute(query, topics)}


@contextmanager
def _copied(folder: Path) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as copied:
        for name in (DATA_FILE, f"{DATA_FILE}-wal"):
            if (folder / name).exists():
                shutil.copy(folder / name, copied)
        opened = sqlite3.connect(Path(copied, DATA_FILE))
        try:
            yield opened
        finally:
            opened.close()
