"""`scripts/check`: which operations it takes, and what it refuses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts import quick
from scripts.checks import Report


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_it_takes_the_operations_that_differ_from_the_last_commit(tmp_path: Path) -> None:
    folder = tmp_path / "openapi" / "resources" / "boms" / "operations"
    folder.mkdir(parents=True)
    for name in ("getBom", "listBoms", "updateBom"):
        (folder / f"{name}.yaml").write_text("operationId: x\n")
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "Begin")
    assert quick.changed_operations(tmp_path) == []
    (folder / "getBom.yaml").write_text("operationId: y\n")
    (folder / "createBom.yaml").write_text("operationId: z\n")
    (folder / "listBoms.yaml").unlink()
    assert quick.changed_operations(tmp_path) == ["createBom", "getBom"]


def test_outside_of_a_repository_nothing_has_changed(tmp_path: Path) -> None:
    assert quick.changed_operations(tmp_path) == []


def test_an_operation_that_is_not_in_the_contract_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quick, "contract_reports", lambda: [Report("build"), Report("house rules")])
    assert quick.main(["getBoom"]) == 2
    assert capsys.readouterr().err == "The contract has no operation getBoom.\n"


def test_it_stops_where_the_contract_is_faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "contract_reports", lambda: [Report("build", ["a.yaml:1: no"])])
    assert quick.main([]) == 1
