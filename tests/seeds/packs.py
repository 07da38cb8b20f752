"""Packs for tests, and what plays them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from mock_server.contract import Contract
from mock_server.sandbox import Sandbox
from mock_server.seeds import Exporter, PackFault, PackReader, contracts, read_state
from mock_server.seeds.writing import to_yaml
from mock_server.settings import BUILT, Settings
from mock_server.storage.tenancy import read_tenants

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)

HEAD = """entities:
  - org_ref_id: org-a
    entity_ref_id: ent-a
    org_name: A
    name: A
    country: IN
    currency: INR
    time_zone: Asia/Kolkata
"""


@cache
def reader() -> PackReader:
    """What reads packs."""
    public, control = contracts(BUILT)
    return PackReader(public, lambda: control)


def contract() -> Contract:
    """The public contract."""
    return contracts(BUILT).public


def faults_of(text: str | bytes) -> list[tuple[int, int, str, str]]:
    """The findings of a text that is refused."""
    try:
        reader().read(text, "pack.yaml")
    except PackFault as fault:
        return [(each.line, each.column, each.pointer, each.message) for each in fault.findings]
    raise AssertionError("the pack is taken")


def begun(text: str, now: datetime = NOON) -> Sandbox:
    """A sandbox in memory that begins with a pack."""
    settings = Settings(None, seed=text, pinned=now, rate_limit=0, is_checking=True, seed_name="pack.yaml")
    return Sandbox(settings)


def exported(sandbox: Sandbox) -> tuple[str, list[str]]:
    """The pack of a sandbox, and what it leaves out."""
    session = sandbox.database.session
    states = [read_state(session, tenant) for tenant in read_tenants(session)]
    packs = sandbox.shared.packs
    exporter = Exporter(sandbox.contract, packs.control, packs)
    return exporter.pack(states, sandbox.clock.now())


def pack_of(**parts: list[dict[str, Any]]) -> str:
    """A pack of one entity with lists of items, vendors and steps."""
    lines = to_yaml(_exact(parts)).splitlines()
    return HEAD + "".join(f"    {line}\n" for line in lines)


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return Decimal(str(value)) if isinstance(value, float) else value
