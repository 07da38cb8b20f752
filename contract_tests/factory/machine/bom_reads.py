"""Rules of the state machine: what BOMs need, which is Active, and where an item is used."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from contract_tests.factory.api import Record
from contract_tests.factory.exact import MAX_QUANTITY, ZERO, half_up, in_units, wire
from contract_tests.factory.invariants import BOM
from contract_tests.factory.machine.draws import pick, quantities
from contract_tests.factory.machine.job_orders import JobOrderActions
from contract_tests.factory.machine.orders import OrderActions
from contract_tests.factory.machine.walk import Walk
from contract_tests.factory.model import Model, ModelBom


class BomReadRules(RuleBasedStateMachine):
    """Questions about BOMs."""

    walk: Walk
    model: Model
    orders: OrderActions
    job_orders: JobOrderActions

    @rule(data=st.data())
    @precondition(lambda self: self.model.boms.known)
    def ask_what_a_bom_needs(self, data: st.DataObject) -> None:
        """What it shows is exact, merged by item and rounded once (INV-D3); all levels in one (INV-D8).

        It is compared with what is available, as a release would be (INV-D18).
        """
        structure = self.model.structure
        bom = pick(data, list(self.model.boms.known.values()))
        quantity = data.draw(quantities(self.model.stock.items[bom.item_id].uom, 30))

        def single(size: Fraction) -> dict[str, Fraction]:
            return {item: need.exact for item, need in structure.needs(bom, size).items()}

        self.check_needs(bom, quantity, "single", single)
        if not structure.has_fixed_lines_below(bom):
            self.check_needs(bom, quantity, "full", lambda size: structure.explode(bom, size))
            self.check_linear(bom, quantity, structure.explode(bom, quantity))

    def check_needs(
        self, bom: ModelBom, quantity: Fraction, levels: str, needs: Callable[[Fraction], dict[str, Fraction]]
    ) -> None:
        """What the server says that an order needs, item by item."""
        exact = needs(quantity)
        query = {"plannedQty": wire(quantity), "levels": levels}
        answer = self.walk.api.read("getBomMaterialRequirements", query, id=bom.id)
        found = {each["ItemRefId"]: each for each in answer["Materials"]}
        assert set(found) == set(exact), levels
        for item_id, need in exact.items():
            uom = self.model.stock.items[item_id].uom
            assert Fraction(found[item_id]["ExactQuantity"]) == half_up(need, 6), levels
            required, holding = in_units(need, uom), self.model.stock.holdings[item_id]
            assert Fraction(found[item_id]["RequiredQuantity"]) == required, levels
            assert Fraction(found[item_id]["OnHandQuantity"]) == holding.store.quantity, levels
            assert Fraction(found[item_id]["AvailableQuantity"]) == holding.available, levels
            assert Fraction(found[item_id]["ShortQuantity"]) == max(ZERO, required - holding.available), (
                levels
            )
        many = answer["CanMake"]
        assert many == 0 or self.is_enough(needs(Fraction(many))), levels
        assert many == MAX_QUANTITY or not self.is_enough(needs(Fraction(many + 1))), levels

    def is_enough(self, exact: dict[str, Fraction]) -> bool:
        """Whether a release that needs so much would find it."""
        stock = self.model.stock
        return all(
            in_units(need, stock.items[item_id].uom) <= stock.holdings[item_id].available
            for item_id, need in exact.items()
        )

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
        bom = pick(data, [bom for bom in self.model.boms.known.values() if bom.is_archived])
        listed = self.walk.api.every("listBoms", {"itemRefId": bom.item_id})
        assert bom.id not in [each["id"] for each in listed], bom.number
        assert self.walk.touch(BOM, bom.id)["IsArchived"] is True
        order: Record = {"ItemRefId": bom.item_id, "BomRefId": bom.id}
        if bom.type == "Subcontract":
            vendor = self.walk.run.vendors[0]
            order |= {"OrderedQuantity": Fraction(1), "SubcontractorRefId": vendor}
            assert self.job_orders.create(order) is None
        else:
            assert self.orders.create({**order, "PlannedQuantity": Fraction(1)}) is None

    @rule(data=st.data())
    def ask_for_the_active_bom(self, data: st.DataObject) -> None:
        """INV-D11: the Active one is what `active-bom` returns, else 404."""
        item = pick(data, list(self.model.stock.items.values()))
        answer = self.walk.api.call("getActiveBom", itemId=item.id)
        active = self.model.boms.active_bom(item.id)
        if active is None:
            assert answer.status == 404, answer.raw
        else:
            assert answer.status == 200 and answer.body["id"] == active.id, answer.raw

    @rule(data=st.data())
    def ask_where_an_item_is_used(self, data: st.DataObject) -> None:
        """INV-D14: where-used is the inverse of the lines of unarchived BOMs."""
        item = pick(data, list(self.model.stock.items.values()))
        size = data.draw(st.integers(1, 4))
        found = [bom["id"] for bom in self.walk.api.every("listBomsUsingItem", {}, size, itemId=item.id)]
        assert found == [
            id
            for id, bom in self.model.boms.known.items()
            if not bom.is_archived and any(line.item_id == item.id for line in bom.inputs)
        ]
