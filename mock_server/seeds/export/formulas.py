"""BOMs and recipes as steps: what is pinned comes before what pins it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mock_server.seeds.export.bodies import Bodies, Named
from mock_server.seeds.export.planned import FORMULA, Chain, Moment
from mock_server.seeds.operations import BOM, NUMBERS, RECIPE

Record = dict[str, Any]
CREATES = {BOM: "createBom", RECIPE: "createRecipe"}
UPDATES = {BOM: "updateBom", RECIPE: "updateRecipe"}
ARCHIVES = {BOM: "archiveBoms", RECIPE: "archiveRecipes"}


def formula_name(kind: str, record: Record) -> str:
    """How a pack names a BOM or recipe."""
    return f"{record[NUMBERS[kind]]}/{record['Version']}"


class Formulas:
    """The BOMs and recipes of an entity that go into a pack."""

    def __init__(self, bodies: Bodies, named: Named, day_of: Callable[[str], str]) -> None:
        self._bodies = bodies
        self._named = named
        self._day_of = day_of
        self.moments: dict[str, Moment] = {}
        self.records: dict[str, tuple[str, Record]] = {}

    def take(self, kind: str, records: list[Record]) -> None:
        """Takes the records of a kind in."""
        self.records.update({each["id"]: (kind, each) for each in records})

    def chains(self) -> list[Chain]:
        """A chain for each."""
        return [self._chain(record_id) for record_id in self.records]

    def moment(self, record_id: str) -> Moment:
        """When a formula is made: once those that it pins are there."""
        known = self.moments.get(record_id)
        if known is None:
            _, record = self.records[record_id]
            known = Moment(self._day_of(record["CreatedAt"]), FORMULA)
            for line in record.get("Lines", ()):
                if (pinned := line.get("SubBomRefId")) is not None:
                    day, _, depth = self.moment(pinned)
                    known = Moment(max(known.day, day), FORMULA, max(known.depth, depth + 1))
            self.moments[record_id] = known
        return known

    def archived(self) -> list[dict[str, Any]]:
        """The steps that archive what is archived, that which pins first."""
        gone = [(kind, each) for kind, each in self.records.values() if each["IsArchived"]]
        gone.sort(key=lambda each: (-self.moment(each[1]["id"]).depth, each[0], formula_name(*each)))
        return [{"do": ARCHIVES[kind], "on": formula_name(kind, each)} for kind, each in gone]

    def active(self, kind: str, item_id: str) -> Record | None:
        """The Active formula of an item."""
        return next(
            (
                each
                for its_kind, each in self.records.values()
                if its_kind == kind and each["ItemRefId"] == item_id and each["Status"] == "Active"
            ),
            None,
        )

    def _chain(self, record_id: str) -> Chain:
        kind, record = self.records[record_id]
        moment = self.moment(record_id)
        chain = Chain(kind, record_id, formula_name(kind, record), moment)
        # What it was before is not known any more.
        status = "Draft" if record["IsArchived"] else record["Status"]
        body = self._bodies.of(CREATES[kind], {**record, "Status": status}, self._named)
        chain.add(moment, CREATES[kind], body=body)
        return chain
