"""Fills a new sandbox: items, vendors and opening stock are inserted, all else is played as commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.resources import files
from typing import Any

import yaml

from mock_server.clients import demo_client
from mock_server.clock import Clock, Ids
from mock_server.manufacturing import Item, Vendor
from mock_server.manufacturing.stock import Ledger
from mock_server.sandbox.seed_player import Player
from mock_server.storage import Database, Session, SqlBook
from mock_server.storage.documents import last_event
from mock_server.storage.oauth import OauthClient, add_client
from mock_server.storage.tenancy import Tenant, add_install, add_tenant, read_tenants, write_fact
from mock_server.tokens import demo_install_id, new_install
from mock_server.wire import instant

FOLDER = files("mock_server") / "sandbox" / "seeds"
ENTITIES = ("e1", "e2", "e3", "e4")
SEEDING_DAY = date(2026, 6, 15)
# The fact that says through which event the seed reached: it is told to nobody.
SEEDED_EVENTS = "seeded events"
_MORNING = time(4, 30, tzinfo=UTC)
_IDS_FROM = datetime(2026, 6, 15, 6, 30, tzinfo=UTC)
_EMPTY: dict[str, Any] = {}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Seeder:
    """Plays the seed of one entity; days are shifted by the distance between 2026-06-15 and `today`."""

    def __init__(self, session: Session, tenant: Tenant, today: date) -> None:
        self._session = session
        self._tenant = tenant
        self._shift = today - SEEDING_DAY
        self._clock = Clock(_IDS_FROM)
        # Ids must be the same at every start, so they come from a clock of their own.
        self._ids = Ids(Clock(_IDS_FROM), f"seed of {tenant.org}/{tenant.entity}")
        self._ids_by_name: dict[str, str] = {}

    def play(self, seed: dict[str, Any]) -> None:
        """Inserts what stands at the beginning, then plays the rest in the order of its days."""
        self._open(seed.get("opening_day", SEEDING_DAY.isoformat()))
        for item in seed.get("items", []):
            self._add_item(item)
        for vendor in seed.get("vendors", []):
            self._add_vendor(vendor)
        boms = [{"day": bom["day"], "bom": bom} for bom in seed.get("boms", [])]
        player = Player(self._ids_by_name, self._shift)
        for event in sorted([*boms, *seed.get("documents", [])], key=lambda event: event["day"]):
            self._open(event["day"])
            if "bom" in event:
                self._add_bom(player, event["bom"])
            else:
                player.play(self._book(), event)

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
            selling_price=Decimal(str(seed["price"])) if "price" in seed else None,
            is_active=seed.get("is_active", True),
            status="Active" if seed.get("is_active", True) else "Inactive",
            track_inventory=seed.get("is_stocked", True),
            created_at=book.now,
            updated_at=book.now,
        )
        self._ids_by_name[item.item_code] = item.id
        book.items.put(item)
        if "stock" in seed:
            assert cost is not None
            Ledger(book).opening(item, Decimal(str(seed["stock"])), cost)

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
        self._ids_by_name[vendor.vendor_code] = vendor.id
        self._book().vendors.put(vendor)

    def _add_bom(self, player: Player, seed: dict[str, Any]) -> None:
        body = {key: value for key, value in seed.items() if key not in {"day", "archive"}}
        player.play(self._book(), {"do": "create_bom", "body": body})
        if seed.get("archive"):
            player.play(self._book(), {"do": "archive_bom", "on": f"{body['BomNumber']}/{body['Version']}"})


def seed_sandbox(database: Database, clock: Clock, scopes: list[str], seed: str) -> list[Tenant]:
    """Makes the entities, each with an install of all scopes, and fills them unless the seed is `empty`."""
    tenants: list[Tenant] = []

    def work() -> None:
        # Of processes that start together, one seeds; the others find its entities.
        database.session.lock("seed")
        tenants.extend(read_tenants(database.session))
        if tenants:
            return
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
        demo = demo_client(scopes, instant(clock.now()))
        add_client(database.session, OauthClient(demo, None))
        write_fact(database.session, SEEDED_EVENTS, str(last_event(database.session)))

    database.transact(work)
    return tenants


def _documents() -> Iterator[dict[str, Any]]:
    for name in ENTITIES:
        yield yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), _LOADER)
