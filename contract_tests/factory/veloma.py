"""The bicycle maker of the demo data, played through the model: items, BOMs and the events of its orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contract_tests.factory.exact import Number
from contract_tests.factory.model import Model, ModelItem, ModelWorkOrder, complete_inspection, new_inspection

# Code, unit, standard cost, opening stock.
ITEMS = """
RM-TUBE-6061 m 180 1200; RM-WIRE-5356 kg 640 60; RM-POWDER-RED kg 420 151.980; RM-BAR-EN8 kg 86 800
PT-RIM-700 NOS 650 400; PT-SPOKE-14G NOS 6.50 16000; PT-HUB-F NOS 480 220; PT-HUB-R NOS 720 220
PT-RTAPE m 12 900; PT-AXLE-CNC NOS 62 60; PT-TYRE-28 NOS 550 420; PT-ITUBE-28 NOS 140 450
SF-FRAME-RAW NOS 1145.50 54; SF-FRAME-RED NOS 1578.66 20; SF-WHEEL-F NOS 1524.09 50
SF-WHEEL-R NOS 1713.08 50; FG-CITY-28-RED NOS - 0; PT-CRANK NOS 1250 180; PT-CHAIN NOS 390 200
PT-BRAKE SET 980 190; PT-SADDLE NOS 520 200; PT-SADDLE-ALT NOS 545 30; PT-HBAR NOS 610 190
PT-PEDAL PAIR 260 200; HW-BOLT-M5 NOS 2.25 9000; HW-NUT-M5 NOS 0.80 9000; HW-WASHER-M5 NOS 0.35 12000
CH-GREASE kg 310 25; PK-CARTON NOS 95 300; BY-AL-OFFCUT kg 110 15; KIT-HW-28 NOS - 0
"""
SPOKES = "PT-RIM-700 10; PT-SPOKE-14G 360 2"
PARTS = "PT-CRANK PT-CHAIN PT-BRAKE PT-SADDLE PT-HBAR PT-PEDAL PK-CARTON KIT-HW-28"


def amount(text: str) -> Fraction:
    """A number as the tables have it."""
    return Fraction(Decimal(text))


def lines(text: str) -> list[dict[str, Any]]:
    """Lines: code, quantity, wastage."""
    return [
        {
            "ItemRefId": code,
            "Quantity": amount(quantity),
            "WastagePercent": amount(wastage[0]) if wastage else 0,
        }
        for code, quantity, *wastage in (each.split() for each in text.split("; "))
    ]


def work(*steps: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Operations: set-up, minutes per unit, rate."""
    return [
        {
            "Sequence": 10 * place,
            "Name": f"Step {place}",
            "SetupMinutes": amount(setup),
            "RunMinutesPerUnit": amount(run),
            "CostPerHour": amount(rate),
        }
        for place, (setup, run, rate) in enumerate(steps, 1)
    ]


OFFCUT = {"ItemRefId": "BY-AL-OFFCUT", "Quantity": amount("0.25"), "CostMethod": "FixedRate", "Rate": 110}
BOMS: dict[str, dict[str, Any]] = {
    "SF-FRAME-RAW": {
        "Lines": lines("RM-TUBE-6061 4.2 5; RM-WIRE-5356 0.15 10"),
        "Operations": work(("0", "12", "240"), ("0", "30", "360")),
        "ByProducts": [OFFCUT],
    },
    "SF-FRAME-RED": {
        "Type": "Subcontract",
        "ServiceCostPerUnit": 350,
        "Lines": lines("SF-FRAME-RAW 1; RM-POWDER-RED 0.18 10"),
    },
    "PT-AXLE-CNC": {"Type": "Subcontract", "ServiceCostPerUnit": 24, "Lines": lines("RM-BAR-EN8 0.42 8")},
    "SF-WHEEL-F": {
        "OutputQuantity": 10,
        "Lines": lines(f"{SPOKES}; PT-HUB-F 10; PT-RTAPE 22; PT-AXLE-CNC 10"),
        "Operations": work(("15", "15", "200")),
    },
    "SF-WHEEL-R": {
        "OutputQuantity": 10,
        "Lines": lines(f"{SPOKES}; PT-HUB-R 10; PT-RTAPE 22"),
        "Operations": work(("15", "18", "200")),
    },
    "KIT-HW-28": {
        "Type": "Phantom",
        "Lines": lines("HW-BOLT-M5 24; HW-NUT-M5 24; HW-WASHER-M5 48; CH-GREASE 0.03"),
    },
    "FG-CITY-28-RED": {
        "Lines": lines(
            "SF-FRAME-RED 1; SF-WHEEL-F 1; SF-WHEEL-R 1; PT-TYRE-28 2; PT-ITUBE-28 2; "
            + "; ".join(f"{code} 1" for code in PARTS.split())
        ),
        "Operations": work(("0", "45", "220"), ("0", "10", "220")),
    },
}


def veloma() -> Model:
    """The items with their opening stock, and the BOMs; codes stand for ids."""
    model = Model(date(2026, 6, 15), ["SUP-PCOAT", "SUP-CNC", "SUP-UNREG"])
    for entry in ITEMS.replace("\n", "; ").strip("; ").split("; "):
        code, uom, cost, quantity = entry.split()
        standard = None if cost == "-" else amount(cost)
        model.add_item(ModelItem(code, code, uom, standard, is_stocked=not code.startswith("KIT")))
        if amount(quantity):
            model.stock.receive(code, amount(quantity), amount(quantity) * (standard or 0), "Opening", None)
    for item_id, body in BOMS.items():
        bom = model.boms.written({"Name": item_id, "ItemRefId": item_id, "Status": "Active", **body})
        bom.id = f"BOM of {item_id}"
        model.boms.put(bom)
    return model


