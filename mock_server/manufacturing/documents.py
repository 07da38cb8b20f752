"""Numbers and external references of documents: never the same for two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mock_server.manufacturing.refusals import Refused


class Referenced(Protocol):
    """A document that may carry the client's own key."""

    @property
    def id(self) -> str: ...
    @property
    def external_reference(self) -> str | None: ...


def next_free_number(following: Callable[[], str], is_taken: Callable[[str], bool]) -> str:
    """The next generated number that no client has chosen before."""
    number = following()
    while is_taken(number):
        number = following()
    return number


def check_reference_free(
    kind: str,
    document: Referenced,
    before: Referenced | None,
    is_taken: Callable[[str, str | None], bool],
) -> None:
    """Refuses an external reference that another document of its kind in the entity has. Source: assumed."""
    reference = document.external_reference
    if reference is None or (before is not None and before.external_reference == reference):
        return
    if is_taken(reference, None if before is None else document.id):
        raise Refused(
            "duplicate_number",
            f"Another {kind} in this entity has the external reference {reference}.",
            pointer="/ExternalReference",
        )
