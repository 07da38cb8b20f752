"""Random BOM graphs: a few bought parts, and assemblies that consume parts and assemblies before them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from mock_server.manufacturing import boms
from mock_server.manufacturing.formulas import Bom
from tests.manufacturing.book import MemoryBook

PARTS = ("P0", "P1", "P2", "P3", "P4")
ASSEMBLIES = ("A0", "A1", "A2", "A3", "A4", "A5")
WHOLE_PARTS = ("P0", "P1")

quantities = st.decimals(min_value=1, max_value=40, places=3)
percents = st.integers(0, 25).map(Decimal)
orders = st.integers(1, 500)


@dataclass
class Graph:
    """Create bodies by assembly, in an order that need not be the order of the levels."""

    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)

    def book(self) -> MemoryBook:
        book = new_book()
        for body in self.bodies.values():
            boms.create(book, body)
        return book

    def bom(self, book: MemoryBook, code: str) -> Bom:
        found = book.boms.active(code)
        assert found is not None
        return found


def new_book() -> MemoryBook:
    """A book with all the items of the graphs, and a co-product to take credits."""
    book = MemoryBook(Decimal(20))
    for index, code in enumerate(PARTS):
        uom = "NOS" if code in WHOLE_PARTS else "kg"
        book.add(code, uom, f"{index + 1}.37", scrap_percentage=Decimal(index))
    for code in ASSEMBLIES:
        book.add(code, "kg", "5.5")
    book.add("BY", "kg", "1")
    return book


@st.composite
def line_bodies(draw: st.DrawFn, choices: tuple[str, ...], *, fixed: bool) -> dict[str, Any]:
    code = draw(st.sampled_from(choices))
    line: dict[str, Any] = {
        "ItemRefId": code,
        "Quantity": draw(st.integers(1, 40) if code in WHOLE_PARTS else quantities),
        "WastagePercent": draw(percents),
    }
    if fixed and draw(st.integers(0, 3)) == 0:
        line["IsFixedQuantity"] = True
    return line


@st.composite
def bodies(
    draw: st.DrawFn, code: str, *, fixed: bool = True, shares: bool = False, phantoms: bool = True
) -> dict[str, Any]:
    """A create body for an Active BOM of an assembly, from parts and the assemblies before it."""
    choices = PARTS + ASSEMBLIES[: ASSEMBLIES.index(code)]
    is_phantom = phantoms and draw(st.integers(0, 2)) == 0
    body: dict[str, Any] = {
        "Name": code,
        "ItemRefId": code,
        "Status": "Active",
        "OutputQuantity": draw(st.integers(1, 20)),
        "Lines": draw(st.lists(line_bodies(choices, fixed=fixed), min_size=1, max_size=4)),
        "OverheadPercent": draw(st.integers(0, 40)),
        "OtherOverhead": draw(st.integers(0, 50)),
    }
    if is_phantom:
        body["Type"] = "Phantom"
    if draw(st.booleans()):
        body["Operations"] = [
            {
                "Sequence": 1,
                "Name": "Assemble",
                "SetupMinutes": draw(st.integers(0, 30)) if fixed else 0,
                "RunMinutesPerUnit": draw(st.integers(0, 30)),
                "CostPerHour": draw(st.integers(0, 300)),
            }
        ]
    if draw(st.booleans()):
        credit: dict[str, Any] = {"ItemRefId": "BY", "Quantity": Decimal("0.1")}
        if shares and not is_phantom and draw(st.booleans()):
            credit |= {"CostMethod": "CostSharePercent", "CostSharePercent": draw(st.integers(0, 60))}
        else:
            credit |= {"CostMethod": "FixedRate", "Rate": draw(st.integers(0, 5))}
        body["ByProducts"] = [credit]
    return body


@st.composite
def graphs(draw: st.DrawFn, *, fixed: bool = True, shares: bool = False, phantoms: bool = True) -> Graph:
    """Active BOMs for some assemblies, created in any order, so that roll-ups must travel upwards too."""
    count = draw(st.integers(1, len(ASSEMBLIES)))
    made = {
        code: draw(bodies(code, fixed=fixed, shares=shares, phantoms=phantoms)) for code in ASSEMBLIES[:count]
    }
    order = draw(st.permutations(list(made)))
    return Graph({code: made[code] for code in order})
