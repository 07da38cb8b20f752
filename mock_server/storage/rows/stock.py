"""Stock figures and movements as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, select

from mock_server.manufacturing.stock import Movement, Place, Stock
from mock_server.storage.database import Session, Statement
from mock_server.storage.dialects import among, listed, upsert
from mock_server.storage.documents import Context, exact, mapper
from mock_server.storage.sequences import next_place
from mock_server.storage.tables import AMOUNT_SCALE, QUANTITY_SCALE, movements, stock
from mock_server.wire import dumps

_FIGURES = (
    "on_hand",
    "value",
    "average",
    "allocated",
    "at_subcontractor",
    "at_subcontractor_value",
    "quarantine",
    "quarantine_value",
)
_PLACES = {name: AMOUNT_SCALE if name.endswith("value") else QUANTITY_SCALE for name in _FIGURES}
_MOVED = {"quantity": QUANTITY_SCALE, "value": AMOUNT_SCALE}
_PUBLIC = mapper(Movement).public
_GET = Statement(
    select(*(stock.c[name] for name in _FIGURES)).where(
        stock.c.tenant == bindparam("tenant"), stock.c.item_id == bindparam("item")
    )
)
_SEVERAL = Statement(
    select(stock.c.item_id, *(stock.c[name] for name in _FIGURES)).where(
        stock.c.tenant == bindparam("tenant"), among(stock.c.item_id, bindparam("ids"))
    )
)
_PUT = Statement(
    upsert(
        stock,
        {name: bindparam(name) for name in ("tenant", "item_id", *_FIGURES)},
        on=("tenant", "item_id"),
        change=lambda new: {name: new[name] for name in _FIGURES},
    )
)
_OF_DOCUMENT = Statement(
    select(movements.c.body)
    .where(movements.c.tenant == bindparam("tenant"), movements.c.document_id == bindparam("id"))
    .order_by(movements.c.seq)
    .limit(bindparam("size"))
)
_OF_ITEM = Statement(
    select(movements.c.body)
    .where(movements.c.tenant == bindparam("tenant"), movements.c.item_id == bindparam("id"))
    .order_by(movements.c.seq)
    .limit(bindparam("size"))
)
_MOVEMENT = (
    "tenant",
    "id",
    "item_id",
    "type",
    "quantity",
    "value",
    "posted_on",
    "document_id",
    "body",
)
_ADD = Statement(
    insert(movements).values({"seq": next_place(movements), **{name: bindparam(name) for name in _MOVEMENT}})
)
_LAST = Statement(
    select(func.coalesce(func.max(movements.c.seq), literal_column("0"))).where(
        movements.c.tenant == bindparam("tenant")
    )
)
_SINCE = Statement(
    select(movements.c.body)
    .where(movements.c.tenant == bindparam("tenant"), movements.c.seq > bindparam("after"))
    .order_by(movements.c.seq)
    .limit(bindparam("size"))
)


def last_movement(session: Session, tenant: int) -> int:
    """The place of an entity's last movement; 0 before the first."""
    row = session.one(_LAST, {"tenant": tenant})
    assert row is not None
    return int(row[0])


def movements_since(session: Session, tenant: int, after: int, size: int) -> list[bytes]:
    """The movements behind a place as the control plane lists them, so many at most."""
    return [row[0] for row in session.all(_SINCE, {"tenant": tenant, "after": after, "size": size})]


def scaled(record: object, places: Mapping[str, int]) -> dict[str, int | None]:
    """Figures of a record as integer counts of their smallest units; they must fit."""
    counts: dict[str, int | None] = {}
    for name, digits in places.items():
        value: Decimal | None = getattr(record, name)
        counts[name] = None if value is None else int(value.scaleb(digits))
        assert value is None or Decimal(counts[name] or 0).scaleb(-digits) == value, f"{name} {value}"
    return counts


class StockRows:
    """Stock and movements of one entity; each item's figures are read once and then remembered."""

    def __init__(self, context: Context, changed: Callable[[str], None]) -> None:
        """`changed` is told the item of every change."""
        self._session = context.session
        self._tenant = context.tenant.key
        self._changed = changed
        self._known: dict[str, Stock] = {}
        # What was there before the first change of each.
        self._first: dict[str, Stock] = {}

    def get(self, item_id: str) -> Stock:
        """The item's stock; zero where it never had any."""
        if item_id not in self._known:
            row = self._session.one(_GET, {"tenant": self._tenant, "item": item_id})
            self._known[item_id] = Stock() if row is None else _read(row)
        return self._known[item_id]

    def load(self, item_ids: Iterable[str]) -> None:
        """Reads that of several items at once."""
        missing = [item_id for item_id in dict.fromkeys(item_ids) if item_id not in self._known]
        if len(missing) > 1:
            self._known.update(dict.fromkeys(missing, Stock()))
            for item_id, *row in self._session.all(
                _SEVERAL, {"tenant": self._tenant, "ids": listed(missing)}
            ):
                self._known[item_id] = _read(row)

    def put(self, item_id: str, figures: Stock) -> None:
        """Replaces the item's stock figures, and shows them on the item."""
        self._first.setdefault(item_id, self.get(item_id))
        self._known[item_id] = figures
        counts = scaled(figures, _PLACES)
        self._session.run(_PUT, {"tenant": self._tenant, "item_id": item_id, **counts})
        self._changed(item_id)

    def changes(self) -> Iterator[tuple[str, Stock, Stock]]:
        """The items whose stock was changed: id, and the figures that it had and has now."""
        for item_id, first in self._first.items():
            yield item_id, first, self._known[item_id]

    def post(self, movement: Movement) -> None:
        """Appends a movement."""
        values = {
            "tenant": self._tenant,
            "id": movement.id,
            "item_id": movement.item_ref_id,
            "type": movement.type.value,
            **scaled(movement, _MOVED),
            "posted_on": movement.posting_date.isoformat(),
            "document_id": movement.document_ref_id,
            "body": dumps(shown_movement(movement)),
        }
        self._session.run(_ADD, values)

    def of_document(self, document_id: str, most: int) -> list[Movement]:
        """The movements of an order, oldest first, and no more than so many."""
        return self._some(_OF_DOCUMENT, document_id, most)

    def of_item(self, item_id: str, most: int) -> list[Movement]:
        """The movements of an item, oldest first, and no more than so many."""
        return self._some(_OF_ITEM, item_id, most)

    def _some(self, statement: Statement, record_id: str, most: int) -> list[Movement]:
        values = {"tenant": self._tenant, "id": record_id, "size": most}
        return [read_movement(body) for [body] in self._session.all(statement, values)]


def _read(row: Iterable[Any]) -> Stock:
    figures: Iterable[Any] = (
        None if count is None else Decimal(count).scaleb(-places)
        for count, places in zip(row, _PLACES.values(), strict=True)
    )
    return Stock(*figures)


def read_movement(body: bytes) -> Movement:
    """A movement from what was written of it."""
    public = exact(body)
    places = [None if (place := public.pop(end)) is None else Place(place) for end in ("From", "To")]
    # A movement has one of the two at least, and what it has not is not read.
    movement: Movement = mapper(Movement).read({**public, "FromPlace": Place.STORE, "ToPlace": Place.STORE})
    movement.from_place, movement.to_place = places
    return movement


def shown_movement(movement: Movement) -> dict[str, Any]:
    """The movement as the control plane lists it."""
    public = _PUBLIC(movement)
    public["From"], public["To"] = public.pop("FromPlace"), public.pop("ToPlace")
    return public
