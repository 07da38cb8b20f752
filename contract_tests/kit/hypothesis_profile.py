"""How Hypothesis runs in every test of the project."""

from __future__ import annotations

from hypothesis import settings

_NAME = "project"


def load_profile() -> None:
    """Lets an example take as long as it takes: how busy a machine is, is no failure."""
    settings.register_profile(_NAME, deadline=None)
    settings.load_profile(_NAME)
