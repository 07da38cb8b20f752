"""Refusals that several rules share."""

from __future__ import annotations

from typing import NoReturn

from mock_server.manufacturing.decimals import MAX_AMOUNT, MAX_QUANTITY
from mock_server.refused import Refused


def refuse_value(pointer: str, message: str) -> NoReturn:
    """Refuses a body member that the schema language cannot judge, in the shape of a validation error."""
    raise Refused(
        "invalid_request",
        "The request does not fit the contract.",
        details=[{"pointer": pointer, "message": message}],
    )


def too_much(what: str) -> Refused:
    """The refusal of figures that the contract cannot show."""
    return Refused(
        "explosion_too_large", f"{what}: quantities may reach {MAX_QUANTITY}, amounts {MAX_AMOUNT}."
    )


def unknown_item(item_id: str, pointer: str) -> Refused:
    """The refusal of an item id that this entity does not have."""
    return Refused("unknown_reference", f"There is no item {item_id} in this entity.", pointer=pointer)
