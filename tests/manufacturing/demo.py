"""The items and BOMs of the demonstration entities, as a book in memory."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mock_server.manufacturing import boms, recipes
from mock_server.manufacturing.formulas import Bom, Recipe
from tests.manufacturing.book import MemoryBook

_PUNE_ITEMS = """
RM-TUBE-6061 m 180|RM-WIRE-5356 kg 640|RM-POWDER-RED kg 420|RM-BAR-EN8 kg 86|PT-RIM-700 NOS 650
PT-SPOKE-14G NOS 6.50|PT-HUB-F NOS 480|PT-HUB-R NOS 720|PT-RTAPE m 12|PT-AXLE-CNC NOS 62|PT-TYRE-28 NOS 550
PT-ITUBE-28 NOS 140|SF-FRAME-RAW NOS 1145.50|SF-FRAME-RED NOS 1578.66|FG-CITY-28-RED NOS -|PT-CRANK NOS 1250
PT-CHAIN NOS 390|PT-BRAKE SET 980|PT-SADDLE NOS 520|PT-SADDLE-ALT NOS 545|PT-HBAR NOS 610|PT-PEDAL PAIR 260
HW-BOLT-M5 NOS 2.25|HW-NUT-M5 NOS 0.80|HW-WASHER-M5 NOS 0.35|CH-GREASE kg 310|PK-CARTON NOS 95
SF-WHEEL-F NOS 1524.09|SF-WHEEL-R NOS 1713.08|BY-AL-OFFCUT kg 110
"""

_BICYCLE = (
    "SF-FRAME-RED 1|SF-WHEEL-F 1|SF-WHEEL-R 1|PT-TYRE-28 2|PT-ITUBE-28 2|PT-CRANK 1|PT-CHAIN 1|PT-BRAKE 1"
    "|PT-SADDLE 1|PT-HBAR 1|PT-PEDAL 1|PK-CARTON 1|KIT-HW-28 1"
)
_FRONT_WHEEL = "PT-RIM-700 10|PT-SPOKE-14G {} 2|PT-HUB-F 10|PT-RTAPE 22|PT-AXLE-CNC 10"


def body(code: str, lines: str, *operations: str, **members: Any) -> dict[str, Any]:
    """A create body; lines are `item quantity [wastage]`, operations `set-up run rate`."""
    written = []
    for line in lines.split("|"):
        item, quantity, *wastage = line.split()
        written.append({"ItemRefId": item, "Quantity": Decimal(quantity)})
        if wastage:
            written[-1]["WastagePercent"] = Decimal(wastage[0])
    steps = []
    for index, operation in enumerate(operations):
        setup, run, rate = map(Decimal, operation.split())
        steps.append(
            {
                "Sequence": index + 1,
                "Name": f"Step {index + 1}",
                "SetupMinutes": setup,
                "RunMinutesPerUnit": run,
                "CostPerHour": rate,
            }
        )
    return {
        "Name": code,
        "ItemRefId": code,
        "Status": "Active",
        "Lines": written,
        "Operations": steps,
        **members,
    }


def pune() -> tuple[MemoryBook, dict[str, Bom]]:
    """Entity E1, a bicycle maker, with its BOMs by `number version`."""
    book = MemoryBook(Decimal(20))
    for entry in _PUNE_ITEMS.replace("\n", "|").strip("|").split("|"):
        code, uom, cost = entry.split()
        book.add(code, uom, None if cost == "-" else cost)
    book.add("KIT-HW-28", track_inventory=False)
    book.add("FG-OBSOLETE", is_active=False)
    made: dict[str, str] = {}

    def make(number: str, version: str, request: dict[str, Any], *, archived: bool = False) -> None:
        bom = boms.create(book, {"BomNumber": number, "Version": version, **request})
        made[f"{number} {version}"] = bom.id
        if archived:
            boms.archive(book, [bom.id])

    subcontract: dict[str, Any] = {"Type": "Subcontract"}
    axle = body("PT-AXLE-CNC", "RM-BAR-EN8 0.42 8", **subcontract, ServiceCostPerUnit=24)
    # First: an archived BOM keeps the costs of its last day, and the archived wheel has this axle.
    make("BOM-0007", "1", axle)
    offcut = {
        "ItemRefId": "BY-AL-OFFCUT",
        "Quantity": Decimal("0.25"),
        "CostMethod": "FixedRate",
        "Rate": 110,
    }
    frame = body("SF-FRAME-RAW", "RM-TUBE-6061 4.2 5|RM-WIRE-5356 0.15 10", "0 12 240", "0 30 360")
    make("BOM-0001", "1", {**frame, "ByProducts": [offcut]})
    make(
        "BOM-0002",
        "1",
        body("SF-FRAME-RED", "SF-FRAME-RAW 1|RM-POWDER-RED 0.18 10", **subcontract, ServiceCostPerUnit=350),
    )
    front = {"OutputQuantity": 10}
    make(
        "BOM-0003",
        "1",
        body("SF-WHEEL-F", _FRONT_WHEEL.format(320), "15 15 200", **front),
        archived=True,
    )
    make("BOM-0003", "2", body("SF-WHEEL-F", _FRONT_WHEEL.format(360), "15 15 200", **front))
    make(
        "BOM-0004",
        "1",
        body(
            "SF-WHEEL-R",
            "PT-RIM-700 10|PT-SPOKE-14G 360 2|PT-HUB-R 10|PT-RTAPE 22",
            "15 18 200",
            OutputQuantity=10,
        ),
    )
    kit = "HW-BOLT-M5 24|HW-NUT-M5 24|HW-WASHER-M5 48|CH-GREASE 0.03"
    make("BOM-0005", "1", body("KIT-HW-28", kit, Type="Phantom"))
    bicycle = body("FG-CITY-28-RED", _BICYCLE, "0 45 220", "0 10 220")
    make("BOM-0006", "2", bicycle, archived=True)
    make("BOM-0006", "3", {**bicycle, "EffectiveFrom": "2026-04-01"})
    make("BOM-0006", "4", {**bicycle, "Status": "Draft", "EffectiveFrom": "2026-10-01"})
    return book, {name: book.boms[bom_id] for name, bom_id in made.items()}


def uk() -> tuple[MemoryBook, Bom]:
    """Entity E2, which assembles bicycles from bought frames."""
    book = MemoryBook()
    for entry in "FR-ALU 185.00|WH-ALU 62.50|KIT-UK 41.00|BX-UK 9.90|PT-BELL 4.20|FG-CITY-28-RED 0".split(
        "|"
    ):
        code, cost = entry.split()
        book.add(code, "NOS", cost)
    lines = "FR-ALU 1|WH-ALU 2|KIT-UK 1|BX-UK 1"
    return book, boms.create(book, body("FG-CITY-28-RED", lines, "0 50 18"))


_NASHIK_ITEMS = """
RM-MILK-COW L 52|RM-CITRIC kg 138|RM-MANGO-PULP kg 68|RM-SUGAR kg 44.50|RM-PECTIN kg 920|RM-WATER-RO L 0.35
PK-TETRA-200 NOS 2.10|PK-CASE-40 NOS 18|FG-PANEER kg -|BY-WHEY L -|FG-NECTAR-200 NOS -|CO-SKIM L -
"""


def recipe_body(code: str, batch: int, ingredients: str, *operations: str, **members: Any) -> dict[str, Any]:
    """A create body; ingredients are `item quantity [wastage]` or `item share%`, work `minutes rate`."""
    written = []
    for each in ingredients.split("|"):
        item, figure, *wastage = each.split()
        if figure.endswith("%"):
            written.append({"ItemRefId": item, "Basis": "PercentOfBatch", "Percent": Decimal(figure[:-1])})
        else:
            written.append({"ItemRefId": item, "Basis": "PerBatch", "Quantity": Decimal(figure)})
        if wastage:
            written[-1]["WastagePercent"] = Decimal(wastage[0])
    steps = []
    for index, operation in enumerate(operations):
        minutes, rate = map(Decimal, operation.split())
        steps.append(
            {
                "Sequence": index + 1,
                "Name": f"Step {index + 1}",
                "MinutesPerBatch": minutes,
                "CostPerHour": rate,
            }
        )
    return {
        "Name": code,
        "ItemRefId": code,
        "Status": "Active",
        "BatchSize": batch,
        "Ingredients": written,
        "Operations": steps,
        **members,
    }


def nashik() -> tuple[MemoryBook, dict[str, Recipe]]:
    """Entity E3, a dairy, with its recipes by number."""
    book = MemoryBook(Decimal(25))
    for entry in _NASHIK_ITEMS.replace("\n", "|").strip("|").split("|"):
        code, uom, cost = entry.split()
        book.add(code, uom, None if cost == "-" else cost)
    book.add("CO-CREAM-40", "kg", selling_price=Decimal(260))
    made: dict[str, str] = {}

    def make(number: str, request: dict[str, Any], *, archived: bool = False) -> None:
        recipe = recipes.create(book, {"RecipeNumber": number, **request})
        made[number] = recipe.id
        if archived:
            recipes.archive(book, [recipe.id])

    whey = {"ItemRefId": "BY-WHEY", "Quantity": 800, "CostMethod": "FixedRate", "Rate": Decimal("1.20")}
    paneer = recipe_body("FG-PANEER", 180, "RM-MILK-COW 1000|RM-CITRIC 2", "240 180")
    make(
        "RCP-0001",
        {**paneer, "Version": "2", "OtherOverhead": 1200, "InspectionRequired": True, "ByProducts": [whey]},
    )
    litres: dict[str, Any] = {"BatchUom": "L", "ExpectedYieldPercent": 97, "OutputPerBatchUnit": 5}
    nectar = (
        "RM-MANGO-PULP 216|RM-SUGAR 93|RM-CITRIC 3|RM-PECTIN 2|RM-WATER-RO 686"
        "|PK-TETRA-200 4850 1|PK-CASE-40 121.25"
    )
    make(
        "RCP-0002",
        recipe_body("FG-NECTAR-200", 1000, nectar, "480 180", **litres, OtherOverhead=Decimal("1788.30")),
    )
    skim = {"ItemRefId": "CO-SKIM", "Quantity": 905, "Kind": "CoProduct"}
    skim |= {"CostMethod": "SalesValue", "SalesPrice": 38}
    make("RCP-0003", recipe_body("CO-CREAM-40", 80, "RM-MILK-COW 1000", "240 180", ByProducts=[skim]))
    shares = "RM-MANGO-PULP 21.6%|RM-SUGAR 9.3%|RM-CITRIC 0.3%|RM-PECTIN 0.2%|RM-WATER-RO 68.6%"
    limits: dict[str, Any] = {"MinBatch": 500, "MaxBatch": 2000, "BatchMultiple": 250}
    make("RCP-0004", recipe_body("FG-NECTAR-200", 1000, shares, **litres, **limits, Status="Draft"))
    old = recipe_body("FG-PANEER", 150, "RM-MILK-COW 1000|RM-CITRIC 2.5", Status="Draft")
    make("RCP-0005", old, archived=True)
    return book, {number: book.recipes[recipe_id] for number, recipe_id in made.items()}
