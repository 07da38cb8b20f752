"""The control plane: what writes would have done that were only tried."""

from __future__ import annotations

from mock_server.gateway import Answer, Call
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox


class DryRunControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._dry_runs = sandbox.dry_runs

    def get_dry_run(self, call: Call) -> Answer:
        """One dry run."""
        found = self._dry_runs.find(call.path["requestId"])
        if found is None:
            raise Refused("not_found", "No dry run with this request id is remembered here.")
        return Answer(200, found)
