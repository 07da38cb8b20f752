"""The one exception by which a guard or a rule says no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """A request that is refused; nothing may be written once it is raised.

    `code` is an error code of the contract, which alone knows the status and the usual text: `message`
    replaces that, `values` fill its template. `details` are further members of the error envelope; a
    trailing underscore keeps a name clear of a keyword (`from_` is sent as `from`), and what is None is
    left out. `headers` are sent beside the usual ones.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        values: Mapping[str, object] | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
        **details: Any,
    ) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.values = values
        self.headers = headers
        self.details: dict[str, Any] = {
            name.rstrip("_"): value for name, value in details.items() if value is not None
        }

    def __repr__(self) -> str:
        return f"Refused({self.code!r}, {self.message!r})"
