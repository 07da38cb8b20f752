"""Whether a run of the contract tests is a whole one."""

from __future__ import annotations

from pathlib import Path

import pytest

_FOLDER = Path(__file__).parent
# They need PostgreSQL, and reach no answer that others do not.
_OF_SEVERAL = "many_servers"
LAST = "contract_tests/test_reached.py"


def put_last(items: list[pytest.Item]) -> None:
    """Moves what looks back at the run to its end."""
    items.sort(key=lambda item: item.nodeid.startswith(LAST))


def partial_run(session: pytest.Session) -> str | None:
    """Why a run has not seen every answer that the tests reach; None for a whole one."""
    option = session.config.option
    if option.base_url is not None or option.read_only or option.stage != "preview":
        return "another server, one that is only read or that of a stage need not reach every answer"
    if option.keyword or option.markexpr or getattr(option, "deselect", None):
        return "this run leaves tests out by their names; only a whole run has reached every answer"
    ran = {item.path for item in session.items}
    wanted = (file for file in _FOLDER.rglob("test_*.py") if _OF_SEVERAL not in file.parent.parts)
    missing = sorted(file for file in wanted if file not in ran)
    if missing:
        some = missing[0].relative_to(_FOLDER.parent).as_posix()
        return f"this run has no {some}, among others; only a whole run has reached every answer"
    return None
