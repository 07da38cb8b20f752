"""Rules of the state machine: what is taken back, and what happens in a copy, changes nothing here."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract_tests.factory.api import Answer, Api
from contract_tests.factory.machine.draws import pick
from contract_tests.factory.machine.steps import Steps
from contract_tests.factory.machine.walk import Walk

SNAPSHOT = "/snapshots/detour"
# Whoever compares two servers request by request has the first workspace of each alone.
TAKES_DETOURS = os.environ.get("FACTORY_DETOURS", "1") != "0"


class DetourRules(RuleBasedStateMachine):
    """Snapshots, copies, resets and a clock that is moved, between steps that the model knows of."""

    walk: Walk
    steps: Steps

    @precondition(lambda self: TAKES_DETOURS)
    @rule(data=st.data(), hours=st.integers(1, 10_000))
    def take_all_back(self, data: st.DataObject, hours: int) -> None:
        """A snapshot that is restored undoes whatever came after it, numbers, events and time too."""
        api = self.walk.api
        # What was told so far is read first: the events of the detour are gone with it.
        self.walk.everything()
        _asked(api, "PUT", SNAPSHOT)
        before = _asked(api, "GET", "/clock")
        for _ in range(data.draw(st.integers(1, 3))):
            self._wander(api, data)
        _asked(api, "POST", "/clock/advance", {"seconds": hours * 3600})
        _asked(api, "POST", f"{SNAPSHOT}/restore")
        assert _asked(api, "GET", "/clock")["now"] == before["now"]
        self._is_as_it_was()

    @precondition(lambda self: TAKES_DETOURS)
    @rule(data=st.data())
    def go_on_in_a_copy(self, data: st.DataObject) -> None:
        """A copy holds what is here, and neither knows of what the other does."""
        api = self.walk.api
        made = _asked(api, "POST", "/workspaces", {"from_workspace": "default", "expires_in": 600})
        plane = f"{api.target.control}/workspaces/{made['id']}"
        [token] = [
            each["access_token"]
            for each in made["tokens"]
            if (each["org_ref_id"], each["entity_ref_id"]) == (api.tenant.org, api.tenant.entity)
        ]
        copy = Api(
            replace(api.target, control=plane),
            api.contract,
            replace(api.tenant, token=token),
            api.checked_every,
        )
        try:
            stock = {"search": self.walk.prefix, "limit": 200}
            assert copy.call("listItem", query=stock).raw == api.call("listItem", query=stock).raw
            self._wander(copy, data)
            if data.draw(st.booleans()):
                _asked(copy, "POST", "/reset")
                assert copy.every("listItem", {"search": self.walk.prefix}) == []
        finally:
            copy.close()
            _asked(api, "DELETE", f"/workspaces/{made['id']}")
        self._is_as_it_was()

    def _wander(self, api: Api, data: st.DataObject) -> None:
        """Does what the model does not know of."""
        items = list(self.walk.model.stock.items)
        if items:
            api.adjust(pick(data, items), data.draw(st.integers(1, 50)), 1)
        api.new_item(f"DETOUR-{self.walk.label('X')}")
        if self.walk.known["boms"]:
            bom = pick(data, list(self.walk.known["boms"]))
            api.call("archiveBoms", {"ids": [bom]})

    def _is_as_it_was(self) -> None:
        self.walk.read_stock(True)
        self.walk.everything()


def _asked(api: Api, method: str, path: str, body: Any = None) -> Any:
    """What the control plane answers."""
    answer: Answer = api.send(method, urlsplit(api.target.control or "").path + path, body)
    assert answer.status < 400, f"{method} {path}: {answer.raw[:600]!r}"
    return answer.body
