"""The book of one entity: what the manufacturing rules read and write, inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from mock_server.manufacturing.bom_records import Bom
from mock_server.manufacturing.items import Item
from mock_server.manufacturing.ports import Formula
from mock_server.storage.bom_rows import BomRows
from mock_server.storage.clock import Clock, Ids
from mock_server.storage.database import Session
from mock_server.storage.item_rows import ITEMS
from mock_server.storage.sequences import next_value
from mock_server.storage.tenants import Tenant


class SqlBook:
    """Implements the ports of the rules; a record is read once, and every write goes to its row at once."""

    def __init__(self, session: Session, tenant: Tenant, clock: Clock, ids: Ids, user: str) -> None:
        self.session = session
        self.tenant = tenant
        self.now: datetime = clock.now()
        self.today: date = clock.today(tenant.time_zone)
        self.overhead_percent: Decimal = tenant.overhead_percent
        self.user_ref_id = user
        self.boms = BomRows(session, tenant)
        self.new_id = ids.uuid
        self._items: dict[str, Item | None] = {}

    def item(self, item_id: str) -> Item | None:
        """The item, inactive and archived ones included."""
        if item_id not in self._items:
            self._items[item_id] = ITEMS.get(self.session, self.tenant, item_id)
        return self._items[item_id]

    def put_item(self, item: Item) -> bytes:
        """Inserts or replaces the item; its rendered body."""
        body, _ = ITEMS.put(self.session, self.tenant, item, is_new=self.item(item.id) is None)
        self._items[item.id] = item
        return body

    def bom(self, bom_id: str) -> Bom | None:
        """The BOM, archived ones included."""
        return self.boms.get(bom_id)

    def active_bom(self, item_id: str) -> Bom | None:
        """The one Active BOM of the item."""
        return self.boms.active(item_id)

    def active_formula(self, item_id: str) -> Formula | None:
        """The Active BOM of the item."""
        return self.boms.active(item_id)

    def boms_with_line(self, item_id: str) -> Sequence[Bom]:
        """Unarchived BOMs with a direct line of the item."""
        return self.boms.using(item_id)

    def boms_pinning(self, bom_id: str) -> Sequence[Bom]:
        """Unarchived BOMs with a line that pins the BOM."""
        return self.boms.pinning(bom_id)

    def next_bom_number(self) -> str:
        """The next number of the form BOM-0001."""
        return f"BOM-{next_value(self.session, self.tenant.key, 'BOM-'):04d}"

    def number_taken(self, number: str, version: str) -> bool:
        """Whether a BOM has this number and version."""
        return self.boms.number_taken(number, version)

    def external_reference_taken(self, reference: str, except_id: str | None) -> bool:
        """Whether another BOM carries the reference."""
        return self.boms.reference_taken(reference, except_id)

    def put_bom(self, bom: Bom, event: str | None) -> None:
        """Inserts or replaces the BOM."""
        self.boms.put(bom)
