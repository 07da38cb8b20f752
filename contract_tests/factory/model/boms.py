"""BOMs as the rules have them: what may be written, which is Active, what archiving and restoring do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import MAX_AMOUNT, MAX_UNIT_COST, ZERO, fits, money, unit_cost
from contract_tests.factory.model.bom import ModelBom
from contract_tests.factory.model.documents import Refused, broken, chosen, conflict, restore
from contract_tests.factory.model.formulas import Input, check_outputs, share_of_outputs
from contract_tests.factory.model.stock import ModelItem, Stock
from contract_tests.factory.model.structure import Structure

Body = Mapping[str, Any]
MAX_LEVELS = 20


class Boms:
    """The BOMs of one entity."""

    def __init__(self, stock: Stock, structure: Structure) -> None:
        self.stock = stock
        self.structure = structure
        self.known: dict[str, ModelBom] = {}

    def active_bom(self, item_id: str) -> ModelBom | None:
        """The Active BOM of an item."""
        found = [b for b in self.known.values() if b.item_id == item_id and b.status == "Active"]
        return found[0] if found else None

    def written(self, body: Body, *, of: ModelBom | None = None) -> ModelBom:
        """The BOM that a create makes, or an update makes of one; refused where it may not be written."""
        if of is not None and of.is_archived:
            conflict()
        merged = {**(of.body if of is not None else {}), **deepcopy(dict(body))}
        replaces = merged.pop("ReplaceActive", False)
        status = merged.pop("Status", of.status if of is not None else "Draft")
        for line in merged["Lines"]:
            line.pop("id", None)
            line.setdefault("WastagePercent", self._scrap(line["ItemRefId"]))
        new = ModelBom(merged["ItemRefId"], merged, status=status)
        if of is not None:
            new.id, new.number, new.line_ids, new.revision = of.id, of.number, of.line_ids, of.revision
            if new.content == of.content:
                # An update that changes nothing succeeds, whatever has become of the rest since.
                return new
            new.revision += 1
        self._check_content(new)
        self._check_cycle(new)
        active = self.active_bom(new.item_id)
        if status == "Active" and active is not None and active.id != new.id and not replaces:
            conflict("active_bom_exists")
        self._check_size(new)
        return new

    def _scrap(self, item_id: str) -> Fraction:
        item = self.stock.items.get(item_id)
        return item.scrap_percentage if item is not None else ZERO

    def _check_content(self, bom: ModelBom) -> None:
        output = self.stock.usable(bom.item_id)
        if not fits(bom.output, output.uom):
            broken("fractional_quantity")
        for line in bom.body["Lines"]:
            item = self.stock.usable(line["ItemRefId"])
            self._check_unit(line, item)
        for each in bom.body.get("ByProducts", []):
            item = self.stock.usable(each["ItemRefId"])
            if not fits(each["Quantity"], item.uom):
                broken("fractional_quantity")
        check_outputs(bom, output.selling_price)
        if share_of_outputs(bom, output.selling_price) > 1:
            broken("cost_share_exceeds_100")

    def _check_unit(self, line: Body, item: ModelItem) -> None:
        if line.get("Uom", item.uom) != item.uom and "ConversionFactor" not in line:
            broken("uom_mismatch")
        if not fits(line["Quantity"], line.get("Uom", item.uom)):
            broken("fractional_quantity")

    def _check_cycle(self, bom: ModelBom) -> None:
        if self.structure.reaches(bom):
            broken("bom_cycle")

    def _check_size(self, bom: ModelBom) -> None:
        if self.structure.depth(bom) > MAX_LEVELS:
            broken("explosion_too_large")
        cost = self.structure.cost(bom)
        if money(cost.gross) > MAX_AMOUNT or unit_cost(cost.unit) > MAX_UNIT_COST:
            broken("explosion_too_large")

    def put(self, bom: ModelBom, *, replacing: bool = False) -> list[ModelBom]:
        """Keeps a BOM; returns the others that its becoming Active has changed."""
        changed = []
        if replacing and bom.status == "Active":
            for other in self.known.values():
                if other.item_id == bom.item_id and other.status == "Active" and other.id != bom.id:
                    other.status = "Draft"
                    other.revision += 1
                    changed.append(other)
        # Orders hold on to the BOM that they were made from, so it stays the same object.
        vars(self.known.setdefault(bom.id, bom)).update(vars(bom))
        self.refresh()
        return changed

    def refresh(self) -> None:
        """Makes the structure follow the states."""
        self.structure.forget()
        made = [bom.item_id for bom in self.known.values()]
        for item_id in made:
            bom = self.active_bom(item_id)
            if bom is not None:
                self.structure.active[item_id] = bom
            elif isinstance(self.structure.active.get(item_id), ModelBom):
                del self.structure.active[item_id]

    def archive(self, ids: Sequence[str]) -> int:
        """Archives what is there and not archived; returns how many."""
        found = chosen(self.known, ids, is_archived=False)
        for bom in found:
            bom.status_before, bom.status, bom.is_archived = bom.status, "Archived", True
            bom.revision += 1
        self.refresh()
        return len(found)

    def restore(self, ids: Sequence[str]) -> int:
        """Restores what is archived, each to its state before, or none; returns how many."""
        found = chosen(self.known, ids, is_archived=True)
        before = [(bom, bom.status) for bom in found]
        try:
            for bom in found:
                is_free = self.active_bom(bom.item_id) is None
                bom.status = "Active" if bom.status_before == "Active" and is_free else "Draft"
            self.refresh()
            for bom in found:
                self._check_usable(bom)
                self._check_cycle(bom)
        except Refused:
            for bom, status in before:
                bom.status = status
            self.refresh()
            raise
        return restore(self.known, ids)

    def _check_usable(self, bom: ModelBom) -> None:
        others = [line.item_id for line in bom.inputs] + [each.item_id for each in bom.side_outputs]
        for item_id in [bom.item_id, *others]:
            self.stock.usable(item_id)

    def record(self, bom: ModelBom) -> dict[str, Any]:
        """The members of its record that the model knows; an archived one keeps the costs that it had.

        Costs are rolled up exactly from the lowest level (INV-C2).
        """
        cost = self.structure.cost(bom)
        is_rolled = not bom.is_archived
        return {
            "id": bom.id,
            "Name": bom.body["Name"],
            "Type": bom.type,
            "ItemRefId": bom.item_id,
            "OutputQuantity": bom.output,
            "Status": bom.status,
            "IsArchived": bom.is_archived,
            "Revision": bom.revision,
            "InspectionRequired": bom.inspection_required,
            "OverheadPercent": bom.overhead_percent,
            "OtherOverhead": bom.other_overhead,
            "Lines": [
                self._line(line, made, is_rolled)
                for line, made in zip(bom.body["Lines"], bom.inputs, strict=True)
            ],
            "ByProducts": [
                {"ItemRefId": o.item_id, "Quantity": o.quantity, "Kind": o.kind, "CostMethod": o.method}
                for o in bom.side_outputs
            ],
            **(cost.shown if is_rolled else {}),
        }

    def _line(self, line: Body, made: Input, is_rolled: bool) -> dict[str, Any]:
        costs = {
            "UnitCost": self.structure.shown_rate(made.item_id),
            "LineCost": money(made.need * self.structure.rate(made.item_id)),
        }
        return {
            **(costs if is_rolled else {}),
            "ItemRefId": made.item_id,
            "Quantity": Fraction(line["Quantity"]),
            "Uom": line.get("Uom", self.stock.items[made.item_id].uom),
            "ConversionFactor": Fraction(line.get("ConversionFactor", 1)),
            "WastagePercent": Fraction(line["WastagePercent"]),
            "IsFixedQuantity": made.is_fixed,
        }
