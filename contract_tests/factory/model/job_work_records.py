"""The record of a subcontract order as the model expects it."""

from __future__ import annotations

from typing import Any

from contract_tests.factory.comparison import keyed
from contract_tests.factory.exact import ZERO
from contract_tests.factory.model.job_orders import LATER_MEMBERS, Challan, ModelJobOrder, Receipt, unit_of
from contract_tests.factory.model.job_work import JobWork


def job_order_record(orders: JobWork, order: ModelJobOrder) -> dict[str, Any]:
    """The members that the model knows."""
    is_open = order.status not in ("Completed", "Cancelled")
    expected = order.body.get("ExpectedDate")
    return {
        "id": order.id,
        "SubcontractorRefId": order.body["SubcontractorRefId"],
        "ItemRefId": order.item_id,
        "BomRefId": order.bom.id,
        "OrderedQuantity": order.ordered,
        "RatePerUnit": order.rate,
        "InspectionRequired": order.inspection_required,
        **{name: order.body.get(name) for name in LATER_MEMBERS},
        "Status": order.status,
        "IsArchived": order.is_archived,
        "Revision": order.revision,
        "AcceptedQuantity": order.accepted,
        "RejectedQuantity": order.rejected,
        "PendingQuantity": order.pending,
        "Materials": keyed("ItemRefId", _materials(orders, order)),
        "Challans": keyed("ChallanNumber", {each.number: _challan(each) for each in order.challans}),
        "Receipts": [_receipt(each) for each in order.receipts],
        "Returns": [{"ChallanNumbers": challans} for challans in order.returns],
        "Cost": _cost(order),
        "Overdue": order.is_overdue(orders.today),
        "DeliveryOverdue": bool(
            is_open and order.pending and expected and expected < orders.today.isoformat()
        ),
    }


def _materials(orders: JobWork, order: ModelJobOrder) -> dict[str, Any]:
    return {
        item_id: {
            "RequiredQuantity": each.required,
            "IssuedQuantity": each.issued,
            "ConsumedQuantity": each.consumed,
            "ReturnedQuantity": each.returned,
            "LossQuantity": each.loss,
            "BalanceQuantity": each.balance.quantity,
            "BalanceValue": each.balance.value,
        }
        for item_id, each in orders.accounts(order).items()
    }


def _challan(challan: Challan) -> dict[str, Any]:
    lines = {
        item_id: {"Quantity": quantity, "Value": value, "PendingQuantity": challan.pending[item_id]}
        for item_id, (quantity, value) in challan.sent.items()
    }
    return {
        "ChallanDate": challan.day.isoformat(),
        "ReturnDueDate": challan.due.isoformat(),
        "Lines": keyed("ItemRefId", lines),
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "AcceptedQuantity": receipt.accepted,
        "RejectedQuantity": receipt.rejected,
        "MaterialCost": receipt.material,
        "ServiceCost": receipt.service,
        "AdditionalCost": receipt.additional,
        "RejectedMaterialCost": receipt.rejected_material,
        "UnitCost": unit_of(receipt.total, receipt.accepted),
        "ChallanNumbers": receipt.challans,
    }


def _cost(order: ModelJobOrder) -> dict[str, Any]:
    sums = {
        "Material": sum((each.material for each in order.receipts), ZERO),
        "Service": sum((each.service for each in order.receipts), ZERO),
        "Additional": sum((each.additional for each in order.receipts), ZERO),
    }
    total = sum(sums.values(), ZERO)
    return {
        **sums,
        "Total": total,
        "Unit": unit_of(total, order.accepted),
        "RejectedMaterial": sum((each.rejected_material for each in order.receipts), ZERO),
        "Loss": order.loss_value,
    }
