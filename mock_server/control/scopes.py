"""Scopes in bodies of the control plane."""

from __future__ import annotations

from mock_server.refused import Refused


def check_scopes(known: list[str], scopes: list[str]) -> None:
    """Refuses the first one that the contract does not know."""
    for place, scope in enumerate(scopes):
        if scope not in known:
            raise Refused(
                "unknown_scope",
                f"{scope[:64]} is no scope of the contract.",
                pointer=f"/scopes/{place}",
            )
