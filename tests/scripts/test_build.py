from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from contract_tests.kit.contract import BUILT
from mock_server.settings import Settings
from scripts.contract.build import SOURCES, build, ensure, main
from scripts.contract.rendering import to_json, to_yaml
from scripts.contract.sources import ContractError, load, plain
from tests.scripts.trees import INDEX, OPERATION, PATHS, tree

SANDBOX = {
    "sandbox/openapi.yaml": INDEX,
    "sandbox/resources/boms/paths.yaml": PATHS,
    "sandbox/resources/boms/operations/listBoms.yaml": OPERATION,
    "sandbox/resources/boms/schemas/Bom.yaml": "type: object\n",
}


def test_every_form_of_both_contracts_is_written_to_each_folder(tmp_path: Path) -> None:
    outs = tmp_path / "served", tmp_path / "tested"
    build(tree(tmp_path, SANDBOX), *outs)
    for out in outs:
        assert {file.name for file in out.iterdir()} == {
            "openapi.yaml",
            "openapi.json",
            "openapi-3.0.json",
            "sandbox-openapi.json",
            "sandbox-openapi-3.0.json",
            "internal-names.json",
            ".digest",
        }


def test_the_names_of_internal_fields_are_left_for_those_who_look_for_leaks(tmp_path: Path) -> None:
    bom = "type: object\nproperties:\n  A: {type: string}\n  B: {type: string, x-internal: true}\n"
    build(tree(tmp_path, {"resources/boms/schemas/Bom.yaml": bom}), tmp_path / "out")
    assert json.loads((tmp_path / "out" / "internal-names.json").read_text()) == ["B"]
    assert '"B"' not in (tmp_path / "out" / "openapi.json").read_text()


def test_the_server_and_the_contract_tests_read_what_is_built(tmp_path: Path) -> None:
    build(SOURCES, tmp_path)
    ensure()
    for own in (Settings().build_dir, BUILT):
        for file in tmp_path.glob("*openapi*"):
            assert (own / file.name).read_bytes() == file.read_bytes()


def test_yaml_and_json_hold_the_same_document(tmp_path: Path) -> None:
    build(tree(tmp_path), tmp_path / "out")
    as_json = json.loads((tmp_path / "out" / "openapi.json").read_text())
    assert yaml.safe_load((tmp_path / "out" / "openapi.yaml").read_text()) == as_json
    assert as_json["openapi"] == "3.1.0"


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    root = tree(tmp_path)
    build(root, tmp_path / "one")
    build(root, tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_ensure_builds_only_where_something_has_changed(tmp_path: Path) -> None:
    root, out = tree(tmp_path), tmp_path / "out"
    assert ensure(root, out)
    assert not ensure(root, out)
    (root / "resources/boms/schemas/Bom.yaml").write_text("description: Another.\ntype: object\n")
    assert ensure(root, out)
    assert "Another." in (out / "openapi.json").read_text()


def test_a_folder_that_lacks_the_documents_is_filled(tmp_path: Path) -> None:
    root, served, tested = tree(tmp_path), tmp_path / "served", tmp_path / "tested"
    ensure(root, served)
    before = (served / ".digest").stat().st_mtime_ns
    assert ensure(root, served, tested)
    assert (tested / "openapi.json").read_bytes() == (served / "openapi.json").read_bytes()
    assert (served / ".digest").stat().st_mtime_ns == before


def test_what_is_not_stale_is_left_without_a_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--stale", "--source", str(tree(tmp_path)), "--out", str(tmp_path / "out")]
    for _ in range(2):
        assert main(arguments) == 0
        assert (tmp_path / "out" / "openapi.json").is_file()
    assert capsys.readouterr().out == ""


def test_a_new_time_alone_is_no_change(tmp_path: Path) -> None:
    root, out = tree(tmp_path), tmp_path / "out"
    ensure(root, out)
    os.utime(root / "resources/boms/schemas/Bom.yaml", (1, 1))
    assert not ensure(root, out)


def test_a_file_moved_elsewhere_is_a_change(tmp_path: Path) -> None:
    root, out = tree(tmp_path), tmp_path / "out"
    ensure(root, out)
    (root / "resources/boms/schemas").rename(root / "resources/boms/shapes")
    with pytest.raises(ContractError):
        ensure(root, out)


def test_a_faulty_contract_writes_nothing_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    changes = {
        **SANDBOX,
        "resources/boms/schemas/Bom.yaml": "type: object\nproperties:\n  A:\n    $ref: No.yaml\n",
        "sandbox/resources/boms/schemas/Bom.yaml": "type: object\nallOf: no\npatternProperties: {}\n",
    }
    root = tree(tmp_path, changes)
    assert main(["--source", str(root), "--out", str(tmp_path / "out")]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "openapi/resources/boms/schemas/Bom.yaml:4: No.yaml: there is no such file"
    assert lines[1].startswith("openapi/sandbox/resources/boms/schemas/Bom.yaml:2: 3.0.3 cannot carry allOf")
    assert len(lines) == 3
    assert not (tmp_path / "out").exists()


def test_each_artefact_is_named_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--source", str(tree(tmp_path)), "--out", str(tmp_path / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "openapi.yaml: 1 operations" in lines[0]


@pytest.mark.parametrize(
    "value",
    [
        "2026-06-15",
        "yes",
        "012",
        "12e4",
        "1e3",
        "null",
        "~",
        "",
        " x",
        "a\nb\n",
        "a \nb",
        "{}",
        "12:30",
        "é\u2028",
    ],
)
def test_strings_stay_strings_for_every_reader_of_the_yaml(value: str) -> None:
    text = to_yaml({"it": value})
    assert yaml.safe_load(text) == {"it": value}
    assert plain(load(Path("it.yaml"), text)) == {"it": value}


def test_numbers_are_written_without_exponent() -> None:
    assert to_json([0.000001, 1.5, 3, 1e20]) == "[0.000001, 1.5, 3, 100000000000000000000.0]\n"
    assert to_yaml({"it": 0.000001}) == "it: 0.000001\n"


def test_one_value_used_twice_is_written_twice() -> None:
    shared = {"type": "string"}
    assert "&" not in to_yaml({"a": shared, "b": shared})
