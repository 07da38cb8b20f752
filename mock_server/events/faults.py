"""Plans what goes wrong on the way to a receiver: which requests one attempt makes, or that it waits."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from mock_server.events.signing import signed_headers
from mock_server.storage.faults import FaultSetting
from mock_server.storage.subscriptions import Due, Webhook
from mock_server.wire import dumps, instant_at

UNKNOWN_TOPIC = "sandbox.unknown"
# Kinds that a client sees in the events that it fetches.
PULLED_KINDS = {"duplicate", "reorder", "bad_signature", "stale_timestamp", "rotated_secret"}
# What is an option of each kind, and its value where none is given.
OPTIONS: dict[str, dict[str, int]] = {
    "duplicate": {"times": 2},
    "reorder": {"window": 1, "seconds": 60},
    "delay": {"seconds": 60},
    "stale_timestamp": {"seconds": 600},
    "rotated_secret": {"seconds": 3600},
    "oversized": {"kilobytes": 256},
    "slow": {"seconds": 5},
}
# Before the first attempt of an event, and once for each.
_HOLDING = {"drop", "delay", "reorder"}
_STRANGER = "whsec_" + base64.b64encode(b"of another subscription ").decode()
_PADDING = b',"padding":"%s"}'

Fault = Mapping[str, Any]


class Request(NamedTuple):
    """One request to make; its body takes `seconds` to go out."""

    headers: dict[str, str]
    body: bytes
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of an attempt: requests, of which the last one counts, or none until a moment, or ever."""

    requests: tuple[Request, ...] = ()
    held_until: int | None = None


class Faults:
    """The faults of one subscription, as they are drawn for one attempt after the other."""

    def __init__(self, setting: FaultSetting) -> None:
        self.setting = setting

    def plan(self, webhook: Webhook, due: Due, wall: datetime, now: int) -> Plan:
        """What this attempt comes to; `wall` is the real moment, `now` the sandbox's in milliseconds."""
        progress = self.setting.progress
        if progress.held is not None and progress.held[0] == due.seq:
            progress.held = None
        if due.attempts == 0 and due.held_at is None:
            met = self._drawn(_HOLDING, due.seq)
            if "drop" in met:
                return Plan()
            if "reorder" in met and "delay" not in met:
                progress.held = (due.seq, met["reorder"]["window"])
            if met:
                wait = met.get("delay") or met["reorder"]
                return Plan(held_until=now + wait["seconds"] * 1000)
        return Plan(self._requests(webhook, due, wall, now))

    def passed(self, due: Due) -> int | None:
        """Notes that an attempt was made; the place of the event that was held until then, if one was."""
        progress = self.setting.progress
        if progress.held is None or due.seq < progress.held[0]:
            return None
        place, left = progress.held
        progress.held = (place, left - 1) if left > 1 else None
        return None if progress.held is not None else place

    def _drawn(self, kinds: set[str], place: int) -> dict[str, Fault]:
        """The faults of these kinds that come about this time."""
        progress = self.setting.progress
        found: dict[str, Fault] = {}
        for number, fault in enumerate(self.setting.faults):
            kind = fault["kind"]
            if kind not in kinds or (kind == "reorder" and progress.held is not None):
                continue
            if comes_about(fault, progress.drawn[number], f"{self.setting.seed} {number} {place}"):
                progress.applied[number] += 1
                found[kind] = fault
            progress.drawn[number] += 1
        return found

    def _requests(self, webhook: Webhook, due: Due, wall: datetime, now: int) -> tuple[Request, ...]:
        secrets = signing_secrets(webhook.secret, self.setting, now)
        kinds = {fault["kind"] for fault in self.setting.faults} - _HOLDING
        met = self._drawn(kinds if len(secrets) > 1 else kinds - {"rotated_secret"}, due.seq)
        body = sent = due.body
        if "truncated" in met:
            sent = sent_as(body, len(body) // 2)
        elif "oversized" in met:
            body = sent = sent_as(body, len(body) + met["oversized"]["kilobytes"] * 1024)
        headers = faulty_headers(met, secrets, due.event_id, body, wall)
        request = Request(headers, sent, met["slow"]["seconds"] if "slow" in met else 0)
        requests = [request] * (met["duplicate"]["times"] if "duplicate" in met else 1)
        if "unknown_topic" in met:
            event_id, unknown = _unknown(due, now)
            requests.insert(0, Request(signed_headers(secrets, event_id, unknown, wall), unknown))
        return tuple(requests)


def comes_about(fault: Fault, time: int, seed: str) -> bool:
    """Whether a fault comes about at one of its times, counted from 0; chance depends on the seed alone."""
    if "probability" in fault:
        return Random(f"{seed} {time}").random() < float(fault["probability"])
    if "count" in fault:
        return time < int(fault["count"])
    if "script" in fault:
        return time < len(fault["script"]) and bool(fault["script"][time])
    return True


def signing_secrets(secret: str, setting: FaultSetting | None, now: int) -> list[str]:
    """The secrets that sign at a moment of the sandbox's clock, the newest first."""
    if setting is None or setting.old_secret is None or now >= (setting.old_until or 0):
        return [secret]
    return [secret, setting.old_secret]


def faulty_headers(
    met: Mapping[str, Fault], secrets: list[str], event_id: str, body: bytes, wall: datetime
) -> dict[str, str]:
    """Headers for these bytes, with what is wrong of signature and time."""
    if "bad_signature" in met:
        secrets = [_STRANGER]
    if "stale_timestamp" in met:
        wall -= timedelta(seconds=met["stale_timestamp"]["seconds"])
    return signed_headers(secrets, event_id, body, wall)


def sent_as(body: bytes, size: int | None) -> bytes:
    """The body as so many bytes: cut, at a whole character, or grown by a member that means nothing."""
    if size is None or size == len(body) or not body:
        return body
    if size > len(body):
        return body[:-1] + _PADDING % (b"x" * max(0, size - len(body) + 3 - len(_PADDING)))
    while size and body[size] & 0xC0 == 0x80:
        size -= 1
    return body[:size]


def _unknown(due: Due, now: int) -> tuple[str, bytes]:
    # The same in each attempt, and no other's.
    event_id = str(UUID(int=UUID(due.event_id).int ^ 1))
    body = dumps(
        {"event_id": event_id, "topic": UNKNOWN_TOPIC, "created_at": instant_at(now), "data": {"sandbox": {}}}
    )
    return event_id, body
