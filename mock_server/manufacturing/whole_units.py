"""Items that are counted in whole pieces."""

from __future__ import annotations

from decimal import Decimal

from mock_server.manufacturing.decimals import is_whole, is_whole_unit, shown
from mock_server.manufacturing.refusals import Refused


def check_whole(code: str, uom: str, quantity: Decimal, pointer: str | None = None) -> None:
    """Refuses a fraction of a whole unit (`fractional_quantity`); `pointer` names the member at fault."""
    if is_whole_unit(uom) and not is_whole(quantity):
        details = {"pointer": pointer} if pointer is not None else {}
        message = f"{code} is counted in {uom}: {shown(quantity)} is not a whole number."
        raise Refused("fractional_quantity", message, **details)
