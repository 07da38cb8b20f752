"""The control plane: the state of the sandbox as a seed pack."""

from __future__ import annotations

import asyncio

from mock_server.api import of_one_state
from mock_server.gateway import Answer, Call, Later
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.seeds import EntityState, Exporter, NotExportable, read_state
from mock_server.storage.tenancy import read_tenants
from mock_server.wire import dumps


class SeedControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @of_one_state
    def export_seed(self, call: Call) -> Later:
        """Writes the state down; what takes long runs in a thread, once everything is read."""
        session = self._sandbox.database.session
        wanted = {
            "org_ref_id": call.query.get("org_ref_id"),
            "entity_ref_id": call.query.get("entity_ref_id"),
        }
        tenants = [
            each
            for each in read_tenants(session)
            if wanted["org_ref_id"] in (None, each.org) and wanted["entity_ref_id"] in (None, each.entity)
        ]
        if not tenants:
            raise Refused("not_found", "There is no such entity.")
        states = [read_state(session, each) for each in tenants]
        return Later(lambda: self._written(states))

    async def _written(self, states: list[EntityState]) -> Answer:
        sandbox, packs = self._sandbox, self._sandbox.shared.packs
        exporter = Exporter(sandbox.contract, packs.control, packs)
        try:
            text, left_out = await asyncio.to_thread(exporter.pack, states, sandbox.clock.now())
        except NotExportable as error:
            raise Refused("not_exportable", str(error)[:1000]) from error
        return Answer(200, dumps({"pack": text, "left_out": left_out}))
