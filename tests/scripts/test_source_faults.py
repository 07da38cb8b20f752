"""Whatever is wrong with the sources, what is told is file, line and a sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.checks import contract_reports
from scripts.contract import ContractError, bundle
from scripts.contract.build import SOURCES
from scripts.contract.downconvert import to_30
from scripts.contract.misread import told
from scripts.contract.rendering import to_yaml
from scripts.contract.rules import CHECKS
from scripts.contract.rules.rules import Subject, apply, load_rules
from scripts.contract.sources import load, plain
from tests.scripts.trees import OPERATION, tree

OPERATION_FILE = "resources/boms/operations/listBoms.yaml"
BOM_FILE = "resources/boms/schemas/Bom.yaml"
JUNK: list[Any] = [None, True, 0, -1.5, "", "x", [], [None], ["x"], [{}], {}, {"x": 1}, {"$ref": 1}]
MUTATIONS = 150


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (BOM_FILE, b"type: [\n"),
        (BOM_FILE, b""),
        (BOM_FILE, b"\xff\xfe"),
        (BOM_FILE, b"- a\n- b\n"),
        (BOM_FILE, b"a: 1\na: 2\n"),
        (BOM_FILE, b"just words\n"),
        (BOM_FILE, b"$ref: Bom.yaml\n"),
        (BOM_FILE, b"type: object\nproperties: 3\n"),
        (BOM_FILE, b"type: object\nrequired: name\n"),
        (BOM_FILE, b"a: *b\n"),
        (BOM_FILE, b"a: !!python/object:os.system {}\n"),
        (OPERATION_FILE, b"operationId: [1]\n"),
        (OPERATION_FILE, b"operationId: listBoms\nparameters: no\n"),
        (OPERATION_FILE, b"operationId: listBoms\nresponses: 1\n"),
        (OPERATION_FILE, OPERATION.replace("Bom.yaml", "Gone.yaml").encode()),
        ("resources/boms/paths.yaml", b"collection: 1\n"),
        ("openapi.yaml", b"openapi: 3.1.0\npaths: []\n"),
        ("openapi.yaml", b"[]\n"),
        ("openapi.yaml", b""),
    ],
)
def test_a_faulty_file_is_named_with_its_line(tmp_path: Path, file: str, text: bytes) -> None:
    root = tree(tmp_path)
    (root / file).write_bytes(text)
    faults = [fault for report in contract_reports(root, tmp_path / "out") for fault in report.faults]
    assert faults
    assert all(".yaml:" in fault for fault in faults[:1]), faults


def test_a_contract_without_its_index_is_told_in_a_sentence(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / "openapi.yaml").unlink()
    [report] = contract_reports(root, tmp_path / "out")
    assert "no such index" in report.faults[0]


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _spots(value[key])


def test_a_node_that_is_changed_at_random_never_ends_in_a_traceback(tmp_path: Path) -> None:
    """Every outcome is a contract, faults with their places, or breaches of rules."""
    root, chance, rules = tree(tmp_path), random.Random(20260615), load_rules(SOURCES / "rules")
    files = sorted(root.rglob("*.yaml"))
    told_of = 0
    for _ in range(MUTATIONS):
        file = chance.choice(files)
        kept = file.read_text()
        data = plain(load(file))
        container, key = chance.choice(list(_spots(data)))
        if isinstance(container, dict) and chance.random() < 0.3:
            container[chance.choice(["other", "$ref"])] = container.pop(key)
        else:
            container[key] = chance.choice(JUNK)
        file.write_text(to_yaml(data))
        try:
            document = bundle(root)
            with told("the conversion", root / "openapi.yaml"):
                to_30(document)
            apply(rules, CHECKS, Subject(document=document, written=[bundle(root, derived=False)]))
        except ContractError as error:
            told_of += 1
            assert all(each.file and each.line and each.message for each in error.faults), data
        finally:
            file.write_text(kept)
    assert told_of > MUTATIONS // 5
