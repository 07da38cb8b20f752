"""The state machine: every rule, over one connection, against one model."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from contract_tests.factory.machine.bom_reads import BomReadRules
from contract_tests.factory.machine.boms import BomActions, BomRules
from contract_tests.factory.machine.detours import DetourRules
from contract_tests.factory.machine.draws import COSTS, stock_quantities
from contract_tests.factory.machine.inspections import InspectionActions, InspectionRules
from contract_tests.factory.machine.job_order_rules import JobOrderRules
from contract_tests.factory.machine.job_orders import JobOrderActions
from contract_tests.factory.machine.order_rules import OrderRules
from contract_tests.factory.machine.orders import OrderActions
from contract_tests.factory.machine.reads import ReadRules
from contract_tests.factory.machine.steps import Steps
from contract_tests.factory.machine.stock import StockActions, StockRules
from contract_tests.factory.machine.walk import Run, Walk

FIRST_ITEMS = (
    ("RAW", "kg", "5.25"),
    ("RAW", "NOS", "0.8"),
    ("RAW", "m", "12.345678"),
    ("SUB", "NOS", "33"),
    ("SUB", "L", "7.5"),
    ("TOP", "NOS", None),
    ("KIT", "SET", None),
    ("JOB", "NOS", "100"),
)


class FactoryMachine(
    StockRules,
    BomRules,
    BomReadRules,
    OrderRules,
    InspectionRules,
    JobOrderRules,
    ReadRules,
    DetourRules,
):
    """A factory that is worked in at random: the rules say what is tried, the actions how it is sent."""

    run: ClassVar[Run]

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(self.run)
        self.model = self.walk.model
        self.steps = Steps(self.walk)
        self.stock = StockActions(self.steps)
        self.boms = BomActions(self.steps)
        self.inspections = InspectionActions(self.steps)
        self.orders = OrderActions(self.steps, self.stock, self.inspections)
        self.job_orders = JobOrderActions(self.steps, self.stock, self.inspections)

    @initialize(data=st.data())
    def begin_with_some_items(self, data: st.DataObject) -> None:
        for word, uom, cost in FIRST_ITEMS:
            self.stock.new_item(word, uom, None if cost is None else Fraction(cost))
        for item in list(self.model.stock.items.values())[:5]:
            self.stock.adjust(item, data.draw(stock_quantities(item.uom)), data.draw(COSTS))
        self.create_what_orders_need(data)

    def teardown(self) -> None:
        """Everything once more at the end of an example."""
        # A step that has failed is the news; what it left behind would only hide it.
        if self.walk.seen.items and not self.steps.is_open:
            self.walk.everything()
