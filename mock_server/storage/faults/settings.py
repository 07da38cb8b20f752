"""Faults as rows: what is set for a subscription, how far it has come, and what it holds back or drops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, insert, literal_column, null, select, update

from mock_server.storage.database import Session, Statement
from mock_server.storage.tables import deliveries, webhook_faults, webhooks
from mock_server.wire import dumps

_READ = Statement(
    select(
        webhook_faults.c.seed,
        webhook_faults.c.faults,
        webhook_faults.c.progress,
        webhook_faults.c.old_secret,
        webhook_faults.c.old_until,
    ).where(webhook_faults.c.webhook_id == bindparam("of_webhook"))
)
_REMOVE = Statement(delete(webhook_faults).where(webhook_faults.c.webhook_id == bindparam("of_webhook")))
_ADD = Statement(
    insert(webhook_faults).values(
        {
            name: bindparam(name)
            for name in ("webhook_id", "seed", "faults", "progress", "old_secret", "old_until")
        }
    )
)
_PROGRESS = Statement(
    update(webhook_faults)
    .where(
        webhook_faults.c.webhook_id == bindparam("of_webhook"), webhook_faults.c.seed == bindparam("of_seed")
    )
    .values(progress=bindparam("reached"))
)
_FLAG = Statement(
    update(webhooks)
    .where(webhooks.c.id == bindparam("of_webhook"))
    .values(has_faults=bindparam("is_faulty"), secret=bindparam("signs"))
)
_ONE = (
    deliveries.c.install == bindparam("of_install"),
    deliveries.c.seq == bindparam("place"),
    deliveries.c.status == literal_column("'pending'"),
)
_HOLD = Statement(update(deliveries).where(*_ONE).values(held_at=bindparam("now"), due_at=bindparam("until")))
_LET_GO = Statement(
    update(deliveries)
    .where(*_ONE, deliveries.c.attempts == literal_column("0"), deliveries.c.due_at > bindparam("at"))
    .values(due_at=bindparam("at"))
)
_DROP = Statement(update(deliveries).where(*_ONE).values(status=literal_column("'exhausted'"), due_at=null()))


@dataclass(slots=True)
class Progress:
    """How often each fault was drawn and came about, and what is held back: its place, how many go before."""

    drawn: list[int]
    applied: list[int]
    held: tuple[int, int] | None = None


@dataclass(slots=True)
class FaultSetting:
    """The faults of a subscription as they are shown; a pinned sandbox has the same seeds in each run."""

    seed: str
    faults: list[dict[str, Any]]
    progress: Progress = field(default_factory=lambda: Progress([], []))
    old_secret: str | None = None
    old_until: int | None = None

    def __post_init__(self) -> None:
        if not self.progress.drawn:
            self.progress.drawn = [0] * len(self.faults)
            self.progress.applied = [0] * len(self.faults)


def read_faults(session: Session, webhook_id: str) -> FaultSetting | None:
    """The faults of a subscription, where it has some."""
    row = session.one(_READ, {"of_webhook": webhook_id})
    if row is None:
        return None
    seed, faults, progress, *old = row
    reached = orjson.loads(progress)
    held = reached["held"]
    found = Progress(reached["drawn"], reached["applied"], None if held is None else (held[0], held[1]))
    return FaultSetting(seed, orjson.loads(faults), found, *old)


def replace_faults(session: Session, webhook_id: str, secret: str, setting: FaultSetting | None) -> None:
    """Sets the faults of a subscription, or none, and the secret that signs from now on."""
    session.run(_REMOVE, {"of_webhook": webhook_id})
    if setting is not None:
        values = {
            "webhook_id": webhook_id,
            "seed": setting.seed,
            "faults": dumps(setting.faults),
            "progress": _written(setting.progress),
            "old_secret": setting.old_secret,
            "old_until": setting.old_until,
        }
        session.run(_ADD, values)
    session.run(_FLAG, {"of_webhook": webhook_id, "is_faulty": setting is not None, "signs": secret})


def keep_progress(session: Session, webhook_id: str, setting: FaultSetting) -> None:
    """Writes down how far the faults have come, unless others were set meanwhile."""
    values = {"of_webhook": webhook_id, "of_seed": setting.seed, "reached": _written(setting.progress)}
    session.run(_PROGRESS, values)


def hold_back(session: Session, install: str, place: int, now: int, until: int) -> None:
    """Lets a delivery wait for its first attempt."""
    session.run(_HOLD, {"of_install": install, "place": place, "now": now, "until": until})


def let_go(session: Session, install: str, place: int, at: int) -> None:
    """Makes a delivery that is held back due."""
    session.run(_LET_GO, {"of_install": install, "place": place, "at": at})


def drop(session: Session, install: str, place: int) -> None:
    """Ends a delivery that is never sent."""
    session.run(_DROP, {"of_install": install, "place": place})


def _written(progress: Progress) -> bytes:
    return dumps({"drawn": progress.drawn, "applied": progress.applied, "held": progress.held})
