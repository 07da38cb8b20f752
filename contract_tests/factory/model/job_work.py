"""Subcontract orders as the rules have them: what went out, what came back, and what is still there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import ZERO, is_stockable, money
from contract_tests.factory.model.bom import ModelBom
from contract_tests.factory.model.documents import archive, broken, conflict, restore
from contract_tests.factory.model.inspections import ModelInspection, check_receipt
from contract_tests.factory.model.job_orders import LATER_MEMBERS, Account, Challan, ModelJobOrder, Receipt
from contract_tests.factory.model.orders import plan
from contract_tests.factory.model.stock import SUBCONTRACTOR, Stock, check_cost
from contract_tests.factory.model.structure import Structure

Body = Mapping[str, Any]
ISSUING = ("Draft", "MaterialsIssued", "PartiallyReceived")
RECEIVING = ("MaterialsIssued", "PartiallyReceived")
RETURNING = ("MaterialsIssued", "PartiallyReceived", "Received")


class JobWork:
    """The subcontract orders of one entity."""

    def __init__(self, stock: Stock, structure: Structure, today: date, vendors: Sequence[str]) -> None:
        self.stock = stock
        self.structure = structure
        self.today = today
        self.vendors = frozenset(vendors)
        self.known: dict[str, ModelJobOrder] = {}

    def written(
        self, body: Body, boms: Mapping[str, ModelBom], *, of: ModelJobOrder | None = None
    ) -> ModelJobOrder:
        """The order that a create makes, or an update makes of a Draft."""
        if of is not None:
            changed = {name for name, value in body.items() if value != of.body.get(name)}
            is_over = of.is_archived or of.status in ("Completed", "Cancelled")
            if is_over or (of.status != "Draft" and changed - LATER_MEMBERS):
                conflict()
        merged = {**(of.body if of is not None else {}), **body}
        if merged["SubcontractorRefId"] not in self.vendors:
            broken("unknown_reference")
        item = self.stock.usable(merged["ItemRefId"])
        is_named = of is None or any(name in body for name in ("ItemRefId", "BomRefId"))
        bom = self._bom(merged, boms) if of is None or is_named else of.bom
        if not is_stockable(merged["OrderedQuantity"], item.uom):
            broken("fractional_quantity")
        rate = Fraction(merged.get("RatePerUnit", bom.service / bom.output))
        new = ModelJobOrder(
            item.id, item.uom, bom, rate, merged, merged.get("InspectionRequired", bom.inspection_required)
        )
        if of is not None:
            if "RatePerUnit" not in body:
                new.rate = of.rate
            if "InspectionRequired" not in body:
                new.inspection_required = of.inspection_required
            new.id, new.status, new.accounts = of.id, of.status, of.accounts
            new.challans, new.receipts = of.challans, of.receipts
            new.returns = of.returns
            new.revision = of.revision + (of.content != new.content)
        return new

    def _bom(self, body: Body, boms: Mapping[str, ModelBom]) -> ModelBom:
        named = body.get("BomRefId")
        if named is None:
            bom = self.structure.active.get(body["ItemRefId"])
            if not isinstance(bom, ModelBom):
                broken("bom_not_active")
        else:
            bom = boms.get(named) or broken("unknown_reference")
            if bom.item_id != body["ItemRefId"]:
                broken("unknown_reference")
        if bom.type != "Subcontract":
            broken("wrong_bom_type")
        if bom.is_archived:
            broken("bom_not_active")
        return bom

    def accounts(self, order: ModelJobOrder) -> dict[str, Account]:
        """The materials: kept since the first issue or the cancellation, else by the BOM as it is now."""
        if order.accounts is not None:
            return order.accounts
        made = plan(self.structure, order.bom, order.ordered, self.stock.units)
        return {
            item_id: Account(each.uom, each.required, each.fixed) for item_id, each in made.materials.items()
        }

    def issue(self, order: ModelJobOrder, body: Body, challan_number: str) -> None:
        """Sends materials out on one challan."""
        if order.is_archived or order.status not in ISSUING:
            conflict()
        accounts = self.accounts(order)
        wanted = self._quantities(accounts, body["Materials"])
        for item_id, quantity in wanted.items():
            if accounts[item_id].issued - accounts[item_id].returned + quantity > accounts[item_id].required:
                broken("quantity_exceeds_required")
        day = self._day(body, "ChallanDate")
        if any(self.stock.holdings[item_id].available < quantity for item_id, quantity in wanted.items()):
            conflict("insufficient_stock")
        challan = Challan(challan_number, day)
        if any(each.is_same(challan) for other in self.known.values() for each in other.challans):
            conflict("duplicate_number")
        order.accounts = accounts
        for item_id, quantity in wanted.items():
            value = self.stock.issue(item_id, quantity, "SubcontractIssue", order.id, SUBCONTRACTOR)
            accounts[item_id].issued += quantity
            accounts[item_id].balance.add(quantity, value)
            challan.send(item_id, quantity, value)
        order.challans.append(challan)
        if order.status == "Draft":
            order.status = "MaterialsIssued"
        order.revision += 1

    def _quantities(
        self, accounts: Mapping[str, Account], entries: Sequence[Body], member: str = "Quantity"
    ) -> dict[str, Fraction]:
        found: dict[str, Fraction] = {}
        for each in entries:
            account = accounts.get(each["ItemRefId"]) or broken("unknown_reference")
            if not is_stockable(each[member], account.uom):
                broken("fractional_quantity")
            found[each["ItemRefId"]] = found.get(each["ItemRefId"], ZERO) + Fraction(each[member])
        return found

    def _day(self, body: Body, name: str) -> date:
        day = date.fromisoformat(body[name]) if name in body else self.today
        return day if day <= self.today else broken("date_not_allowed")

    def receive(self, order: ModelJobOrder, body: Body, inspections: Mapping[str, ModelInspection]) -> None:
        """Takes goods in; what they are made of is used up."""
        accepted = Fraction(body["AcceptedQuantity"])
        rejected = Fraction(body.get("RejectedQuantity", 0))
        if order.is_archived or order.status not in RECEIVING or order.accounts is None:
            conflict()
        if not accepted + rejected:
            broken("quantities_do_not_balance")
        if not (is_stockable(accepted, order.uom) and is_stockable(rejected, order.uom)):
            broken("fractional_quantity")
        if accepted + rejected > order.pending:
            broken("quantity_exceeds_ordered")
        actual = self._quantities(order.accounts, body.get("Materials", []))
        day = self._day(body, "ReceiptDate")
        done = (order.accepted + order.rejected + accepted + rejected) / order.ordered
        used = {i: actual.get(i, account.standard(done)) for i, account in order.accounts.items()}
        challans = order.settled_by(used, day)
        if order.inspection_required and accepted:
            check_receipt(inspections, order.id, body.get("InspectionRefId"), accepted)
        if any(quantity > order.accounts[i].balance.quantity for i, quantity in used.items()):
            conflict("insufficient_material_at_subcontractor")
        additional = Fraction(body.get("AdditionalCost", 0))
        receipt = self._receipt(order, accepted, rejected, used, additional)
        receipt.challans = challans
        check_cost(receipt.total, accepted)
        check_cost(receipt.rejected_material, rejected)
        check_cost(sum((each.total for each in order.receipts), receipt.total), order.accepted + accepted)
        for item_id, quantity in used.items():
            if quantity:
                self._use_up(order, item_id, quantity)
        order.receipts.append(receipt)
        if accepted:
            self.stock.receive(order.item_id, accepted, receipt.total, "SubcontractReceipt", order.id)
        if rejected:
            self.stock.reject(order.item_id, rejected, receipt.rejected_material, order.id)
        order.status = "PartiallyReceived" if order.pending else "Received"
        order.revision += 1

    def _receipt(
        self,
        order: ModelJobOrder,
        accepted: Fraction,
        rejected: Fraction,
        used: Mapping[str, Fraction],
        additional: Fraction,
    ) -> Receipt:
        balances = {item_id: each.balance for item_id, each in self.accounts(order).items()}
        material = sum((balances[i].share(quantity) for i, quantity in used.items() if quantity), ZERO)
        spoilt = money(material * rejected / (accepted + rejected))
        service = money(order.rate * accepted)
        return Receipt(accepted, rejected, material - spoilt, spoilt, service, additional)

    def _use_up(self, order: ModelJobOrder, item_id: str, quantity: Fraction) -> None:
        account = self.accounts(order)[item_id]
        value = account.balance.take(quantity)
        account.consumed += quantity
        order.settle(item_id, quantity)
        self.stock.use_up_away(item_id, quantity, value, order.id)

    def take_back(self, order: ModelJobOrder, body: Body) -> None:
        """Takes unused material back at the value it was issued at."""
        if order.is_archived or order.status not in RETURNING or order.accounts is None:
            conflict()
        wanted = self._quantities(order.accounts, body["Materials"])
        if any(quantity > order.accounts[i].balance.quantity for i, quantity in wanted.items()):
            broken("quantity_exceeds_balance")
        order.returns.append(order.settled_by(wanted, self._day(body, "ReturnDate")))
        for item_id, quantity in wanted.items():
            account = order.accounts[item_id]
            value = account.balance.take(quantity)
            account.returned += quantity
            order.settle(item_id, quantity)
            self.stock.receive(item_id, quantity, value, "SubcontractReturn", order.id, SUBCONTRACTOR)
        order.revision += 1

    def complete(self, order: ModelJobOrder, body: Body) -> None:
        """Closes it; a loss must be stated."""
        is_short = order.status == "PartiallyReceived"
        if order.is_archived or order.accounts is None or not (is_short or order.status == "Received"):
            conflict()
        losses = self._quantities(order.accounts, body.get("Losses", []), "LossQuantity")
        if is_short and body.get("Reason") is None:
            broken("reason_required")
        if any(quantity > order.accounts[i].balance.quantity for i, quantity in losses.items()):
            broken("quantity_exceeds_balance")
        if any(each.balance.quantity != losses.get(i, ZERO) for i, each in order.accounts.items()):
            conflict("unreconciled_material")
        for item_id, quantity in losses.items():
            account = order.accounts[item_id]
            value = account.balance.take(quantity)
            account.loss += quantity
            order.loss_value += value
            order.settle(item_id, quantity)
            self.stock.use_up_away(item_id, quantity, value, order.id)
        order.status = "Completed"
        order.revision += 1

    def cancel(self, order: ModelJobOrder) -> None:
        """Ends an order of which nothing was received and nothing is out."""
        if order.is_archived or order.status not in ("Draft", "MaterialsIssued"):
            conflict()
        order_accounts = self.accounts(order)
        if any(each.balance.quantity for each in order_accounts.values()):
            conflict("unreconciled_material")
        order.accounts = order_accounts
        order.status = "Cancelled"
        order.revision += 1

    def archive(self, ids: Sequence[str]) -> int:
        """Archives all that are named, or none."""
        return archive(self.known, ids, barred=RETURNING)

    def restore(self, ids: Sequence[str]) -> int:
        """Takes all that are named out of the archive."""
        return restore(self.known, ids)
