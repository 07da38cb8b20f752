"""What `scripts/generators` looks at in the work of tools: faults are found, what is absent is told."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.clients import proofs, tools
from scripts.clients.proofs import attempt, made_up
from scripts.clients.tools import Absent, Failed, Outcome, node_folder, run
from scripts.clients.traffic import Exchange, write
from scripts.clients.validators import schema
from scripts.contract import SERVED


@pytest.mark.parametrize(
    "name", ["by_product_write_type_0.py", "cost_method1.py", "WorkOrderAnyOf.ts", "data_inner.py"]
)
def test_a_name_that_a_generator_made_up_is_found(tmp_path: Path, name: str) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "bom.py").touch()
    assert made_up(tmp_path) == 1
    (models / name).touch()
    with pytest.raises(Failed, match=name):
        made_up(tmp_path)


def test_a_command_that_fails_fails_the_proof_with_its_output() -> None:
    def fails() -> str:
        return run([sys.executable, "-c", "print('why'); raise SystemExit(3)"], Path.cwd())

    outcome = attempt("It", fails)
    assert outcome.faults == [f"{Path(sys.executable).name} ends with 3:", "why"]
    assert str(outcome).startswith("faulty   It")


def test_what_needs_node_is_left_out_in_words_where_it_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    outcome = attempt("It", lambda: str(node_folder()))
    assert outcome == Outcome("It", skipped="Node.js is not here. It runs in CI.")
    assert str(outcome) == "skipped  It: Node.js is not here. It runs in CI."


def test_a_warning_that_is_not_known_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    known = f"[main] WARN  {proofs.KNOWN[0]}"
    told = [known]
    monkeypatch.setattr(proofs, "python_tool", lambda name: name)
    monkeypatch.setattr(proofs, "run", lambda *command: "\n".join(told))
    monkeypatch.setattr(proofs, "fresh", lambda name: Path("nowhere"))
    assert attempt("It", lambda: proofs.generator("python")).faults == []
    told.append("[main] WARN  Another thing")
    assert attempt("It", lambda: proofs.generator("python")).faults == ["[main] WARN  Another thing"]


def test_an_answer_that_does_not_fit_is_found() -> None:
    document: dict[str, Any] = json.loads((SERVED / "openapi.json").read_text())
    health = {"operation": "healthCheck", "path": "/health", "status": 200, "body": {"ok": "yes"}}
    found = schema(document, [health])
    assert found and all("/health 200" in each for each in found)
    bad = {"operation": "getBom", "path": "/boms/x", "status": 404, "body": {"error": "not_found"}}
    assert ["'message' is a required property" in each for each in schema(document, [bad])] == [True]


def test_traffic_is_one_exchange_a_line(tmp_path: Path) -> None:
    exchange = Exchange(
        "getInstallContext", "get", "/me", "", 200, {"content-type": "application/json"}, {"a": "b\nc"}
    )
    write([exchange, exchange], tmp_path / "out" / "traffic.jsonl")
    lines = (tmp_path / "out" / "traffic.jsonl").read_text().splitlines()
    assert [json.loads(line)["operation"] for line in lines] == ["getInstallContext", "getInstallContext"]


def test_the_tools_are_pinned_with_their_digests() -> None:
    assert "--hash=sha256:" in tools.LOCK.read_text()
    lock = json.loads((tools.NODE_FILES / "package-lock.json").read_text())
    wanted = json.loads((tools.NODE_FILES / "package.json").read_text())["devDependencies"]
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_an_absent_tool_is_no_fault() -> None:
    def absent() -> str:
        raise Absent("Not here.")

    assert attempt("It", absent).faults == []
