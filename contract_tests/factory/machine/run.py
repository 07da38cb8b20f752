"""What all examples of the state machine share."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contract_tests.factory.api import Api
from contract_tests.factory.invariants import BOM, INSPECTION, JOB, ORDER, RECIPE, Record
from contract_tests.kit import Tenant

READS = {
    BOM: "getBom",
    RECIPE: "getRecipe",
    ORDER: "getWorkOrder",
    JOB: "getSubcontractOrder",
    INSPECTION: "getQualityInspection",
}
NUMBERS = {
    BOM: "BomNumber",
    RECIPE: "RecipeNumber",
    ORDER: "WorkOrderNumber",
    JOB: "OrderNumber",
    INSPECTION: "InspectionNumber",
}


@dataclass
class Run:
    """What all examples of a run share."""

    api: Api
    stranger: Api
    stranger_item: str
    vendors: list[str]
    no_vendor: str
    events: Callable[[], list[Record]] | None
    steps: int = 0
    examples: Any = field(default_factory=lambda: itertools.count(1))
    last_numbers: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def tenant(self) -> Tenant:
        """The entity that is worked in."""
        return self.api.tenant
