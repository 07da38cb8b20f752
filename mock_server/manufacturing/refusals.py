"""The one exception by which a rule says no."""

from __future__ import annotations

from typing import Any, NoReturn

from mock_server.manufacturing.decimals import MAX_AMOUNT, MAX_QUANTITY


class Refused(Exception):
    """A command or query that a rule forbids; nothing may be written once it is raised.

    `code` is an error code of the contract, which alone knows the status. `details` are further members of
    the error envelope; a trailing underscore keeps a name clear of a keyword (`from_` is sent as `from`).
    `pointer`, where known, is the JSON pointer of the body member at fault.
    """

    def __init__(self, code: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details: dict[str, Any] = {name.rstrip("_"): value for name, value in details.items()}

    def __repr__(self) -> str:
        return f"Refused({self.code!r}, {self.message!r})"


def refuse_value(pointer: str, message: str) -> NoReturn:
    """Refuses a body member that the schema language cannot judge, in the shape of a validation error."""
    raise Refused(
        "invalid_request",
        "The request does not fit the contract.",
        details=[{"pointer": f"/body{pointer}", "message": message}],
    )


def too_much(what: str) -> Refused:
    """The refusal of figures that the contract cannot show."""
    return Refused(
        "explosion_too_large", f"{what}: quantities may reach {MAX_QUANTITY}, amounts {MAX_AMOUNT}."
    )


def unknown_item(item_id: str, pointer: str) -> Refused:
    """The refusal of an item id that this entity does not have."""
    return Refused("unknown_reference", f"There is no item {item_id} in this entity.", pointer=pointer)
