"""Faults of the public API as rows: what was set, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, insert, select, update

from mock_server.storage.database import Row, Session, Statement
from mock_server.storage.tables import fault_rules
from mock_server.wire import dumps

_PROGRESS = (fault_rules.c.matched, fault_rules.c.fired, fault_rules.c.begun, fault_rules.c.remaining)
_COLUMNS = (fault_rules.c.id, fault_rules.c.row, fault_rules.c.rule, fault_rules.c.expires_at, *_PROGRESS)
_ALL = Statement(select(*_COLUMNS).order_by(fault_rules.c.row))
_ONE = Statement(select(*_COLUMNS).where(fault_rules.c.id == bindparam("rule_id")))
_NAMES = ("id", "rule", "matched", "fired", "begun", "remaining", "expires_at")
_ADD = Statement(insert(fault_rules).values({name: bindparam(name) for name in _NAMES}))
_DROP = Statement(delete(fault_rules).where(fault_rules.c.id == bindparam("rule_id")))
_DROP_ALL = Statement(delete(fault_rules))
_SWEEP = Statement(delete(fault_rules).where(fault_rules.c.expires_at <= bindparam("now")))
_READ = Statement(select(*_PROGRESS).where(fault_rules.c.id == bindparam("rule_id")))
_KEEP = Statement(
    update(fault_rules)
    .where(fault_rules.c.id == bindparam("rule_id"))
    .values({column.name: bindparam(f"new_{column.name}") for column in _PROGRESS})
)
_LOCK = "fault rules"


@dataclass(slots=True)
class Progress:
    """How many requests a rule has met, for how many of them it came about, and how often it began to.

    `remaining` are the requests that a burst, which has begun, will meet.
    """

    matched: int = 0
    fired: int = 0
    begun: int = 0
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule as it was set; `expires_at` is in milliseconds by the machine's clock."""

    id: str
    row: int
    rule: dict[str, Any]
    expires_at: int | None
    progress: Progress

    def is_gone(self, now: int) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


def read_rules(session: Session, now: int) -> list[StoredRule]:
    """The rules whose time is not over, in the order of their making."""
    found = [_stored(row) for row in session.all(_ALL, {})]
    return [rule for rule in found if not rule.is_gone(now)]


def find_rule(session: Session, rule_id: str, now: int) -> StoredRule | None:
    """One rule, unless its time is over."""
    row = session.one(_ONE, {"rule_id": rule_id})
    rule = None if row is None else _stored(row)
    return None if rule is None or rule.is_gone(now) else rule


def sweep_rules(session: Session, now: int) -> None:
    """Makes the transaction the only one that sets rules, and forgets those whose time is over."""
    session.lock(_LOCK)
    session.run(_SWEEP, {"now": now})


def add_rule(session: Session, rule_id: str, rule: dict[str, Any], expires_at: int | None) -> None:
    """Sets a rule."""
    values = {"id": rule_id, "rule": dumps(rule), "expires_at": expires_at}
    session.run(_ADD, {**values, "matched": 0, "fired": 0, "begun": 0, "remaining": 0})


def drop_rule(session: Session, rule_id: str) -> int:
    """Ends a rule; how many there were."""
    return session.run(_DROP, {"rule_id": rule_id})


def drop_rules(session: Session) -> int:
    """Ends all rules; how many there were."""
    return session.run(_DROP_ALL, {})


def read_progress(session: Session, rule_id: str) -> Progress | None:
    """How far a rule has come, if it still is; nobody else moves it on before the transaction ends."""
    session.lock(_LOCK)
    row = session.one(_READ, {"rule_id": rule_id})
    return None if row is None else Progress(*row)


def keep_progress(session: Session, rule_id: str, progress: Progress) -> None:
    """Writes down how far a rule has come."""
    values = {f"new_{name}": getattr(progress, name) for name in Progress.__slots__}
    session.run(_KEEP, {"rule_id": rule_id, **values})


def _stored(row: Row) -> StoredRule:
    rule_id, place, rule, expires_at, *progress = row
    return StoredRule(rule_id, place, orjson.loads(rule), expires_at, Progress(*progress))