class Events:
    """The events of the demo data."""

    def __init__(self) -> None:
        self.model = veloma()

    def play(self) -> None:
        """Everything that moves or reserves stock, in the order of its dates."""
        self.job("SC-0006", "SUP-PCOAT", "SF-FRAME-RED", 10, day="2025-03-10", sent="SF-FRAME-RAW 10")
        self.back("SC-0006", "SF-FRAME-RAW 6")
        self.job(
            "SC-0007",
            "SUP-UNREG",
            "SF-FRAME-RED",
            10,
            day="2026-03-02",
            sent="SF-FRAME-RAW 10; RM-POWDER-RED 1.980",
            rate="362.60",
        )
        self.goods("SC-0007", 10, used="RM-POWDER-RED 1.680")
        self.frames()
        self.job("SC-0004", "SUP-CNC", "PT-AXLE-CNC", 200, day="2026-04-22", sent="RM-BAR-EN8 90.720")
        self.goods("SC-0004", 200, used="RM-BAR-EN8 88.500")
        self.back("SC-0004", "RM-BAR-EN8 2.220")
        self.model.job_work.complete(self.model.job_work.known["SC-0004"], {})
        sent = "SF-FRAME-RAW {0}; RM-POWDER-RED {1}"
        for number, day, ordered in (("SC-0002", "2026-05-04", 20), ("SC-0003", "2026-05-06", 30)):
            materials = sent.format(ordered, Decimal("0.198") * ordered)
            self.job(number, "SUP-PCOAT", "SF-FRAME-RED", ordered, day=day, sent=materials)
        self.goods("SC-0003", 18, rejected=1)
        self.release("WO-0006", "FG-CITY-28-RED", 4)
        self.model.orders.complete(self.model.orders.known["WO-0006"], {"CompletedQuantity": 4})
        self.release("WO-0003", "SF-WHEEL-F", 40)
        self.release("WO-0004", "FG-CITY-28-RED", 5)
        self.release("WO-0009", "SF-WHEEL-R", 20)

    def frames(self) -> None:
        """WO-0005, which needs an inspection."""
        self.release("WO-0005", "SF-FRAME-RAW", 20, InspectionRequired=True)
        order = self.model.orders.known["WO-0005"]
        criterion = {"Name": "Weld", "Type": "PassFail"}
        lot = {"Type": "Final", "LotQuantity": 19, "SampleSize": 1, "Criteria": [criterion]}
        inspection = new_inspection(lot, order.id, "NOS", order.status, [])
        inspection.id, inspection.criteria_ids = "QI-0001", ["weld"]
        inspection.body["Readings"] = [{"CriterionId": "weld", "SampleNumber": 1, "Value": "Pass"}]
        complete_inspection(inspection, {"AcceptedQuantity": 19})
        minutes = [{"Sequence": 10, "ActualMinutes": 250}, {"Sequence": 20, "ActualMinutes": 630}]
        done = {
            "CompletedQuantity": 19,
            "ScrappedQuantity": 1,
            "Operations": minutes,
            "ByProducts": [{"ItemRefId": "BY-AL-OFFCUT", "ActualQuantity": amount("5.2")}],
        }
        self.model.orders.complete(order, done, [inspection])

    def order(self, number: str, item: str, quantity: int, **fields: Any) -> ModelWorkOrder:
        """A work order."""
        body = {"ItemRefId": item, "PlannedQuantity": quantity, **fields}
        order = self.model.orders.written(body, self.model.formulas)
        order.id = number
        self.model.orders.known[number] = order
        return order

    def release(self, number: str, item: str, quantity: int, **fields: Any) -> None:
        """A work order, released."""
        self.model.orders.release(self.order(number, item, quantity, **fields))

    def job(
        self,
        number: str,
        vendor: str,
        item: str,
        ordered: int,
        *,
        day: str,
        sent: str,
        rate: str | None = None,
    ) -> None:
        """A subcontract order, its materials issued."""
        body: dict[str, Any] = {"SubcontractorRefId": vendor, "ItemRefId": item, "OrderedQuantity": ordered}
        if rate is not None:
            body["RatePerUnit"] = amount(rate)
        order = self.model.job_work.written(body, self.model.boms.known)
        order.id = number
        self.model.job_work.known[number] = order
        self.model.job_work.issue(order, {"Materials": _materials(sent), "ChallanDate": day}, number)

    def goods(self, number: str, accepted: Number, *, rejected: Number = 0, used: str = "") -> None:
        """A receipt."""
        body = {"AcceptedQuantity": accepted, "RejectedQuantity": rejected, "Materials": _materials(used)}
        self.model.job_work.receive(self.model.job_work.known[number], body, {})

    def back(self, number: str, materials: str) -> None:
        """A return."""
        self.model.job_work.take_back(self.model.job_work.known[number], {"Materials": _materials(materials)})


def _materials(text: str) -> list[dict[str, Any]]:
    entries = (each.split() for each in text.split("; ") if each)
    return [{"ItemRefId": code, "Quantity": amount(quantity)} for code, quantity in entries]
