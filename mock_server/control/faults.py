"""The control plane: what goes wrong with requests to the public API."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from mock_server.api import modified, page_of_records
from mock_server.contract import read_document, unknown_name
from mock_server.faults import DEFAULTS
from mock_server.gateway import Answer, Call, invalid_at
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox, tenant_of
from mock_server.storage.fault_rules import (
    StoredRule,
    add_rule,
    drop_rule,
    drop_rules,
    find_rule,
    read_rules,
    sweep_rules,
)
from mock_server.storage.tenancy import read_install
from mock_server.wire import dumps, instant_at

_MAX_RULES = 100
_LATER = {429, 503}


class FaultRuleControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session
        self._faults = sandbox.faults

    def list_faults(self, call: Call) -> Answer:
        """Every fault, in the order in which they are asked."""
        rules = read_rules(self._session, self._faults.now())
        return page_of_records(call, self._sandbox.cursors, "faults", rules, lambda rule: dumps(_shown(rule)))

    def get_fault(self, call: Call) -> Answer:
        """One fault."""
        return Answer(200, dumps(_shown(self._rule(call))))

    def create_fault(self, call: Call) -> Answer:
        """Sets a fault."""
        [made] = self._add([call.body])
        location = (b"location", f"{call.target}/{made['id']}".encode())
        return Answer(201, dumps(made), [location])

    def apply_fault_preset(self, call: Call) -> Answer:
        """Sets the faults of a preset."""
        given = call.body or {}
        seed = given.get("seed") or self._sandbox.ids.nonce()
        settings = [
            {**setting, **given, "seed": f"{seed}.{place}"}
            for place, setting in enumerate(self._presets[call.path["name"]])
        ]
        return Answer(200, dumps({"faults": self._add(settings)}))

    def delete_fault(self, call: Call) -> Answer:
        """Ends a fault."""
        rule = self._rule(call)
        drop_rule(self._session, rule.id)
        self._sandbox.database.announce()
        return Answer(200, dumps(_shown(rule)))

    def clear_faults(self, call: Call) -> Answer:
        """Ends all faults."""
        sweep_rules(self._session, self._faults.now())
        count = drop_rules(self._session)
        self._sandbox.database.announce()
        return modified(count)

    @cached_property
    def _presets(self) -> dict[str, list[dict[str, Any]]]:
        document = read_document(self._sandbox.settings.build_dir / "sandbox-openapi.json")
        presets: dict[str, list[dict[str, Any]]] = document["x-fault-presets"]
        return presets

    def _rule(self, call: Call) -> StoredRule:
        found = find_rule(self._session, call.path["id"], self._faults.now())
        if found is None:
            raise Refused("not_found", "There is no such fault.")
        return found

    def _add(self, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        now, ids = self._faults.now(), self._sandbox.ids
        sweep_rules(self._session, now)
        if len(read_rules(self._session, now)) + len(bodies) > _MAX_RULES:
            raise Refused("too_many_faults")
        made = []
        for body in bodies:
            setting = {name: value for name, value in body.items() if value is not None}
            seconds = setting.pop("expires_in", None)
            self._check(setting)
            setting = {**DEFAULTS.get(setting["kind"], {}), **setting}
            setting.setdefault("seed", ids.nonce())
            rule_id = ids.object_id()
            add_rule(self._session, rule_id, setting, None if seconds is None else now + seconds * 1000)
            found = find_rule(self._session, rule_id, now)
            assert found is not None
            made.append(_shown(found))
        self._sandbox.database.announce()
        return made

    def _check(self, setting: dict[str, Any]) -> None:
        self._check_scope(setting)
        if setting["kind"] == "latency":
            _check_latency(setting)
        if setting["kind"] == "status":
            self._check_status(setting)

    def _check_scope(self, setting: dict[str, Any]) -> None:
        operations = self._sandbox.contract.operations
        operation_id = setting.get("operation_id")
        if operation_id is not None and operation_id not in operations:
            raise invalid_at("/operation_id", unknown_name(operation_id, operations, "an operation"))
        if "entity_ref_id" in setting:
            tenant_of(self._sandbox, setting["org_ref_id"], setting["entity_ref_id"])
        elif all(tenant.org != setting.get("org_ref_id", tenant.org) for tenant in self._sandbox.tenants):
            raise Refused("not_found", "There is no such organisation.")
        if "install_id" in setting and read_install(self._session, setting["install_id"]) is None:
            raise Refused("not_found", "There is no such install.")

    def _check_status(self, setting: dict[str, Any]) -> None:
        status, code = setting["status"], setting.get("code")
        answers, operation_id = self._faults.answers, setting.get("operation_id")
        if operation_id is None:
            is_known, who = answers.is_anywhere(status, code), "No operation documents"
        else:
            operation = self._sandbox.contract.operations[operation_id]
            is_known = answers.find(operation, status, code) is not None
            who = f"{operation_id} does not document"
        if not is_known:
            told = f"{who} {status}{f' {code}' if code else ''}."
            raise Refused("answer_not_documented", told, pointer="/code" if code else "/status")
        if "retry_after" in setting and status not in _LATER:
            raise invalid_at("/retry_after", f"does not go with status {status}")


def _check_latency(setting: dict[str, Any]) -> None:
    if "to_milliseconds" in setting and setting["to_milliseconds"] < setting["milliseconds"]:
        raise invalid_at("/to_milliseconds", "must be at least milliseconds")
    percents = [point["percent"] for point in setting.get("percentiles", [])]
    for place in range(1, len(percents)):
        if percents[place] <= percents[place - 1]:
            raise invalid_at(f"/percentiles/{place}/percent", "must be more than that of the point before")


def _shown(rule: StoredRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        **rule.rule,
        "matched": rule.progress.matched,
        "fired": rule.progress.fired,
        "expires_at": None if rule.expires_at is None else instant_at(rule.expires_at),
    }
