"""Seed packs: read, checked, played on an empty database, and written from the state of one."""

from mock_server.seeds.checking import check_pack, contracts
from mock_server.seeds.export import EntityState, Exporter, NotExportable, read_state
from mock_server.seeds.filling import (
    DEMO,
    EMPTY,
    SEEDED_EVENTS,
    add_entity,
    demo_text,
    pack_named,
    play,
    seed_sandbox,
    tenant_of_body,
)
from mock_server.seeds.findings import Finding, PackFault
from mock_server.seeds.pack import Pack
from mock_server.seeds.reading import MAX_RECORDS, PackReader
