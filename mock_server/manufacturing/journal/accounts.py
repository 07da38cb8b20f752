"""The accounts of the journal. Source: assumed."""

from __future__ import annotations

from enum import Enum

from mock_server.manufacturing.stock import Place


class Account(Enum):
    """A code, a name, and the group whose value it is part of."""

    RAW_MATERIAL = ("raw_material", "Raw material", "inventory")
    FINISHED_GOODS = ("finished_goods", "Finished goods", "inventory")
    JOB_WORK_STOCK = ("job_work_stock", "Material with subcontractors", "inventory")
    QUARANTINE_STOCK = ("quarantine_stock", "Rejected goods in quarantine", "inventory")
    WORK_IN_PROGRESS = ("work_in_progress", "Work in progress", "inventory")
    LABOUR_ABSORBED = ("labour_absorbed", "Labour absorbed", "absorption")
    OVERHEAD_ABSORBED = ("overhead_absorbed", "Overhead absorbed", "absorption")
    JOB_CHARGES_PAYABLE = ("job_charges_payable", "Job charges payable", "payable")
    ADDITIONAL_COST_PAYABLE = ("additional_cost_payable", "Additional job-work cost payable", "payable")
    MATERIAL_PRICE_VARIANCE = ("material_price_variance", "Material price variance", "variance")
    MATERIAL_USAGE_VARIANCE = ("material_usage_variance", "Material usage variance", "variance")
    LABOUR_RATE_VARIANCE = ("labour_rate_variance", "Labour rate variance", "variance")
    LABOUR_EFFICIENCY_VARIANCE = ("labour_efficiency_variance", "Labour efficiency variance", "variance")
    OVERHEAD_VARIANCE = ("overhead_variance", "Overhead variance", "variance")
    BY_PRODUCT_VARIANCE = ("by_product_variance", "By-product variance", "variance")
    YIELD_VARIANCE = ("yield_variance", "Yield variance", "variance")
    VARIANCES_CARRIED = ("variances_carried", "Variances carried in actual cost", "variance")
    SCRAP_LOSS = ("scrap_loss", "Scrap loss", "expense")
    MATERIAL_LOSS = ("material_loss", "Material lost in job work", "expense")
    OPENING_STOCK = ("opening_stock", "Opening stock", "equity")
    STOCK_ADJUSTMENTS = ("stock_adjustments", "Stock adjustments", "expense")

    @property
    def code(self) -> str:
        """The code by which a client maps it to an account of its own."""
        return self.value[0]

    @property
    def title(self) -> str:
        """The name."""
        return self.value[1]

    @property
    def group(self) -> str:
        """What it belongs to: the accounts of `inventory` together hold the value of all stock."""
        return self.value[2]


# A variance account for each element, by the attribute of the order's variance.
VARIANCES = {
    "material_price": Account.MATERIAL_PRICE_VARIANCE,
    "material_usage": Account.MATERIAL_USAGE_VARIANCE,
    "labour_rate": Account.LABOUR_RATE_VARIANCE,
    "labour_efficiency": Account.LABOUR_EFFICIENCY_VARIANCE,
    "overhead": Account.OVERHEAD_VARIANCE,
    "by_product": Account.BY_PRODUCT_VARIANCE,
    "yield_": Account.YIELD_VARIANCE,
}


def stock_account(place: Place, is_made: bool) -> Account:
    """The account of stock at a place: in the store it depends on whether the entity makes the item."""
    if place == Place.SUBCONTRACTOR:
        return Account.JOB_WORK_STOCK
    if place == Place.QUARANTINE:
        return Account.QUARANTINE_STOCK
    return Account.FINISHED_GOODS if is_made else Account.RAW_MATERIAL
