"""The page of the rules and the ids that are cited agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mock_server.manufacturing.documents import Lifecycle
from mock_server.manufacturing.formulas import lifecycle
from mock_server.manufacturing.inspections import commands as inspection_commands
from mock_server.manufacturing.subcontract_orders import states as subcontract_states
from mock_server.manufacturing.work_orders import states as work_order_states

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"
CITING = (
    "mock_server",
    "openapi",
    "contract_tests",
    "tests",
    "scripts",
    "docs",
    "README.md",
    "CONTRIBUTING.md",
)
TESTS = ("tests/", "contract_tests/")
ID = re.compile(r"(?<![\w-])(?:INV-[A-Z]\d+|DEC-\d+|N-\d+)(?!\w)")
ROW = re.compile(rf"^\| ({ID.pattern}) \| \S.* \|$", re.MULTILINE)


def faults(page: str, sources: Mapping[str, str]) -> list[str]:
    """Each id that is cited and not on the page, that stands there twice, and that no test cites."""
    defined = ROW.findall(page)
    cited = {name: set(ID.findall(text)) for name, text in sources.items()}
    tested = {each for name, ids in cited.items() if name.startswith(TESTS) for each in ids}
    unknown = [f"{name} cites {each}" for name, ids in cited.items() for each in sorted(ids - set(defined))]
    twice = [f"{each} stands twice" for each in sorted(set(defined)) if defined.count(each) > 1]
    untested = [f"no test cites {each}" for each in sorted(set(defined) - tested)]
    return [*unknown, *twice, *untested]


def _sources() -> dict[str, str]:
    own = {PAGE, Path(__file__).resolve()}
    found: dict[str, str] = {}
    for name in CITING:
        start = ROOT / name
        files = [start] if start.is_file() else start.rglob("*")
        for file in files:
            if file.suffix in {".py", ".yaml", ".md"} and file not in own:
                found[file.relative_to(ROOT).as_posix()] = file.read_text(encoding="utf-8")
    return found


def test_each_id_that_is_cited_is_on_the_page_and_each_on_the_page_is_cited_by_a_test() -> None:
    assert faults(PAGE.read_text(encoding="utf-8"), _sources()) == []


def test_an_id_that_nobody_has_defined_is_found() -> None:
    assert faults("| DEC-1 | a | b |", {"mock_server/x.py": "# DEC-2", "tests/x.py": "# DEC-1"}) == [
        "mock_server/x.py cites DEC-2"
    ]


def test_an_id_that_no_test_cites_is_found() -> None:
    assert faults("| INV-A1 | a | b |", {"mock_server/x.py": "# INV-A1"}) == ["no test cites INV-A1"]


def test_an_id_that_is_defined_twice_is_found() -> None:
    page = "| N-1 | a |\n| N-1 | b |"
    assert faults(page, {"contract_tests/x.py": "# N-1"}) == ["N-1 stands twice"]


def test_a_row_that_says_nothing_defines_nothing() -> None:
    assert faults("| N-1 |  |", {"tests/x.py": "# N-1"}) == ["tests/x.py cites N-1"]


LIFECYCLES: dict[str, Lifecycle[Any]] = {
    "BOM": lifecycle.LIFECYCLE,
    "Work order": work_order_states.LIFECYCLE,
    "Quality inspection": inspection_commands.LIFECYCLE,
    "Subcontract order": subcontract_states.LIFECYCLE,
}


@pytest.mark.parametrize("resource", LIFECYCLES)
def test_the_states_on_the_page_are_those_of_the_rules(resource: str) -> None:
    table = PAGE.read_text(encoding="utf-8").partition(f"\n### {resource}\n")[2].partition("\n### ")[0]
    rows = [re.split(r" *\| *", line)[1:3] for line in table.splitlines() if line.startswith("| ")]
    told = {
        (action, state)
        for states, actions in rows
        for action in actions.split(", ")
        for state in states.split(", ")
    }
    known = LIFECYCLES[resource].transitions
    actions = {action for action, _ in known}
    assert {each for each in told if each[0] in actions} == {
        (action, str(state)) for action, ways in known for state in ways
    }
