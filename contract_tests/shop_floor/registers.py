"""The registers of the shop floor, filled: requests that are refused, and those that succeed."""

from __future__ import annotations

from contract_tests.kit import built_contract, documented
from contract_tests.shop_floor import (
    refusals_inspections,
    refusals_job_movements,
    refusals_job_orders,
    refusals_recipes,
    refusals_work_orders,
)
from contract_tests.shop_floor.refusals import READY, REFUSALS, register_common

__all__ = ["READY", "REFUSALS", "REGISTERED"]
REGISTERED = (
    refusals_inspections,
    refusals_job_movements,
    refusals_job_orders,
    refusals_recipes,
    refusals_work_orders,
)


def _register_all() -> None:
    contract = built_contract()
    for operation in READY:
        register_common(operation, documented(contract, contract.operations[operation]))


_register_all()
