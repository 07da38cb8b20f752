"""Which room may import which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Each room, and the rooms of mock_server that it may import. `app` and the commands put all of them together.
ALLOWED = {
    "contract": set(),
    "manufacturing": set(),
    "storage": {"manufacturing"},
    "gateway": {"contract", "storage"},
    "api": {"contract", "gateway", "manufacturing", "storage"},
    "console": {"contract", "gateway"},
    "sandbox": {"api", "contract", "gateway", "manufacturing", "storage", "settings"},
    "settings": set(),
}


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    place = ROOT / "mock_server" / room
    files = [place.with_suffix(".py")] if not place.is_dir() else list(place.rglob("*.py"))
    assert files
    for file in files:
        for name in _imports(file):
            if name.startswith("mock_server."):
                target = name.split(".")[1]
                assert target == room or target in ALLOWED[room], f"{file.relative_to(ROOT)} imports {name}"


def test_the_rules_know_no_http_no_sql_no_clock_and_no_chance() -> None:
    banned = {
        "sqlalchemy",
        "sqlite3",
        "connexion",
        "starlette",
        "flask",
        "random",
        "uuid",
        "time",
        "secrets",
        "os",
    }
    for file in (ROOT / "mock_server" / "manufacturing").rglob("*.py"):
        assert not {name.split(".")[0] for name in _imports(file)} & banned, file


def test_only_the_clock_asks_for_the_time_or_makes_an_id() -> None:
    for file in (ROOT / "mock_server").rglob("*.py"):
        if file.name == "clock.py":
            continue
        text = file.read_text()
        assert "datetime.now(" not in text, file
        assert "uuid4(" not in text, file


def test_the_contract_tests_import_nothing_of_the_server() -> None:
    for file in (ROOT / "contract_tests").rglob("*.py"):
        assert not [name for name in _imports(file) if name.startswith("mock_server")], file


@pytest.mark.parametrize("folder", ["mock_server", "contract_tests", "tests"])
def test_no_module_is_longer_than_a_reader_can_hold(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        assert len(file.read_text().splitlines()) <= 400, file
