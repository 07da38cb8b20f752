"""A data file written under another contract: held against this one at start, record by record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mock_server.contract import Contract, schema_digest
from mock_server.sandbox import Sandbox
from mock_server.sandbox.stored_records import KINDS
from mock_server.settings import Settings
from mock_server.storage import StorageError
from scripts.contract import SERVED
from tests.asgi import driver_of

_BUILD = SERVED
Document = dict[str, Any]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A folder with the seed, written under today's contract."""
    folder = tmp_path / "data"
    Sandbox(Settings(folder)).close()
    return folder


@pytest.fixture
def build(tmp_path: Path) -> Callable[[Callable[[Document, Document], object]], Path]:
    """Makes a build folder whose contract and control contract were changed."""

    def make(change: Callable[[Document, Document], object]) -> Path:
        folder = tmp_path / "build"
        shutil.copytree(_BUILD, folder)
        files = folder / "openapi.json", folder / "sandbox-openapi.json"
        documents = [json.loads(file.read_bytes()) for file in files]
        change(*documents)
        for file, document in zip(files, documents, strict=True):
            file.write_text(json.dumps(document))
        return folder

    return make


def _schema(document: Document, name: str) -> Document:
    schema: Document = document["components"]["schemas"][name]
    return schema


def _refused(folder: Path, build: Path) -> StorageError:
    with pytest.raises(StorageError) as caught:
        Sandbox(Settings(folder, build_dir=build))
    return caught.value


def _count_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    from mock_server.sandbox import stored_records

    read: list[str] = []
    rows = stored_records.Kind.rows

    def counted(kind: Any, session: Any) -> Any:
        read.append(kind.name)
        return rows(kind, session)

    monkeypatch.setattr(stored_records.Kind, "rows", counted)
    return read


def test_every_kind_of_record_of_the_seed_fits_the_contract(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Sandbox(Settings(written))) as sandbox:
        assert all(sum(1 for _ in kind.rows(sandbox.database.session)) for kind in KINDS[:7])
        driver_of(sandbox).execute("DELETE FROM meta")
    read = _count_reads(monkeypatch)
    Sandbox(Settings(written)).close()
    assert read == [kind.name for kind in KINDS]


def test_the_same_contract_reads_no_record(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = _count_reads(monkeypatch)
    Sandbox(Settings(written)).close()
    assert read == []


def test_records_that_no_longer_fit_are_told_by_record_and_pointer(written: Path, build: Any) -> None:
    def change(document: Document, control: Document) -> None:
        _schema(document, "Bom")["properties"]["Name"] = {"type": "string", "maxLength": 3}
        order = _schema(document, "WorkOrder")
        order["required"].append("Shift")
        order["properties"]["Shift"] = {"type": "string"}
        line = _schema(document, "RecipeIngredient")
        del line["properties"]["ItemName"]
        if "ItemName" in line["required"]:
            line["required"].remove("ItemName")

    before = (written / "sandbox.db").read_bytes()
    refused = _refused(written, build(change))
    assert "--reset" in str(refused)
    assert len(str(refused).splitlines()) == 1
    told = "\n".join(refused.findings)
    assert "BOM BOM-0001 /Name: " in told
    assert '/: "Shift" is a required property' in told
    assert "recipe " in told and " /Ingredients/0: " in told
    assert "ItemName" in told
    assert not [line for line in refused.findings if line.startswith(("item ", "vendor "))]
    assert (written / "sandbox.db").read_bytes() == before
    # Nothing was stamped: the contract that wrote them still serves them.
    Sandbox(Settings(written)).close()


@pytest.mark.parametrize("schema", ["Install", "Movement"])
def test_what_the_control_plane_shows_is_held_too(schema: str, written: Path, build: Any) -> None:
    def change(document: Document, control: Document) -> None:
        _schema(control, schema)["properties"]["id"] = {"type": "integer"}

    refused = _refused(written, build(change))
    assert refused.findings
    assert all(" /id: " in line for line in refused.findings if not line.startswith("..."))


def test_a_long_list_ends_with_the_number_of_the_rest(written: Path, build: Any) -> None:
    def change(document: Document, control: Document) -> None:
        _schema(control, "Movement")["properties"]["id"] = {"type": "integer"}
        _schema(document, "Item")["properties"]["ItemCode"] = {"type": "integer"}

    refused = _refused(written, build(change))
    assert len(refused.findings) == 101
    assert refused.findings[-1].startswith("... and ")


def test_a_contract_that_all_records_fit_is_stamped_and_cached_reports_go(
    written: Path, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(document: Document, control: Document) -> None:
        _schema(document, "Bom")["properties"]["Colour"] = {"type": "string"}

    with closing(Sandbox(Settings(written))) as sandbox:
        driver_of(sandbox).execute("INSERT INTO report_cache VALUES (1, 'x', 9999999999, x'7b7d')")
    other = build(change)
    read = _count_reads(monkeypatch)
    with closing(Sandbox(Settings(written, build_dir=other))) as again:
        assert read
        assert driver_of(again).execute("SELECT count(*) FROM report_cache").fetchone() == (0,)
    read.clear()
    Sandbox(Settings(written, build_dir=other)).close()
    assert read == []


def test_a_record_that_cannot_be_read_is_told(written: Path, build: Any) -> None:
    with closing(Sandbox(Settings(written))) as sandbox:
        driver = driver_of(sandbox)
        driver.execute("DELETE FROM meta")
        driver.execute("UPDATE boms SET internal = x'7b' WHERE number = 'BOM-0001'")
        driver.execute("UPDATE items SET body = x'ff00' WHERE code = (SELECT min(code) FROM items)")
    refused = _refused(written, _BUILD)
    assert [line for line in refused.findings if line.startswith("BOM BOM-0001: cannot be read: ")]
    assert [line for line in refused.findings if line.startswith("item ") and "cannot be read" in line]


def test_a_draft_is_held_as_it_is_read_and_not_as_it_is_stored(written: Path) -> None:
    with closing(Sandbox(Settings(written))) as sandbox:
        driver = driver_of(sandbox)
        driver.execute("DELETE FROM meta")
        [body] = driver.execute("SELECT body FROM work_orders WHERE status = 'Draft'").fetchone()
        assert b'"Overdue"' not in body
    Sandbox(Settings(written)).close()


def test_a_changed_wording_is_no_other_contract() -> None:
    document = json.loads((_BUILD / "openapi.json").read_bytes())
    pointers = ["#/components/schemas/Bom", "#/components/schemas/WorkOrder"]
    before = schema_digest(document, pointers)
    _schema(document, "Bom")["description"] = "Other words."
    number = _schema(document, "BomLine")["properties"]["LineNumber"]
    number["x-provenance"] = "docs"
    assert schema_digest(document, pointers) == before
    number["type"] = "string"
    assert schema_digest(document, pointers) != before
    assert Contract(document).version


def test_a_new_member_of_a_record_is_another_form() -> None:
    shape = json.dumps([kind.documents.shape for kind in KINDS if kind.documents is not None])
    assert '"CostRollupState"' in shape
    assert '["Lines", [["Id"' in shape or '["Lines", [["id"' in shape
