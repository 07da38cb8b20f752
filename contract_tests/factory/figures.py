"""The figures of the demo data that must stand after seeding, by entity."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from contract_tests.factory.veloma import amount


class Standing(NamedTuple):
    """Stock of one item; the value where it is told."""

    on_hand: Fraction
    allocated: Fraction
    value: Fraction | None


def _table(text: str) -> dict[str, Standing]:
    found = {}
    for entry in text.replace("\n", "; ").strip("; ").split("; "):
        code, stock, *value = entry.split()
        on_hand, allocated = stock.split("/")
        found[code] = Standing(amount(on_hand), amount(allocated), amount(value[0]) if value else None)
    return found


# Code, on hand / allocated, value.
STOCK: dict[str, dict[str, Standing]] = {
    "ent-veloma-pune": _table("""
RM-TUBE-6061 1111.800/0 200124.00; RM-WIRE-5356 56.700/0 36288.00; RM-POWDER-RED 140.100/0 58842.00
RM-BAR-EN8 711.500/0 61189.00; PT-RIM-700 400/60; PT-SPOKE-14G 16000/2204; PT-HUB-F 220/40; PT-HUB-R 220/20
PT-RTAPE 900/132; PT-AXLE-CNC 260/40 16131.00; PT-TYRE-28 412/10; PT-ITUBE-28 442/10; PT-CRANK 176/5
PT-CHAIN 196/5; PT-BRAKE 186/5; PT-SADDLE 196/5; PT-SADDLE-ALT 30/0; PT-HBAR 186/5; PT-PEDAL 196/5
HW-BOLT-M5 8904/120; HW-NUT-M5 8904/120; HW-WASHER-M5 11808/240; CH-GREASE 24.880/0.150; PK-CARTON 296/5
SF-FRAME-RAW 9/0 10521.15; SF-FRAME-RED 44/5 69849.06; SF-WHEEL-F 46/5; SF-WHEEL-R 46/5
FG-CITY-28-RED 4/0 42603.80; BY-AL-OFFCUT 20.200/0 2222.00; KIT-HW-28 0/0 0
"""),
    "ent-veloma-uk": _table("""
FR-ALU 18/0 3330.00; WH-ALU 56/0 3500.00; KIT-UK 23/0 943.00; BX-UK 38/0 376.20; PT-BELL 15/0 63.00
FG-CITY-28-RED 2/0 751.80
"""),
    "ent-sahyadri-nashik": _table("""
RM-MILK-COW 4000/1000 208000.00; RM-CITRIC 47.900/2 6610.20; RM-MANGO-PULP 1200/0 81600.00
RM-SUGAR 600/0 26700.00; RM-PECTIN 20/0 18400.00; RM-WATER-RO 8000/0 2800.00; PK-TETRA-200 20000/0 42000.00
PK-CASE-40 600/0 10800.00; FG-PANEER 174.600/0 53471.65; BY-WHEY 812/0 974.40; FG-NECTAR-200 0/0 0
CO-CREAM-40 0/0 0; CO-SKIM 0/0 0
"""),
    "ent-sahyadri-gulf": _table("""
BT-PET-500 10000/0 1800.00; CP-28 12000/0 600.00; FG-WATER-500 0/0 0
"""),
}

# Number, state, and, of an inspection, its result.
DOCUMENTS: dict[str, dict[str, str]] = {
    "ent-veloma-pune": {
        "WO-0001": "Draft",
        "WO-0002": "Draft",
        "WO-0003": "InProgress",
        "WO-0004": "InProgress",
        "WO-0005": "Completed",
        "WO-0006": "Completed",
        "WO-0007": "Cancelled",
        "WO-0008": "Cancelled",
        "WO-0009": "InProgress",
        "WO-0010": "Draft",
        "SC-0001": "Draft",
        "SC-0002": "MaterialsIssued",
        "SC-0003": "PartiallyReceived",
        "SC-0004": "Completed",
        "SC-0005": "Cancelled",
        "SC-0006": "MaterialsIssued",
        "SC-0007": "Received",
        "QI-0001": "Completed Passed",
        "QI-0002": "Open Pending",
        "QI-0003": "Completed Failed",
        "QI-0004": "Cancelled Pending",
    },
    "ent-veloma-uk": {"WO-0001": "Draft", "WO-0002": "Completed"},
    "ent-sahyadri-nashik": {
        "WO-0001": "Draft",
        "WO-0002": "InProgress",
        "WO-0003": "Completed",
        "WO-0004": "Cancelled",
        "QI-0001": "Completed Passed",
        "QI-0002": "Completed Failed",
        "RCP-0001": "Active",
        "RCP-0002": "Active",
        "RCP-0003": "Active",
        "RCP-0004": "Draft",
        "RCP-0005": "Archived",
    },
    "ent-sahyadri-gulf": {},
}
