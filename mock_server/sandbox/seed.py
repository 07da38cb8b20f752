"""Fills a new sandbox: items, vendors and opening stock are inserted, all else is played as commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import bindparam, insert

from mock_server.manufacturing.boms import archive_boms, create_bom
from mock_server.manufacturing.items import Item
from mock_server.sandbox.keys import demo_install_id, new_install
from mock_server.storage.book import SqlBook
from mock_server.storage.clock import Clock, Ids
from mock_server.storage.database import Database, Session, Statement
from mock_server.storage.installs import add_install
from mock_server.storage.item_rows import VENDORS, Stock, Vendor, scaled, write_stock
from mock_server.storage.records import instant
from mock_server.storage.sequences import next_value
from mock_server.storage.tables import AMOUNT_SCALE, QUANTITY_SCALE, movements
from mock_server.storage.tenants import Tenant, add_tenant

FOLDER = Path(__file__).parent / "seeds"
ENTITIES = ("e1", "e2", "e3", "e4")
SEEDING_DAY = date(2026, 6, 15)
_MORNING = time(4, 30, tzinfo=UTC)
_IDS_FROM = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)
_EMPTY: dict[str, Any] = {}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_ADD_MOVEMENT = Statement(
    insert(movements).values(
        {
            name: bindparam(name)
            for name in (
                "tenant",
                "seq",
                "id",
                "item_id",
                "type",
                "quantity",
                "value",
                "posted_on",
                "created_at",
            )
        }
    )
)


class Seeder:
    """Plays the seed of one entity; days are shifted by the distance between 2026-06-15 and `today`."""

    def __init__(self, session: Session, tenant: Tenant, today: date) -> None:
        self._session = session
        self._tenant = tenant
        self._shift = today - SEEDING_DAY
        self._clock = Clock(_IDS_FROM)
        # Ids must be the same at every start, so they come from a clock of their own.
        self._ids = Ids(Clock(_IDS_FROM), f"seed of {tenant.org}/{tenant.entity}")
        self._codes: dict[str, str] = {}

    def play(self, seed: dict[str, Any]) -> None:
        """Inserts what stands at the beginning, then plays the rest in the order of its days."""
        self._open(seed.get("opening_day", SEEDING_DAY.isoformat()))
        for item in seed.get("items", []):
            self._add_item(item)
        for vendor in seed.get("vendors", []):
            self._add_vendor(vendor)
        for bom in sorted(seed.get("boms", []), key=lambda bom: bom["day"]):
            self._open(bom["day"])
            self._add_bom(bom)

    def _open(self, day: str) -> None:
        self._clock.pin(datetime.combine(date.fromisoformat(day) + self._shift, _MORNING))

    def _book(self) -> SqlBook:
        return SqlBook(self._session, self._tenant, self._clock, self._ids, "seed")

    def _add_item(self, seed: dict[str, Any]) -> None:
        book = self._book()
        cost = Decimal(str(seed["cost"])) if "cost" in seed else None
        item = Item(
            id=seed.get("id") or book.new_id(),
            item_code=seed["code"],
            name=seed["name"],
            uom=seed["uom"],
            standard_cost=cost,
            purchase_price=cost,
            is_active=seed.get("is_active", True),
            status="Active" if seed.get("is_active", True) else "Inactive",
            track_inventory=seed.get("is_stocked", True),
            created_at=book.now,
            updated_at=book.now,
        )
        self._codes[item.item_code] = item.id
        if "stock" in seed:
            assert cost is not None
            self._add_opening(book, item.id, Decimal(str(seed["stock"])), cost)
        book.put_item(item)

    def _add_opening(self, book: SqlBook, item_id: str, quantity: Decimal, cost: Decimal) -> None:
        value = (quantity * cost).quantize(Decimal("0.01"))
        write_stock(self._session, self._tenant, item_id, Stock(quantity, value, cost))
        self._session.run(
            _ADD_MOVEMENT,
            {
                "tenant": self._tenant.key,
                "seq": next_value(self._session, self._tenant.key, "movements"),
                "id": book.new_id(),
                "item_id": item_id,
                "type": "Opening",
                "quantity": scaled(quantity, QUANTITY_SCALE),
                "value": scaled(value, AMOUNT_SCALE),
                "posted_on": book.today.isoformat(),
                "created_at": instant(book.now),
            },
        )

    def _add_vendor(self, seed: dict[str, Any]) -> None:
        now = self._clock.now()
        vendor = Vendor(
            id=self._ids.uuid(),
            vendor_code=seed["code"],
            display_name=seed["name"],
            company_name=seed["name"],
            vendor_type="Business",
            status="Active",
            currency=self._tenant.currency,
            is_subcontractor=seed.get("is_subcontractor", False),
            gstin=seed.get("gstin"),
            is_archived=False,
            created_at=now,
            updated_at=now,
        )
        VENDORS.put(self._session, self._tenant, vendor, is_new=True)

    def _add_bom(self, seed: dict[str, Any]) -> None:
        body = {key: value for key, value in seed.items() if key not in {"day", "archive"}}
        for name in ("EffectiveFrom", "EffectiveTo"):
            if name in body:
                body[name] = (date.fromisoformat(body[name]) + self._shift).isoformat()
        bom = create_bom(self._book(), self._resolved(body))
        if seed.get("archive"):
            archive_boms(self._book(), [bom.id])

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: self._codes[inner] if key == "ItemRefId" else self._resolved(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._resolved(inner) for inner in value]
        return value


def seed_sandbox(database: Database, clock: Clock, scopes: list[str], seed: str) -> list[Tenant]:
    """Makes the entities, each with an install of all scopes, and fills them unless the seed is `empty`."""
    tenants: list[Tenant] = []

    def work() -> None:
        for key, document in enumerate(_documents(), 1):
            tenant = Tenant(
                key,
                document["org"],
                document["entity"],
                document["org_name"],
                document["name"],
                document["country"],
                document["currency"],
                document["time_zone"],
                Decimal(document["overhead_percent"]),
            )
            tenants.append(tenant)
            add_tenant(database.session, tenant)
            install_id = demo_install_id(tenant.org, tenant.entity)
            install = new_install(install_id, tenant.org, tenant.entity, scopes, instant(clock.now()))
            add_install(database.session, install, key)
            Seeder(database.session, tenant, clock.today(tenant.time_zone)).play(
                document if seed == "demo" else _EMPTY
            )

    database.transact(work)
    return tenants


def _documents() -> Iterator[dict[str, Any]]:
    for name in ENTITIES:
        yield yaml.load((FOLDER / f"{name}.yaml").read_text(), _LOADER)
