"""Fills an empty database with a pack: entities, each with an install of all scopes, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from mock_server.clients import demo_client
from mock_server.clock import Clock, is_time_zone
from mock_server.contract import Contract
from mock_server.refused import Refused
from mock_server.seeds.findings import PackFault
from mock_server.seeds.pack import Pack, PackEntity
from mock_server.seeds.player import Player
from mock_server.seeds.reading import PackReader
from mock_server.storage import Database, Session
from mock_server.storage.documents import last_event
from mock_server.storage.oauth import OauthClient, add_client
from mock_server.storage.tenancy import Tenant, add_install, add_tenant, read_tenants, write_fact
from mock_server.tokens import demo_install_id, new_install
from mock_server.wire import instant, plain

DEMO, EMPTY = "demo", "empty"
# The fact that says through which event the seed reached: it is told to nobody.
SEEDED_EVENTS = "seeded events"
_DEMO_FILE = files("mock_server") / "seeds" / "packs" / "demo.yaml"


def pack_named(seed: str, reader: PackReader) -> Pack:
    """The demo pack, or, as `empty`, its entities with nothing in them."""
    pack = reader.trusted(demo_text(), "demo.yaml")
    if seed == DEMO:
        return pack
    bare = [PackEntity(each.pointer, each.head, None, [], [], []) for each in pack.entities]
    return Pack(pack.marked, None, bare)


def demo_text() -> str:
    """The demo pack as it is written."""
    return _DEMO_FILE.read_text("utf-8")


def seed_sandbox(database: Database, clock: Clock, contract: Contract, pack: Pack) -> list[Tenant]:
    """Fills the database in one transaction, unless it has entities; a PackFault leaves it as it is."""
    tenants: list[Tenant] = []

    def work() -> None:
        # Of processes that start together, one seeds; the others find its entities.
        database.session.lock("seed")
        tenants.extend(read_tenants(database.session))
        if not tenants:
            tenants.extend(play(pack, database.session, clock.now(), contract))

    database.transact(work)
    return tenants


def play(pack: Pack, session: Session, now: datetime, contract: Contract) -> list[Tenant]:
    """Plays a pack in the open transaction of an empty database; a PackFault tells where it stopped.

    The same pack on the same day gives the same records, ids included.
    """
    sentences = _Sentences(contract)
    tenants: list[Tenant] = []
    for key, entity in enumerate(pack.entities, 1):
        tenant = _tenant(pack, key, entity)
        tenants.append(tenant)
        add_entity(session, tenant, contract.scopes, now)
        Player(pack, session, tenant, now, sentences.of).play(entity)
    add_client(session, OauthClient(demo_client(contract.scopes, instant(now)), None))
    write_fact(session, SEEDED_EVENTS, str(last_event(session)))
    return tenants


def add_entity(session: Session, tenant: Tenant, scopes: Sequence[str], now: datetime) -> None:
    """Adds an entity with an install of its own that has every scope."""
    add_tenant(session, tenant)
    install_id = demo_install_id(tenant.org, tenant.entity)
    install = new_install(install_id, tenant.org, tenant.entity, list(scopes), instant(now))
    add_install(session, install, tenant.key)


def _tenant(pack: Pack, key: int, entity: PackEntity) -> Tenant:
    head = entity.head
    if not is_time_zone(head["time_zone"]):
        pointer = f"{entity.pointer}/time_zone"
        raise PackFault(pack.name, [pack.marked.finding(pointer, "is no time zone that is known")])
    return tenant_of_body(key, head)


def tenant_of_body(key: int, body: Mapping[str, Any]) -> Tenant:
    """The entity that a body of `createEntity` describes."""
    return Tenant(
        key,
        body["org_ref_id"],
        body["entity_ref_id"],
        body["org_name"],
        body["name"],
        body["country"],
        body["currency"],
        body["time_zone"],
        Decimal(body.get("overhead_percent", 0)),
    )


class _Sentences:
    """What refusals say to the author of a pack."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def of(self, refusal: Refused) -> str:
        """The refusal's own sentence, or that of the contract, and what is short."""
        fact = self._contract.errors.get(refusal.code)
        message = refusal.message or refusal.code
        if not refusal.message and fact is not None:
            message = fact.template.format(**refusal.values) if refusal.values else fact.body["message"]
        short = [
            f"{each['ItemCode']} has {plain(each['Available'])}, {plain(each['Required'])} are required"
            for each in refusal.details.get("shortages", ())
        ]
        told = [message.rstrip("."), *short] if short else [message]
        return f"{refusal.code}: {'; '.join(told)}"[:1000]
