"""Rules of the state machine: BOMs and recipes, written, edited, archived, and asked what they need."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.boms import ModelBom
from contract_tests.factory.draws import COSTS, MINUTES, RATES, WASTAGE, quantities
from contract_tests.factory.exact import half_up, in_units, money, wire
from contract_tests.factory.machine_base import MachineBase
from contract_tests.factory.recipes import ModelRecipe, check_recipe
from contract_tests.factory.refused import Refused
from contract_tests.factory.seen import BOM, JOB, ORDER, RECIPE
from contract_tests.factory.stock import ModelItem

NOBODY = "00000000-0000-7000-8000-000000000000"
MOST_BOMS = 16


class BomRules(MachineBase):
    """BOMs."""

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
            lambda: self.model.boms.draft(body),
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

    def update_bom(self, bom: ModelBom, body: Record) -> None:
        """Changes one BOM; INV-G5: what is absent stays."""
        before = self.seen.one(BOM, bom.id) or {}
        replaces = bool(body.get("ReplaceActive"))
        answer = self.act(
            "updateBom",
            "update",
            BOM,
            lambda: self.model.boms.draft(body, of=bom),
            body,
            id=bom.id,
            register=lambda new, record: self.register_bom(new, record, replaces),
        )
        if answer.status == 200 and set(body) <= {"Name"}:
            after = answer.body
            for name in set(before) - {"Name", "Revision", "UpdatedAt"}:
                assert name in ("Lines",) or name.endswith("Cost") or after[name] == before[name], name

    @rule(data=st.data())
    @precondition(lambda self: self.model.boms.known)
    def archive_boms(self, data: st.DataObject) -> None:
        self.bulk_boms(data, "archive")

    @rule(data=st.data())
    @precondition(lambda self: any(b.is_archived for b in self.model.boms.known.values()))
    def restore_boms(self, data: st.DataObject) -> None:
        self.bulk_boms(data, "restore")

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

    @rule(data=st.data())
    @precondition(lambda self: self.model.boms.known)
    def ask_what_a_bom_needs(self, data: st.DataObject) -> None:
        """What it shows is exact, merged by item and rounded once (INV-D3); all levels in one (INV-D8)."""
        bom = self.pick(data, list(self.model.boms.known.values()))
        output = self.model.stock.items[bom.item_id]
        quantity = data.draw(quantities(output.uom, 30))
        structure = self.model.structure
        for levels in ("single", "full"):
            if levels == "full" and structure.has_fixed_lines_below(bom):
                continue
            if levels == "full":
                exact = structure.explode(bom, quantity)
            else:
                exact = {item: need.exact for item, need in structure.needs(bom, quantity).items()}
            query = {"plannedQty": wire(quantity), "levels": levels}
            answer = self.api.read("getBomMaterialRequirements", query, id=bom.id)
            found = {each["ItemRefId"]: each for each in answer["Materials"]}
            assert set(found) == set(exact), levels
            for item_id, need in exact.items():
                uom = self.model.stock.items[item_id].uom
                assert Fraction(found[item_id]["ExactQuantity"]) == half_up(need, 6), levels
                assert Fraction(found[item_id]["RequiredQuantity"]) == in_units(need, uom), levels
            if levels == "full":
                self.check_linear(bom, quantity, exact)

    def check_linear(self, bom: ModelBom, quantity: Fraction, exact: dict[str, Fraction]) -> None:
        """INV-D2: what does not stand once per order grows with the order."""
        fixed = self.model.structure.explode(bom, Fraction(0))
        assert not fixed, "an order of nothing needs nothing"
        if not any(line.is_fixed for line in bom.inputs):
            twice = self.model.structure.explode(bom, 2 * quantity)
            assert twice == {item: 2 * need for item, need in exact.items()}

    @rule(data=st.data())
    @precondition(lambda self: any(bom.is_archived for bom in self.model.boms.known.values()))
    def look_for_an_archived_bom(self, data: st.DataObject) -> None:
        """INV-D13: it is no longer listed, can still be read, and no new order takes it."""
        bom = self.pick(data, [bom for bom in self.model.boms.known.values() if bom.is_archived])
        listed = self.api.every("listBoms", {"itemRefId": bom.item_id})
        assert bom.id not in [each["id"] for each in listed], bom.number
        assert self.touch(BOM, bom.id)["IsArchived"] is True
        order: Record = {"ItemRefId": bom.item_id, "BomRefId": bom.id}
        if bom.type == "Subcontract":
            vendor = self.run.vendors[0]
            order |= {"OrderedQuantity": Fraction(1), "SubcontractorRefId": vendor}
            self.act(
                "createSubcontractOrder",
                "create",
                JOB,
                lambda: self.model.job_work.draft(order, self.model.boms.known),
                order,
            )
        else:
            order["PlannedQuantity"] = Fraction(1)
            self.act(
                "createWorkOrder",
                "create",
                ORDER,
                lambda: self.model.orders.draft(order, self.model.formulas),
                order,
            )

    @rule(data=st.data())
    def ask_for_the_active_bom(self, data: st.DataObject) -> None:
        """INV-D11: the Active one is what `active-bom` returns, else 404."""
        item = self.pick(data, list(self.model.stock.items.values()))
        answer = self.api.call("getActiveBom", None, query=None, headers=None, itemId=item.id)
        active = self.model.boms.active_bom(item.id)
        if active is None:
            assert answer.status == 404, answer.raw
        else:
            assert answer.status == 200 and answer.body["id"] == active.id, answer.raw

    @rule(data=st.data())
    def ask_where_an_item_is_used(self, data: st.DataObject) -> None:
        """INV-D14: where-used is the inverse of the lines of unarchived BOMs."""
        item = self.pick(data, list(self.model.stock.items.values()))
        size = data.draw(st.integers(1, 4))
        found = [bom["id"] for bom in self.api.every("listBomsUsingItem", {}, size, itemId=item.id)]
        expected = [
            id
            for id, bom in self.model.boms.known.items()
            if not bom.is_archived and any(line.item_id == item.id for line in bom.inputs)
        ]
        assert found == expected

    # Recipes.

    @rule(data=st.data())
    @precondition(lambda self: len(self.model.recipes) < 2)
    def create_a_recipe(self, data: st.DataObject) -> None:
        output = self.items("PROC")
        if not output:
            self.new_item("PROC", "kg", None, SellingPrice=Fraction(40))
            output = self.items("PROC")
        body = self.draw_recipe(data, output[0])
        self.act(
            "createRecipe", "create", RECIPE, lambda: self.draft_recipe(body), body, register=self.keep_recipe
        )

    def draw_recipe(self, data: st.DataObject, output: ModelItem) -> Record:
        """A recipe to create."""
        chosen = data.draw(st.lists(st.sampled_from(self.items("RAW")), min_size=1, max_size=3))
        ingredients: list[Record] = []
        for item in chosen:
            basis = self.pick(data, ["PerBatch", "PerBatch", "Fixed"])
            quantity = data.draw(quantities(item.uom, 9))
            ingredients.append(
                {"ItemRefId": item.id, "Basis": basis, "Quantity": quantity, "WastagePercent": 1}
            )
        work = [
            {
                "Sequence": 5,
                "Name": "Stir",
                "MinutesPerBatch": data.draw(MINUTES),
                "CostPerHour": data.draw(RATES),
            }
        ]
        return {
            "Name": self.label("RCP"),
            "ItemRefId": output.id,
            "BatchSize": Fraction(data.draw(st.sampled_from([10, 25, 80]))),
            "ExpectedYieldPercent": Fraction(data.draw(st.sampled_from([100, 97, 80]))),
            "MinBatch": Fraction(5),
            "MaxBatch": Fraction(200),
            "Status": self.pick(data, ["Active", "Draft"]),
            "Ingredients": ingredients,
            "Operations": work,
            "ByProducts": self.draw_by_products(data, output),
            "OtherOverhead": money(data.draw(COSTS)),
        }

    def draft_recipe(self, body: Record) -> ModelRecipe:
        """The recipe that a create makes."""
        content = {name: value for name, value in body.items() if name != "Status"}
        recipe = ModelRecipe(body["ItemRefId"], content, "kg", status=body["Status"])
        check_recipe(recipe, self.model.stock)
        is_taken = isinstance(self.model.structure.active.get(recipe.item_id), ModelRecipe)
        if recipe.status == "Active" and is_taken:
            raise Refused(409, "active_recipe_exists")
        return recipe

    def keep_recipe(self, recipe: ModelRecipe, record: Record) -> None:
        """Keeps a recipe that was written."""
        recipe.id, recipe.number = record["id"], record["RecipeNumber"]
        self.model.add_recipe(recipe)
