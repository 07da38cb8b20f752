"""The state machine: every rule, over one connection, against one model."""

from __future__ import annotations

from contract_tests.factory.machine_bom_reads import BomReadRules
from contract_tests.factory.machine_boms import BomRules
from contract_tests.factory.machine_job_work import JobRules
from contract_tests.factory.machine_orders import OrderRules
from contract_tests.factory.machine_reads import ReadRules
from contract_tests.factory.machine_recipes import RecipeRules
from contract_tests.factory.machine_stock import StockRules


class FactoryMachine(BomRules, BomReadRules, RecipeRules, OrderRules, JobRules, ReadRules, StockRules):
    """A factory that is worked in at random; the rules are in the classes above."""
