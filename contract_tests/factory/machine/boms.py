"""BOMs and recipes: what the state machine does with them, written, edited, replaced, archived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import money
from contract_tests.factory.invariants import BOM, RECIPE
from contract_tests.factory.machine import draws
from contract_tests.factory.machine.draws import pick
from contract_tests.factory.machine.steps import Steps
from contract_tests.factory.machine.stock import StockActions
from contract_tests.factory.machine.walk import Walk
from contract_tests.factory.model import Model, ModelBom, ModelRecipe
from contract_tests.kit import UNKNOWN

MOST_BOMS = 16


@dataclass
class BomActions:
    """BOMs and recipes."""

    steps: Steps

    def create(self, body: Record) -> None:
        """Creates a BOM."""
        boms = self.steps.model.boms
        self.steps.act(BOM, "create", lambda: boms.written(body), body, keep=self._keep(body))

    def update(self, bom: ModelBom, body: Record) -> None:
        """Changes one BOM."""
        boms = self.steps.model.boms
        self.steps.act(
            BOM, "update", lambda: boms.written(body, of=bom), body, id=bom.id, keep=self._keep(body)
        )

    def _keep(self, body: Record) -> Callable[[ModelBom, Record], None]:
        def keep(bom: ModelBom, record: Record) -> None:
            bom.id, bom.number = record["id"], record["BomNumber"]
            bom.line_ids = [line["id"] for line in record["Lines"]]
            for other in self.steps.model.boms.put(bom, replacing=bool(body.get("ReplaceActive"))):
                # The replaced BOM is written first, so that one Active BOM at most is ever told of.
                self.steps.walk.expected_events.append(("bom.updated", other.id, other.revision))
                self.steps.walk.touch(BOM, other.id)

        return keep

    def archive(self, ids: list[str]) -> None:
        """Archives a set."""
        self.steps.bulk(BOM, "archive", ids, self.steps.model.boms.archive)

    def restore(self, ids: list[str]) -> None:
        """Restores a set."""
        self.steps.bulk(BOM, "restore", ids, self.steps.model.boms.restore)

    def create_recipe(self, body: Record) -> None:
        """Creates a recipe."""
        model = self.steps.model

        def keep(recipe: ModelRecipe, record: Record) -> None:
            recipe.id = record["id"]
            model.add_recipe(recipe)

        self.steps.act(RECIPE, "create", lambda: model.written_recipe(body), body, keep=keep)


class BomRules(RuleBasedStateMachine):
    """BOMs and recipes."""

    walk: Walk
    model: Model
    stock: StockActions
    boms: BomActions

    @rule(data=st.data())
    def create_a_bom(self, data: st.DataObject) -> None:
        if len(self.model.boms.known) < MOST_BOMS:
            item = pick(data, self.walk.items("SUB", "TOP", "KIT", "JOB", "ADD"))
            self.boms.create(draws.bom(data, self.walk, item, draws.lines(data, self.walk, item)))

    @rule(data=st.data())
    def create_what_orders_need(self, data: st.DataObject) -> None:
        """An Active BOM for each of the first items, where it has none: three levels with a kit."""
        for word, below in (
            ("KIT", ("RAW",)),
            ("SUB", ("RAW", "KIT")),
            ("TOP", ("SUB", "RAW")),
            ("JOB", ("RAW",)),
        ):
            item = self.walk.items(word)[0]
            if item.id not in self.model.structure.active:
                pool = data.draw(st.lists(st.sampled_from(self.walk.items(*below)), min_size=1, max_size=3))
                lines = [draws.line(data, each, item.is_stocked) for each in pool]
                self.boms.create({**draws.bom(data, self.walk, item, lines), "Status": "Active"})

    @rule(data=st.data())
    @precondition(lambda self: self.model.structure.active)
    def try_a_cycle(self, data: st.DataObject) -> None:
        tops = [f for f in self.model.structure.active.values() if isinstance(f, ModelBom)]
        if not tops:
            return
        top = pick(data, tops)
        below = pick(data, [self.model.stock.items[line.item_id] for line in top.inputs])
        lines: list[Record] = [{"ItemRefId": top.item_id, "Quantity": Fraction(1)}]
        if data.draw(st.booleans()):
            lines.append({"ItemRefId": below.id, "Quantity": Fraction(1)})
        kind = {} if below.is_stocked else {"Type": "Phantom"}
        self.boms.create({"Name": self.walk.label("CYCLE"), "ItemRefId": below.id, "Lines": lines, **kind})

    @rule(data=st.data())
    @precondition(lambda self: self.model.boms.known)
    def edit_a_bom(self, data: st.DataObject) -> None:
        bom = pick(data, list(self.model.boms.known.values()))
        item = self.model.stock.items[bom.item_id]
        bodies: dict[str, Callable[[], Any]] = {
            "Name": lambda: self.walk.label("NAME"),
            "Lines": lambda: draws.lines(data, self.walk, item, 3),
            "OutputQuantity": lambda: Fraction(data.draw(st.integers(1, 20))),
            "Status": lambda: pick(data, ["Active", "Draft"]),
            "Nothing": lambda: bom.body["Name"],
            "OtherOverhead": lambda: money(data.draw(draws.COSTS)),
        }
        change = data.draw(st.sampled_from(list(bodies)))
        self.boms.update(bom, {"Name" if change == "Nothing" else change: bodies[change]()})

    @rule(data=st.data())
    @precondition(lambda self: any(b.status == "Draft" for b in self.model.boms.known.values()))
    def replace_the_active_bom(self, data: st.DataObject) -> None:
        drafts = [bom for bom in self.model.boms.known.values() if bom.status == "Draft"]
        self.boms.update(pick(data, drafts), {"Status": "Active", "ReplaceActive": True})

    @rule(data=st.data())
    @precondition(lambda self: self.model.boms.known)
    def archive_boms(self, data: st.DataObject) -> None:
        if pool := [id for id, bom in self.model.boms.known.items() if not bom.is_archived]:
            self.boms.archive(self.some_ids(data, pool))

    @rule(data=st.data())
    @precondition(lambda self: any(b.is_archived for b in self.model.boms.known.values()))
    def restore_boms(self, data: st.DataObject) -> None:
        pool = [id for id, bom in self.model.boms.known.items() if bom.is_archived]
        self.boms.restore(self.some_ids(data, pool))

    def some_ids(self, data: st.DataObject, pool: list[str]) -> list[str]:
        """A few of these, now and then one of nothing among them."""
        return data.draw(st.lists(st.sampled_from([*pool, UNKNOWN]), min_size=1, max_size=3, unique=True))

    @rule(data=st.data())
    @precondition(lambda self: len(self.model.recipes) < 2)
    def create_a_recipe(self, data: st.DataObject) -> None:
        made = self.walk.items("PROC")
        output = made[0] if made else self.stock.new_item("PROC", "kg", None, SellingPrice=Fraction(40))
        self.boms.create_recipe(draws.recipe(data, self.walk, output))
