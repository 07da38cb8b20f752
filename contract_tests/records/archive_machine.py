"""Archives and restores BOMs in random order and compares each step with a model of what is promised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from contract_tests.kit import UNKNOWN, Client, Record

Create = Callable[[], Record]
_STEPS = 10
# What archiving and restoring may change; all else comes back as it was.
_MOVING = {"Status", "IsArchived", "Revision", "UpdatedAt"}


class ArchiveBroken(AssertionError):
    """Archiving or restoring did not do what the contract promises."""


def hold(is_kept: bool, promise: str) -> None:
    """Raises ArchiveBroken where a promise is not kept."""
    if not is_kept:
        raise ArchiveBroken(promise)


class ArchiveMachine(RuleBasedStateMachine):
    """The model: each BOM as it was made, and whether it is archived."""

    boms = Bundle("boms")

    def __init__(self, client: Client, create: Create) -> None:
        super().__init__()
        self._client = client
        self._create = create
        self._made: dict[str, Record] = {}
        self._archived: set[str] = set()

    @rule(target=boms)
    def create(self) -> Any:
        """Makes two BOMs."""
        made = [self._create(), self._create()]
        self._made.update({bom["id"]: bom for bom in made})
        return multiple(*(bom["id"] for bom in made))

    @rule(ids=st.lists(boms, min_size=1, max_size=3, unique=True), is_padded=st.booleans())
    def archive(self, ids: list[str], is_padded: bool) -> None:
        """Archives some, perhaps with an id of nothing among them."""
        self._change("archiveBoms", ids, is_padded, set(ids) - self._archived)
        self._archived.update(ids)

    @rule(ids=st.lists(boms, min_size=1, max_size=3, unique=True), is_padded=st.booleans())
    def restore(self, ids: list[str], is_padded: bool) -> None:
        """Restores some."""
        self._change("restoreBoms", ids, is_padded, set(ids) & self._archived)
        self._archived.difference_update(ids)

    def _change(self, operation_id: str, ids: list[str], is_padded: bool, changing: set[str]) -> None:
        sent = [*ids, UNKNOWN] if is_padded else ids
        answer = self._client.call(operation_id, expect=200, json={"ids": sent}).json()
        told = {"ok": True, "modified": len(changing)}
        hold(answer == told, f"{operation_id} of {len(ids)} answers {answer}, not {told}")

    @invariant()
    def lists_are_right(self) -> None:
        """The default list has the unarchived ones, the other list the archived ones."""
        for query, expected in (
            ({}, set(self._made) - self._archived),
            ({"isArchived": "false"}, set(self._made) - self._archived),
            ({"isArchived": "true"}, self._archived),
        ):
            listed = {bom["id"] for bom in self._client.every("listBoms", query)} & set(self._made)
            hold(listed == expected, f"{query or 'the default list'} has {len(listed)}, not {len(expected)}")

    @invariant()
    def each_is_readable(self) -> None:
        """Every BOM can be read, says whether it is archived, and is otherwise as it was made."""
        for bom_id, made in self._made.items():
            answer = self._client.call("getBom", id=bom_id)
            hold(answer.status_code == 200, f"a BOM reads as {answer.status_code}")
            bom, is_archived = answer.json(), bom_id in self._archived
            hold(bom["IsArchived"] is is_archived, f"IsArchived is {bom['IsArchived']}")
            status = "Archived" if is_archived else made["Status"]
            hold(bom["Status"] == status, f"Status is {bom['Status']}, not {status}")
            moved = {name for name in made if bom.get(name) != made[name]}
            hold(moved <= _MOVING, f"{sorted(moved - _MOVING)} changed")


def explore_archive(client: Client, create: Create, max_examples: int) -> None:
    """Plays `max_examples` random sequences; raises ArchiveBroken at the first broken promise."""
    run_state_machine_as_test(
        # A factory does as well as a class, whatever the annotation says.
        cast("type[RuleBasedStateMachine]", lambda: ArchiveMachine(client, create)),
        settings=settings(
            max_examples=max_examples,
            stateful_step_count=_STEPS,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
