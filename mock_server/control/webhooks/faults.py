"""The control plane: what goes wrong on the way to the receiver of a subscription."""

from __future__ import annotations

import base64
from typing import Any

from mock_server.events import OPTIONS, PULLED_KINDS
from mock_server.gateway import Answer, Call, invalid_at
from mock_server.refused import Refused
from mock_server.sandbox import Sandbox
from mock_server.storage.faults import FaultSetting, let_go, read_faults, replace_faults
from mock_server.storage.subscriptions import Webhook, find_webhook
from mock_server.wire import dumps, instant_at

_SECRET_BYTES = 24
# Real time, in which nothing else goes to the receiver.
_LONGEST_SLOW = 60


class FaultControl:
    """The handlers, named by operation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._session = sandbox.database.session

    def get_webhook_faults(self, call: Call) -> Answer:
        """The faults of a subscription, and how often each came about."""
        webhook = self._webhook(call)
        return _shown(webhook, read_faults(self._session, webhook.id), self._sandbox.clock.milliseconds())

    def set_webhook_faults(self, call: Call) -> Answer:
        """Sets faults in place of those that a subscription had."""
        sandbox, webhook = self._sandbox, self._locked(call)
        faults = [_with_options(fault) for fault in call.body["faults"]]
        _check(webhook, faults)
        now, secret, rotated = sandbox.clock.milliseconds(), webhook.secret, None
        setting = FaultSetting(sandbox.ids.nonce(), faults)
        for fault in faults:
            if fault["kind"] == "rotated_secret":
                rotated = rotated or _new_secret(sandbox)
                secret, setting.old_secret = rotated, webhook.secret
                setting.old_until = now + fault["seconds"] * 1000
        self._let_go(webhook, now)
        replace_faults(self._session, webhook.id, secret, setting if faults else None)
        return _shown(webhook, setting, now, rotated)

    def clear_webhook_faults(self, call: Call) -> Answer:
        """Ends all faults of a subscription."""
        webhook, now = self._locked(call), self._sandbox.clock.milliseconds()
        self._let_go(webhook, now)
        replace_faults(self._session, webhook.id, webhook.secret, None)
        return _shown(webhook, None, now)

    def _webhook(self, call: Call) -> Webhook:
        found = find_webhook(self._session, call.path["id"])
        if found is None:
            raise Refused("not_found", "There is no such subscription.")
        return found

    def _locked(self, call: Call) -> Webhook:
        self._session.lock(f"faults {call.path['id'].lower()}")
        return self._webhook(call)

    def _let_go(self, webhook: Webhook, now: int) -> None:
        before = read_faults(self._session, webhook.id)
        if before is not None and before.progress.held is not None:
            let_go(self._session, webhook.install, before.progress.held[0], now)
            self._session.signal(webhook.id)


def _new_secret(sandbox: Sandbox) -> str:
    return "whsec_" + base64.b64encode(sandbox.ids.secret(_SECRET_BYTES)).decode()


def _with_options(given: dict[str, Any]) -> dict[str, Any]:
    fault = {name: value for name, value in given.items() if value is not None}
    return {**fault, **{k: v for k, v in OPTIONS.get(fault["kind"], {}).items() if k not in fault}}


def _check(webhook: Webhook, faults: list[dict[str, Any]]) -> None:
    for place, fault in enumerate(faults):
        kind = fault["kind"]
        if webhook.is_pull and kind not in PULLED_KINDS:
            raise Refused(
                "pull_subscription",
                f"Events of a pull subscription are fetched; {kind} happens only to events that are sent.",
                pointer=f"/faults/{place}/kind",
            )
        if kind == "slow" and fault["seconds"] > _LONGEST_SLOW:
            raise invalid_at(f"/faults/{place}/seconds", f"must be at most {_LONGEST_SLOW} with slow")


def _shown(webhook: Webhook, setting: FaultSetting | None, now: int, secret: str | None = None) -> Answer:
    faults, until = [], None
    if setting is not None:
        faults = [
            {**fault, "applied": applied}
            for fault, applied in zip(setting.faults, setting.progress.applied, strict=True)
        ]
        until = setting.old_until if setting.old_until is not None and setting.old_until > now else None
    answer = {
        "webhook_id": webhook.id,
        "faults": faults,
        "old_secret_until": None if until is None else instant_at(until),
    }
    return Answer(200, dumps(answer if secret is None else {**answer, "signing_secret": secret}))
