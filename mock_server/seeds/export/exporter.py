"""Writes packs, and plays each before it is handed out: what could not be played again is left out."""

from __future__ import annotations

import re
from datetime import datetime

from mock_server.contract import Contract
from mock_server.seeds.checking import try_pack
from mock_server.seeds.export.bodies import Bodies
from mock_server.seeds.export.entity import EntityExport
from mock_server.seeds.export.state import MAX_ROWS, EntityState
from mock_server.seeds.findings import Finding, PackFault
from mock_server.seeds.reading import PackReader
from mock_server.seeds.writing import to_yaml

# More orders that cannot be played again than this, and there is no pack.
_MAX_TRIES = 40
_STEP = re.compile(r"/entities/(\d+)/steps/(\d+)")
_NAME = "pack"


class NotExportable(Exception):
    """There is no pack of this state; the text says why."""


class Exporter:
    """Turns states into packs. It is slow, and may run in a thread of its own."""

    def __init__(self, contract: Contract, control: Contract, reader: PackReader) -> None:
        self._contract = contract
        self._bodies = Bodies(contract, control)
        self._reader = reader

    def pack(self, states: list[EntityState], now: datetime) -> tuple[str, list[str]]:
        """The text of the pack, and a sentence on each thing that it leaves out (NotExportable)."""
        for state in states:
            if not state.is_whole:
                raise NotExportable(f"{state.tenant.entity} has more than {MAX_ROWS} records of a kind.")
        entities = [EntityExport(state, self._bodies) for state in states]
        for _ in range(_MAX_TRIES):
            text = to_yaml({"entities": [each.written() for each in entities]})
            fault = self._fault(text, now)
            if fault is None:
                return text, [told for each in entities for told in each.left_out()][:100]
            found = _STEP.match(fault.pointer)
            if found is None or not entities[int(found[1])].drop(int(found[2]), fault.message):
                raise NotExportable(f"The state cannot be played again: {fault.message}")
        raise NotExportable("Too many orders could not be played again.")

    def _fault(self, text: str, now: datetime) -> Finding | None:
        try:
            try_pack(self._reader.read(text, _NAME), self._contract, now)
        except PackFault as fault:
            # The one that is first in the pack, whatever follows from it.
            return fault.findings[0]
        return None
