"""One step of the state machine: predict, send, compare, and look at every invariant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from contract_tests.factory.api import Answer
from contract_tests.factory.invariants import BOM, INSPECTION, JOB, ORDER, Record, Step, check_all
from contract_tests.factory.machine.walk import NOUNS, Walk
from contract_tests.factory.model import Refused

EVERYTHING_EVERY = 25
# The transitions that a partner is told of.
TOPICS = {
    **{(BOM, word): f"bom.{word}d" for word in ("create", "update", "archive", "restore")},
    (ORDER, "release"): "work_order.released",
    (ORDER, "complete"): "work_order.completed",
    (ORDER, "cancel"): "work_order.cancelled",
    (INSPECTION, "create"): "quality_inspection.created",
    (INSPECTION, "complete"): "quality_inspection.completed",
    (JOB, "issue-materials"): "subcontract_order.materials_issued",
    (JOB, "receive-goods"): "subcontract_order.goods_received",
    (JOB, "complete"): "subcontract_order.completed",
}
# Every other operation is named after its action and its kind of record.
OPERATIONS = {
    (JOB, "issue-materials"): "issueSubcontractMaterials",
    (JOB, "receive-goods"): "receiveSubcontractGoods",
    (JOB, "return-materials"): "returnSubcontractMaterials",
}
# Members that nothing else of a record depends on, and those that may move beside them.
ALONE = frozenset({"Name", "Notes", "Priority", "DueDate", "ExpectedDate", "ExternalReference"})
MOVING = frozenset({"Revision", "UpdatedAt", "Overdue", "DeliveryOverdue"})
T = TypeVar("T")


class Steps:
    """Sends the requests of a walk, each judged by the model."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.model, self.api = walk, walk.model, walk.api
        self.count = 0
        self.is_open = False

    @contextmanager
    def step(self, action: str, resource: str = "", id: str | None = None) -> Iterator[Step]:
        """What there was before a request; after it stock, ledger, invariants, now and then everything."""
        self.is_open = True
        seen = self.walk.seen
        step = Step(action, seen, seen.items, resource=resource)
        if id is not None:
            step.before = seen.one(resource, id)
            is_draft = step.before is not None and step.before["Status"] == "Draft"
            if resource == BOM or (resource in (ORDER, JOB) and is_draft):
                # A BOM shows its components' costs as they are now, a Draft order what its BOM says now.
                step.before = self.walk.touch(resource, id)
        yield step
        self.walk.read_stock(step.is_refused)
        self.walk.read_ledger(step)
        check_all(step)
        self.count += 1
        self.walk.run.steps += 1
        if self.count % EVERYTHING_EVERY == 0:
            self.walk.everything()
        self.is_open = False

    def exchange(
        self, step: Step, predict: Callable[[], T], send: Callable[[], Answer]
    ) -> tuple[T | None, Answer]:
        """What the model makes of a request, and its answer, which must be the model's verdict."""
        predicted: T | None = None
        expected = (201 if step.action in ("create", "adjust") else 200, "")
        try:
            predicted = predict()
        except Refused as refused:
            step.is_refused, expected = True, (refused.status, refused.code)
        answer = send()
        found = (answer.status, answer.code if answer.status >= 400 else "")
        told = f"{step.action} {step.resource} was answered {answer.raw[:800]!r}"
        assert found == expected, f"{told}: {found}, not {expected}"
        self.walk.run.outcomes[step.resource, step.action, found[1]] += 1
        return predicted, answer

    def act(
        self,
        resource: str,
        action: str,
        predict: Callable[[], Any],
        body: Record | None = None,
        *,
        id: str | None = None,
        keep: Callable[[Any, Record], None] | None = None,
        headers: Mapping[str, str] | None = None,
        fixed_items: frozenset[str] = frozenset(),
    ) -> Answer:
        """Sends a request on one record; what the model has made of it is kept, and compared."""
        path = {} if id is None else {"id": id}
        operation = OPERATIONS.get((resource, action), f"{action}{NOUNS[resource]}")
        revision = self._revision(resource, id)
        with self.step(action, resource, id) as step:
            step.sent, step.fixed_items = body or {}, fixed_items
            predicted, answer = self.exchange(
                step, predict, lambda: self.api.call(operation, body, query=None, headers=headers, **path)
            )
            if not step.is_refused:
                step.after = answer.body
                if keep is not None:
                    keep(predicted, answer.body)
                elif predicted is not None:
                    predicted.id = answer.body["id"]
                    self.walk.known[resource][predicted.id] = predicted
                self._note(step, answer.body, revision)
            elif id is not None:
                step.after = self.walk.read(resource, id)
        return answer

    def create(self, resource: str, predict: Callable[[], T], body: Record, **options: Any) -> T | None:
        """Creates a record; the model's, or none where it was refused."""
        answer = self.act(resource, "create", predict, body, **options)
        return self.walk.known[resource][answer.body["id"]] if answer.status == 201 else None

    def bulk(
        self, resource: str, action: str, ids: Sequence[str], change: Callable[[Sequence[str]], int]
    ) -> None:
        """INV-D20: a set changes as a whole, in the order given, or not at all."""
        seen = self.walk.seen
        revisions = {id: self._revision(resource, id) for id in ids if id in self.walk.known[resource]}
        with self.step(action, resource) as step:
            count, answer = self.exchange(
                step,
                lambda: change(ids),
                lambda: self.api.call(f"{action}{NOUNS[resource]}s", {"ids": [*ids]}),
            )
            assert step.is_refused or answer.body["modified"] == count, answer.raw
            for id, revision in revisions.items():
                step.before, step.after = seen.one(resource, id), self.walk.touch(resource, id)
                self._tell(step, id, revision)
                self.walk.check_listed(resource, step.after)
            if step.is_refused:
                # The latest reading may show older costs; that all is as it was, the model has said.
                step.before = step.after

    def _revision(self, resource: str, id: str | None) -> int:
        return 0 if id is None else self.walk.known[resource][id].revision

    def _note(self, step: Step, record: Record, revision: int) -> None:
        """Takes the record of an answer; INV-G5: what an update does not name stays."""
        self.walk.take(step.resource, record)
        self._tell(step, record["id"], revision)
        event = self.walk.expected_events[-1] if self.walk.expected_events else None
        if event is not None and event[1:] == (record["id"], record["Revision"]):
            self.walk.answered[event] = record
        if step.before is None:
            self.walk.note_number(step.resource, record)
        elif step.action == "update" and set(step.sent) <= ALONE:
            for name in set(step.before) - {*step.sent, *MOVING}:
                assert record[name] == step.before[name], name

    def _tell(self, step: Step, id: str, revision: int) -> None:
        """INV-G7: a transition that has a topic brings an event where it has changed something."""
        topic, now = TOPICS.get((step.resource, step.action)), self._revision(step.resource, id)
        if topic is not None and now != revision:
            self.walk.expected_events.append((topic, id, now))
