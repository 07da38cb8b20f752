"""How the state machine compares what it reads with its model."""

from __future__ import annotations

from contract_tests.factory.comparison import differences
from contract_tests.factory.invariants import TODAY, Record, Step
from contract_tests.factory.machine.run import NUMBERS, READS
from contract_tests.factory.machine.state import MachineState


class Comparison(MachineState):
    """Records, the stock list, the ledger and events against the model."""

    compared_movements = -1

    @property
    def is_stock_new(self) -> bool:
        """Whether the model's stock has moved since it was compared."""
        return self.compared_movements != len(self.model.stock.movements)

    def compare(self, resource: str, record: Record) -> None:
        """A record against the model's."""
        found = list(differences(self.expected(resource, record["id"]), record))
        assert not found, f"{resource} {record.get(NUMBERS[resource])}:\n" + "\n".join(found)

    def note_number(self, resource: str, record: Record) -> None:
        """INV-G9: generated numbers rise and never come again."""
        number = int(record[NUMBERS[resource]].rsplit("-", 1)[1])
        assert number > self.run.last_numbers.get(resource, 0), (
            f"{record[NUMBERS[resource]]} is no new number"
        )
        self.run.last_numbers[resource] = number

    def touch(self, resource: str, id: str) -> Record:
        """Reads a record that a request has changed beside its own."""
        record: Record = self.api.read(READS[resource], None, id=id)
        self.compare(resource, record)
        self.seen.keep(resource, record)
        return record

    def read_stock(self, is_unchanged: bool = False) -> None:
        """The stock list, item by item as the model has it."""
        query = {"search": self.prefix, "limit": 200}
        answer = self.api.call("listItems", None, query=query, headers=None)
        assert answer.status == 200, answer.raw
        assert not is_unchanged or answer.raw == self.raw_items, (
            "a refused request has changed the stock list"
        )
        if answer.raw == self.raw_items and not self.is_stock_new:
            return
        self.raw_items = answer.raw
        items = {item["id"]: item for item in answer.body["items"]}
        assert list(items) == list(self.model.stock.items), (
            "other items than were created, or in another order"
        )
        for id, item in items.items():
            found = list(differences(self.model.stock.record(id), item))
            assert not found, f"{item['ItemCode']}:\n" + "\n".join(found)
        self.seen.items = items
        self.compared_movements = len(self.model.stock.movements)

    def read_ledger(self, step: Step) -> None:
        """The movements that the model has posted since the last step."""
        expected = self.model.stock.movements[len(self.seen.movements) :]
        if not expected:
            return
        document = expected[0].document_id
        if document is None:
            found = self.api.movements(itemRefId=expected[0].item_id)
        else:
            found = self.api.movements(documentRefId=document)
        self.take_movements(found, step)
        assert len(step.posted) == len(expected), f"{len(step.posted)} movements, not {len(expected)}"
        ordered = sorted(expected, key=lambda each: (each.type, each.item_id, each.target or ""))
        posted = sorted(step.posted, key=lambda each: (each["Type"], each["ItemRefId"], each["To"] or ""))
        for model, movement in zip(ordered, posted, strict=True):
            faults = list(differences({**model.record(), "PostingDate": TODAY.isoformat()}, movement))
            assert not faults, f"{movement}\n" + "\n".join(faults)

    def take_movements(self, found: list[Record], step: Step | None = None) -> None:
        """INV-A6: what was posted before comes first and is as it was; the rest is new."""
        is_new = [each["id"] not in self.seen.movements for each in found]
        assert is_new == sorted(is_new), "a movement before the end of the ledger is new"
        for movement, fresh in zip(found, is_new, strict=True):
            if not fresh:
                assert movement == self.seen.movements[movement["id"]], "a movement has changed"
                continue
            assert step is not None, f"nothing has posted {movement}"
            self.seen.movements[movement["id"]] = movement
            step.posted.append(movement)

    def everything(self) -> None:
        """Every record and the whole ledger, against the model."""
        for resource in READS:
            for id in self.known(resource):
                self.touch(resource, id)
        for id in self.model.stock.items:
            movements = [each for each in self.seen.movements.values() if each["ItemRefId"] == id]
            assert self.api.movements(itemRefId=id) == movements, "the ledger has changed"
        self.check_events()

    def check_events(self) -> None:
        """INV-G7: one event for each transition that has a topic, none for what was refused."""
        if self.run.events is None:
            return
        ours = set(self.seen.items)
        for resource in READS:
            ours |= set(self.known(resource))
        found = []
        for event in self.run.events():
            if event["id"] in ours:
                found.append((event["topic"], event["id"]))
        assert found == self.expected_events, _told_events(found, self.expected_events)
        self.expected_events.clear()

    def teardown(self) -> None:
        """Everything once more at the end of an example."""
        # A step that has failed is the news; what it left behind would only hide it.
        if self.seen.items and not self.is_in_step:
            self.everything()


def _told_events(found: list[tuple[str, str]], expected: list[tuple[str, str]]) -> str:
    return f"events {[topic for topic, _ in found]}, not {[topic for topic, _ in expected]}"
