"""Which module may import which; a planted breach of each rule is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import faults

ROOT = Path(__file__).resolve().parents[1]

FACES = {
    "mock_server": "",
    "mock_server/contract": "",
    "mock_server/gateway": "",
    "mock_server/manufacturing": "from mock_server.manufacturing.units import is_whole\n",
    "mock_server/manufacturing/stock": "from mock_server.manufacturing.stock.ledger import Ledger\n",
    "mock_server/manufacturing/formulas": "",
    "mock_server/manufacturing/work_orders": "",
    "contract_tests": "",
    "scripts": "",
    "scripts/contract": "",
}
MODULES = {
    "mock_server/manufacturing/units.py": "def is_whole(): ...\n",
    "mock_server/manufacturing/stock/ledger.py": "class Ledger: ...\n",
}
BREACHES = {
    "past a face": ("mock_server/api.py", "from mock_server.manufacturing.stock.ledger import Ledger"),
    "what no face hands on": ("scripts/x.py", "from mock_server.manufacturing.stock import Stock"),
    "a relative import": ("mock_server/gateway/gate.py", "from .answers import Answer"),
    "a sibling": (
        "mock_server/manufacturing/formulas/lines.py",
        "from mock_server.manufacturing.stock import Ledger",
    ),
    "a part above its own vocabulary": (
        "mock_server/manufacturing/units.py",
        "from mock_server.manufacturing.stock import Ledger",
    ),
    "a package above": ("mock_server/contract/document.py", "from mock_server import gateway"),
    "the ground": ("mock_server/clock.py", "from mock_server.manufacturing import is_whole"),
    "scripts in the server": ("mock_server/gateway/gate.py", "from scripts import contract"),
    "the server in the kit": ("contract_tests/client.py", "from mock_server.manufacturing import is_whole"),
    "the workshop in the kit": ("contract_tests/client.py", "from scripts import contract"),
    "the server in the workshop": (
        "scripts/contract/build.py",
        "from mock_server.manufacturing import is_whole",
    ),
    "a face that defines": ("mock_server/gateway/__init__.py", '"""Says."""\n\nLIMIT = 3'),
    "a face without a word": ("mock_server/gateway/__init__.py", ""),
    "a face that is too long": (
        "mock_server/gateway/__init__.py",
        '"""Says."""\n' + "from mock_server.gateway.answers import Answer\n" * 30,
    ),
    "a circle": ("mock_server/manufacturing/stock/ledger.py", "from mock_server.manufacturing import stock"),
    "an import for types alone": ("mock_server/gateway/gate.py", "from typing import TYPE_CHECKING"),
    "chance in the rules": ("mock_server/manufacturing/stock/ledger.py", "import random"),
    "the time of day": ("mock_server/gateway/gate.py", "now = datetime.now()"),
    "a long module": ("mock_server/gateway/gate.py", "x = 1\n" * 251),
}


def _planted(root: Path) -> None:
    for package, hands_on in FACES.items():
        (root / package).mkdir(parents=True, exist_ok=True)
        (root / package / "__init__.py").write_text(f'"""Says what it is for."""\n\n{hands_on}')
    for file, text in MODULES.items():
        (root / file).write_text(text)


def test_every_import_is_one_that_the_rules_allow() -> None:
    assert faults(ROOT) == []


def test_a_small_tree_that_keeps_the_rules_has_no_fault(tmp_path: Path) -> None:
    _planted(tmp_path)
    assert faults(tmp_path) == []


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_found(tmp_path: Path, breach: str) -> None:
    _planted(tmp_path)
    file, text = BREACHES[breach]
    (tmp_path / file).write_text(f"{text}\n")
    assert faults(tmp_path)


def test_a_package_of_more_modules_than_a_reader_can_hold_is_found(tmp_path: Path) -> None:
    _planted(tmp_path)
    for number in range(16):
        (tmp_path / f"mock_server/gateway/part{number}.py").write_text("x = 1\n")
    assert faults(tmp_path) == ["mock_server.gateway: 16 modules, more than 15"]
