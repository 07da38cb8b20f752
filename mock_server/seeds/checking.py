"""Checks a pack by playing it on a database that is gone afterwards."""

from __future__ import annotations

from datetime import datetime
from importlib.resources.abc import Traversable
from typing import NamedTuple

from mock_server.clock import Clock
from mock_server.contract import Contract, read_document
from mock_server.seeds.filling import seed_sandbox
from mock_server.seeds.pack import Pack
from mock_server.seeds.reading import PackReader
from mock_server.storage.sqlite import SqliteDatabase


class Contracts(NamedTuple):
    """The public contract and that of the control plane."""

    public: Contract
    control: Contract


def contracts(built: Traversable) -> Contracts:
    """The contracts of a folder of built documents."""
    public, control = (read_document(built / name) for name in ("openapi.json", "sandbox-openapi.json"))
    return Contracts(Contract(public), Contract(control))


def check_pack(text: str | bytes, name: str, contracts: Contracts, now: datetime | None) -> str:
    """What a pack holds, in a line; a PackFault tells what is wrong with it then, or now."""
    pack = PackReader(contracts.public, lambda: contracts.control).read(text, name)
    try_pack(pack, contracts.public, now or Clock().now())
    return ", ".join(
        f"{len(each.items)} items, {len(each.vendors)} vendors and {len(each.steps)} steps"
        f" of {each.head['entity_ref_id']}"
        for each in pack.entities
    )


def try_pack(pack: Pack, contract: Contract, now: datetime) -> None:
    """Plays a pack that was read; a PackFault tells where it stopped."""
    database = SqliteDatabase()
    try:
        seed_sandbox(database, Clock(now), contract, pack)
    finally:
        database.close()
