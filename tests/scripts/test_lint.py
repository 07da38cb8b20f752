from __future__ import annotations

from pathlib import Path

import pytest

from scripts import checks as lint
from scripts.checks import Report, command_faults, prance_faults, validator_faults
from scripts.contract import bundle
from scripts.contract.downconvert import to_30
from scripts.contract.sources import plain
from tests.scripts.trees import OPERATION, tree


def test_a_valid_document_has_no_faults_in_either_form(tmp_path: Path) -> None:
    document = plain(bundle(tree(tmp_path)))
    assert validator_faults(document) == []
    assert validator_faults(to_30(document)) == []


def test_the_validator_names_the_place_of_a_fault(tmp_path: Path) -> None:
    document = plain(bundle(tree(tmp_path)))
    del document["paths"]["/boms"]["get"]["responses"]["200"]["description"]
    assert any("#/paths" in fault for fault in validator_faults(to_30(document)))


def test_prance_resolves_a_tree_with_a_recursive_schema(tmp_path: Path) -> None:
    bom = "type: object\nproperties:\n  Parent:\n    $ref: Bom.yaml\n"
    assert prance_faults(tree(tmp_path, {"resources/boms/schemas/Bom.yaml": bom}) / "openapi.yaml") == []


def test_prance_finds_a_broken_reference(tmp_path: Path) -> None:
    changes = {"resources/boms/operations/listBoms.yaml": OPERATION.replace("Bom.yaml", "No.yaml")}
    assert prance_faults(tree(tmp_path, changes) / "openapi.yaml")


def test_a_command_that_fails_gives_its_output() -> None:
    assert command_faults(["sh", "-c", "echo no; exit 1"]) == ["no"]
    assert command_faults(["sh", "-c", "echo fine"]) == []


def test_a_faulty_contract_stops_at_the_build(tmp_path: Path) -> None:
    root = tree(tmp_path, {"resources/boms/schemas/Bom.yaml": "type: [\n"})
    reports = lint.lint(root, tmp_path / "out")
    assert [report.step for report in reports] == ["build"]
    assert reports[0].faults


def test_a_linter_that_is_not_installed_is_skipped_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lint, "PROJECT", tmp_path)
    report = lint._node("redocly", lambda tool: [tool])
    assert str(report) == "skipped  redocly: Node.js is not here. It runs in CI."


def test_a_program_that_is_not_here_is_skipped_in_words() -> None:
    report = lint._program("no-such-program", "no such step", [])
    assert (
        str(report) == "skipped  no such step: There is no no-such-program for this machine. It runs in CI."
    )


def test_every_command_of_the_project_is_a_shell_script_that_says_how_it_is_used() -> None:
    commands = {file.name: file.read_text() for file in lint.shell_scripts()}
    assert {"_setup", "serve", "test", "lint", "check", "new", "run"} <= set(commands)
    for name, text in commands.items():
        first, second = text.splitlines()[:2]
        assert first in {"#!/usr/bin/env bash", "# shellcheck shell=bash"}, name
        assert second.startswith("# "), name


def test_a_report_lists_its_faults_below_its_step() -> None:
    assert str(Report("ruff", ["a.py:1: x"])).splitlines() == ["faulty   ruff", "a.py:1: x"]
    assert str(Report("ruff")) == "ok       ruff"
