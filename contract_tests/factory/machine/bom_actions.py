"""What the state machine does with BOMs: draws, writes, changes, archives."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from contract_tests.factory.api import Record
from contract_tests.factory.exact import money
from contract_tests.factory.invariants import BOM
from contract_tests.factory.machine.draws import COSTS, MINUTES, RATES, WASTAGE, quantities
from contract_tests.factory.machine.step import MachineBase
from contract_tests.factory.model import ModelBom, ModelItem, Refused

NOBODY = "00000000-0000-7000-8000-000000000000"


class BomActions(MachineBase):
    """BOMs, drawn and written."""

    def items(self, *words: str) -> list[ModelItem]:
        """Items by what their code says that they are."""
        return [i for i in self.model.stock.items.values() if any(f"-{word}" in i.code for word in words)]

    def draw_lines(self, data: st.DataObject, but: ModelItem, most: int = 4) -> list[Record]:
        """Lines of a random graph."""
        pool = [item for item in self.model.stock.items.values() if item.id != but.id]
        chosen = data.draw(st.lists(st.sampled_from(pool), min_size=1, max_size=most))
        return [self.draw_line(data, item, but.is_stocked) for item in chosen]

    def draw_line(self, data: st.DataObject, item: ModelItem, may_be_fixed: bool) -> Record:
        """One line."""
        line: Record = {"ItemRefId": item.id, "Quantity": data.draw(quantities(item.uom, 6))}
        kind = data.draw(st.integers(0, 9))
        if kind < 6:
            line["WastagePercent"] = data.draw(WASTAGE)
        if kind == 7 and may_be_fixed:
            line["IsFixedQuantity"] = True
        if kind == 8 and item.uom != "SET":
            line |= {"Uom": "SET", "Quantity": Fraction(2), "ConversionFactor": Fraction(5, 2)}
        return line

    def draw_work(self, data: st.DataObject) -> list[Record]:
        """Operations."""
        return [
            {
                "Sequence": 10 * place,
                "Name": f"Step {place}",
                "SetupMinutes": data.draw(MINUTES),
                "RunMinutesPerUnit": data.draw(MINUTES),
                "CostPerHour": data.draw(RATES),
            }
            for place in range(1, data.draw(st.integers(0, 2)) + 1)
        ]

    def draw_by_products(self, data: st.DataObject, main: ModelItem) -> list[Record]:
        """At most one output beside the main one."""
        method = data.draw(st.sampled_from(["", "", "None", "FixedRate", "CostSharePercent", "SalesValue"]))
        pool = [i for i in self.items("RAW", "ADD") if i.id != main.id]
        if not method or (method == "SalesValue" and main.selling_price is None):
            return []
        item = self.pick(data, pool)
        figures: dict[str, Record] = {
            "None": {},
            "FixedRate": {"Rate": data.draw(COSTS) / 10},
            "CostSharePercent": {"CostSharePercent": Fraction(data.draw(st.integers(1, 60)))},
            "SalesValue": {"SalesPrice": data.draw(COSTS) + 1},
        }
        kind = "CoProduct" if method == "SalesValue" else "ByProduct"
        quantity = data.draw(quantities(item.uom, 3))
        return [
            {
                "ItemRefId": item.id,
                "Quantity": quantity,
                "Kind": kind,
                "CostMethod": method,
                **figures[method],
            }
        ]

    def draw_bom(self, data: st.DataObject, item: ModelItem, lines: list[Record]) -> Record:
        """A BOM to create."""
        body: Record = {
            "Name": self.label("BOM"),
            "ItemRefId": item.id,
            "OutputQuantity": Fraction(data.draw(st.integers(1, 20))),
            "Status": self.pick(data, ["Active", "Active", "Draft"]),
            "Lines": lines,
        }
        if not item.is_stocked:
            return {**body, "Type": "Phantom"}
        if "-JOB" in item.code:
            return {**body, "Type": "Subcontract", "ServiceCostPerUnit": data.draw(RATES)}
        return {
            **body,
            "Operations": self.draw_work(data),
            "ByProducts": self.draw_by_products(data, item),
            "OtherOverhead": money(data.draw(COSTS)),
            "InspectionRequired": data.draw(st.integers(0, 4)) == 0,
        }

    def write_bom(self, body: Record, headers: Record | None = None) -> Record:
        """Creates a BOM."""
        replaces = bool(body.get("ReplaceActive"))
        answer = self.act(
            "createBom",
            "create",
            BOM,
            lambda: self.model.boms.written(body),
            body,
            register=lambda bom, record: self.register_bom(bom, record, replaces),
            headers=headers,
        )
        found: Record = answer.body
        return found

    def register_bom(self, bom: ModelBom, record: Record, replaces: bool) -> None:
        """Keeps a BOM that was written."""
        is_new = not bom.id
        bom.id, bom.number = record["id"], record["BomNumber"]
        bom.line_ids = [line["id"] for line in record["Lines"]]
        old = self.model.boms.known.get(bom.id)
        is_changed = old is None or bom.revision != old.revision
        changed = self.model.boms.put(bom, replacing=replaces)
        if is_new:
            self.event("bom.created", bom.id)
        elif is_changed:
            self.event("bom.updated", bom.id)
        for other in changed:
            # The replaced BOM is written first, so that one Active BOM at most is ever told of.
            self.expected_events.insert(len(self.expected_events) - 1, ("bom.updated", other.id))
            self.touch(BOM, other.id)

    def update_bom(self, bom: ModelBom, body: Record) -> None:
        """Changes one BOM; INV-G5: what is absent stays."""
        before = self.touch(BOM, bom.id)
        replaces = bool(body.get("ReplaceActive"))
        answer = self.act(
            "updateBom",
            "update",
            BOM,
            lambda: self.model.boms.written(body, of=bom),
            body,
            id=bom.id,
            register=lambda new, record: self.register_bom(new, record, replaces),
        )
        if answer.status == 200 and set(body) <= {"Name"}:
            after = answer.body
            for name in set(before) - {"Name", "Revision", "UpdatedAt"}:
                assert after[name] == before[name], name

    def bulk_boms(self, data: st.DataObject, action: str) -> None:
        """INV-D20: a set changes as a whole, in the order given, or not at all."""
        boms = self.model.boms
        pool = [id for id, bom in boms.known.items() if bom.is_archived is (action == "restore")]
        if not pool:
            return
        ids = data.draw(st.lists(st.sampled_from([*pool, NOBODY]), min_size=1, max_size=3, unique=True))
        before = {id: (bom.revision, self.seen.one(BOM, id)) for id, bom in boms.known.items()}
        step = self.begin(action, BOM)
        change = boms.archive if action == "archive" else boms.restore
        try:
            count = change(ids)
        except Refused as refused:
            answer = self.api.call(f"{action}Boms", {"ids": ids}, query=None, headers=None)
            assert (answer.status, answer.code) == (refused.status, refused.code), (refused, answer.raw)
            step.is_refused = True
        else:
            answer = self.api.call(f"{action}Boms", {"ids": ids}, query=None, headers=None)
            assert answer.status == 200 and answer.body["modified"] == count, answer.raw
        for id in ids:
            if id in boms.known:
                step.before, step.after = before[id][1], self.touch(BOM, id)
                if boms.known[id].revision != before[id][0]:
                    self.event(f"bom.{action}d", id)
        if step.is_refused:
            step.before = step.after
        self.end(step)
