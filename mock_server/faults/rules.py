"""One rule: which requests it meets, at which of them it comes about, and what it then does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from mock_server.contract import Operation
from mock_server.gateway import Grant
from mock_server.storage.fault_rules import Progress, StoredRule

# What is an option of each kind, and its value where none is given.
DEFAULTS: dict[str, dict[str, int]] = {
    "burst": {"requests": 5, "retry_after": 1},
    "slow_body": {"milliseconds": 5000},
}
_ANSWERING = {"status", "burst", "reset"}


class Rule:
    """A rule as this process goes by it; how far it has come is a row that all servers share."""

    def __init__(self, stored: StoredRule) -> None:
        self.id = stored.id
        self.setting: Mapping[str, Any] = stored.rule
        self.kind: str = stored.rule["kind"]
        self.expires_at = stored.expires_at
        # What it does leaves nothing for the rules behind it.
        self.is_last = self.kind in _ANSWERING

    def meets(self, operation: Operation, grant: Grant) -> bool:
        """Whether a request is one of its own; its answer is another question."""
        wanted = self.setting
        if self.kind == "stale" and operation.method != "GET":
            return False
        return all(
            wanted.get(name, is_now) == is_now
            for name, is_now in (
                ("operation_id", operation.id),
                ("method", operation.method),
                ("install_id", grant.install["id"]),
                ("jti", grant.token_id),
                ("org_ref_id", grant.tenant.org),
                ("entity_ref_id", grant.tenant.entity),
            )
        )

    def comes_about(self, progress: Progress) -> bool:
        """Whether it does for the next request that it meets; notes that, and the request."""
        time, setting = progress.matched, self.setting
        progress.matched += 1
        if progress.remaining:
            progress.remaining -= 1
        elif time < setting.get("after", 0) or progress.begun >= setting.get("count", progress.begun + 1):
            return False
        elif not self._has_luck(time):
            return False
        else:
            progress.begun += 1
            progress.remaining = setting["requests"] - 1 if self.kind == "burst" else 0
        progress.fired += 1
        return True

    def _has_luck(self, time: int) -> bool:
        chance: float = self.setting.get("probability", 1)
        return chance >= 1 or Random(f"{self.setting['seed']} {time}").random() < chance

    def wait(self, time: int) -> float:
        """Seconds that a request waits, the first one being 0; by chance, where that is asked for."""
        setting = self.setting
        if self.kind != "latency":
            return 0.0
        luck = Random(f"{setting['seed']} {time} wait").random()
        if "percentiles" in setting:
            return between(setting["percentiles"], 100 * luck) / 1000
        least: float = setting["milliseconds"]
        most: float = setting.get("to_milliseconds", least)
        return (least + luck * (most - least)) / 1000


def between(points: Sequence[Mapping[str, Any]], percent: float) -> float:
    """Milliseconds at a percent: straight lines between the points, level before and after them."""
    before = points[0]
    for point in points:
        if percent <= point["percent"]:
            width = point["percent"] - before["percent"]
            share = (percent - before["percent"]) / width if width > 0 and percent > before["percent"] else 0
            milliseconds: float = before["milliseconds"] + share * (
                point["milliseconds"] - before["milliseconds"]
            )
            return milliseconds
        before = point
    return float(before["milliseconds"])
