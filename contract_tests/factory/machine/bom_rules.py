"""Rules of the state machine: BOMs, written, edited, replaced, archived."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import money
from contract_tests.factory.machine.bom_actions import BomActions
from contract_tests.factory.machine.draws import COSTS
from contract_tests.factory.model import ModelBom

MOST_BOMS = 16


class BomRules(BomActions):
    """BOMs."""

    @rule(data=st.data())
    def create_a_bom(self, data: st.DataObject) -> None:
        if len(self.model.boms.known) < MOST_BOMS:
            item = self.pick(data, self.items("SUB", "TOP", "KIT", "JOB", "ADD"))
            self.write_bom(self.draw_bom(data, item, self.draw_lines(data, item)))

    @rule(data=st.data())
    def create_what_orders_need(self, data: st.DataObject) -> None:
        self.write_first_boms(data)

    def write_first_boms(self, data: st.DataObject) -> None:
        """An Active BOM for each of the first items, where it has none: three levels with a kit."""
        for word, below in (
            ("KIT", ("RAW",)),
            ("SUB", ("RAW", "KIT")),
            ("TOP", ("SUB", "RAW")),
            ("JOB", ("RAW",)),
        ):
            item = self.items(word)[0]
            if item.id not in self.model.structure.active:
                pool = data.draw(st.lists(st.sampled_from(self.items(*below)), min_size=1, max_size=3))
                lines = [self.draw_line(data, each, item.is_stocked) for each in pool]
                self.write_bom({**self.draw_bom(data, item, lines), "Status": "Active"})

    @rule(data=st.data())
    @precondition(lambda self: self.model.structure.active)
    def try_a_cycle(self, data: st.DataObject) -> None:
        tops = [f for f in self.model.structure.active.values() if isinstance(f, ModelBom)]
        if not tops:
            return
        top = self.pick(data, tops)
        below = self.pick(data, [self.model.stock.items[line.item_id] for line in top.inputs])
        whole = self.model.stock.items[top.item_id]
        lines: list[Record] = [{"ItemRefId": whole.id, "Quantity": Fraction(1)}]
        if data.draw(st.booleans()):
            lines.append({"ItemRefId": below.id, "Quantity": Fraction(1)})
        kind = {} if below.is_stocked else {"Type": "Phantom"}
        self.write_bom({"Name": self.label("CYCLE"), "ItemRefId": below.id, "Lines": lines, **kind})

    @rule(data=st.data())
    @precondition(lambda self: self.model.boms.known)
    def edit_a_bom(self, data: st.DataObject) -> None:
        bom = self.pick(data, list(self.model.boms.known.values()))
        item = self.model.stock.items[bom.item_id]
        change = data.draw(
            st.sampled_from(["Name", "Lines", "OutputQuantity", "Status", "Nothing", "OtherOverhead"])
        )
        bodies: dict[str, Any] = {
            "Name": lambda: {"Name": self.label("NAME")},
            "Lines": lambda: {"Lines": self.draw_lines(data, item, 3)},
            "OutputQuantity": lambda: {"OutputQuantity": Fraction(data.draw(st.integers(1, 20)))},
            "Status": lambda: {"Status": self.pick(data, ["Active", "Draft"])},
            "Nothing": lambda: {"Name": bom.body["Name"]},
            "OtherOverhead": lambda: {"OtherOverhead": money(data.draw(COSTS))},
        }
        self.update_bom(bom, bodies[change]())

    @rule(data=st.data())
    @precondition(lambda self: any(b.status == "Draft" for b in self.model.boms.known.values()))
    def replace_the_active_bom(self, data: st.DataObject) -> None:
        drafts = [bom for bom in self.model.boms.known.values() if bom.status == "Draft"]
        self.update_bom(self.pick(data, drafts), {"Status": "Active", "ReplaceActive": True})

    @rule(data=st.data())
    @precondition(lambda self: self.model.boms.known)
    def archive_boms(self, data: st.DataObject) -> None:
        self.bulk_boms(data, "archive")

    @rule(data=st.data())
    @precondition(lambda self: any(b.is_archived for b in self.model.boms.known.values()))
    def restore_boms(self, data: st.DataObject) -> None:
        self.bulk_boms(data, "restore")
