"""Events of a pull subscription as they are handed over: signed now, and perhaps faulty on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from mock_server.events.faults import Fault, comes_about, faulty_headers, signing_secrets
from mock_server.storage.faults import FaultSetting
from mock_server.storage.subscriptions import Pulled, Webhook


class HandedOver(NamedTuple):
    """One entry of a page."""

    event: Pulled
    headers: dict[str, str]


def hand_over(
    webhook: Webhook,
    setting: FaultSetting | None,
    events: Sequence[Pulled],
    limit: int,
    wall: datetime,
    now: int,
) -> tuple[list[HandedOver], int]:
    """The entries of a page, at most so many, and how many of the events they are of.

    Counts and scripts run along the page, and nothing is written: the same page has the same faults again.
    """
    secrets = signing_secrets(webhook.secret, setting, now)
    met_by = [_met(setting, event, place) for place, event in enumerate(events)]
    groups: list[list[HandedOver]] = []
    size = 0
    for event, met in zip(events, met_by, strict=True):
        times = min(limit, int(met["duplicate"]["times"]) if "duplicate" in met else 1)
        size += times
        if size > limit:
            break
        groups.append(
            [HandedOver(event, faulty_headers(met, secrets, event.event_id, event.body, wall))] * times
        )
    return [entry for group in _reordered(groups, met_by) for entry in group], len(groups)


def _met(setting: FaultSetting | None, event: Pulled, place: int) -> dict[str, Fault]:
    if setting is None:
        return {}
    return {
        fault["kind"]: fault
        for number, fault in enumerate(setting.faults)
        if comes_about(fault, place, f"{setting.seed} {number} {event.delivery_id}")
    }


def _reordered(groups: list[list[HandedOver]], met_by: list[dict[str, Fault]]) -> list[list[HandedOver]]:
    """Moves what is to wait behind those that follow it, one at a time."""
    ordered: list[list[HandedOver]] = []
    waiting: list[HandedOver] = []
    left = 0
    for group, met in zip(groups, met_by, strict=False):
        if "reorder" in met and not waiting:
            waiting, left = group, int(met["reorder"]["window"])
            continue
        ordered.append(group)
        left -= 1
        if waiting and left == 0:
            ordered.append(waiting)
            waiting = []
    return [*ordered, waiting] if waiting else ordered
