"""Refusals that several rules share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from mock_server.manufacturing.decimals import MAX_AMOUNT, MAX_QUANTITY
from mock_server.refused import Refused

# A message has up to 1000 characters; the rest of the sentence needs some of them.
_ROOM = 700


def refuse_value(pointer: str, message: str) -> NoReturn:
    """Refuses a body member that the schema language cannot judge, in the shape of a validation error."""
    raise Refused(
        "invalid_request",
        "The request does not fit the contract.",
        details=[{"pointer": pointer, "message": message}],
    )


def listed(facts: Sequence[str], between: str = "; ") -> str:
    """Facts in one line, as many as a message has room for, with the number of the others."""
    told = ""
    for place, fact in enumerate(facts):
        longer = f"{told}{between}{fact}" if told else fact
        if len(longer) > _ROOM:
            return f"{told}; and {len(facts) - place} more"
        told = longer
    return told


def too_much(what: str) -> Refused:
    """The refusal of figures that the contract cannot show."""
    return Refused(
        "explosion_too_large", f"{what}: quantities may reach {MAX_QUANTITY}, amounts {MAX_AMOUNT}."
    )


def unknown_item(item_id: str, pointer: str) -> Refused:
    """The refusal of an item id that this entity does not have."""
    return Refused("unknown_reference", f"There is no item {item_id} in this entity.", pointer=pointer)
