"""The state machine: every rule, over one connection, against one model."""

from __future__ import annotations

from contract_tests.factory.machine.bom_reads import BomReadRules
from contract_tests.factory.machine.bom_rules import BomRules
from contract_tests.factory.machine.job_rules import JobRules
from contract_tests.factory.machine.order_rules import OrderRules
from contract_tests.factory.machine.reads import ReadRules
from contract_tests.factory.machine.recipe_rules import RecipeRules
from contract_tests.factory.machine.stock_rules import StockRules


class FactoryMachine(BomRules, BomReadRules, RecipeRules, OrderRules, JobRules, ReadRules, StockRules):
    """A factory that is worked in at random; the rules are in the classes above."""
