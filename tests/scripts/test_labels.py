"""Readers see where each part of the contract comes from, and what is asked about it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.contract import SOURCES, ContractError, bundle, ensure
from scripts.contract.labels import read_questions
from scripts.contract.operations import operations, webhooks
from tests.scripts.trees import tree

QUESTION = """
- id: Q-001
  question: Which id does a BOM have?
  sandbox: A text.
  impact: It would be another one.
  priority: high
  state: open
  shows_in:
    - listBoms
    - Bom.id
"""
ASSUMED = """
operationId: listBoms
description: Lists them.
x-stage: planned
x-provenance: assumed
responses:
  '200':
    description: A page of BOMs.
    content:
      application/json:
        schema:
          $ref: ../schemas/Bom.yaml
"""
BOM = """
description: A BOM.
type: object
x-provenance: roadmap
properties:
  id:
    description: Its id.
    type: string
    x-provenance: assumed
  Name:
    description: Its name.
    type: string
"""
CITATION = """
- source: roadmap
  page: The roadmap
  date: '2026-11-28'
  fact: BOMs have names.
  covers:
    - Bom
"""
SMALL = {
    "questions/all.yaml": QUESTION,
    "citations/roadmap.yaml": CITATION,
    "resources/boms/operations/listBoms.yaml": ASSUMED,
    "resources/boms/schemas/Bom.yaml": BOM,
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The bundled contract."""
    return bundle(SOURCES)


def test_what_is_assumed_says_so_and_names_its_question(tmp_path: Path) -> None:
    small = bundle(tree(tmp_path, SMALL))
    operation = small["paths"]["/boms"]["get"]
    assert operation["description"] == "Lists them. (assumed, Q-001)"
    assert [badge["name"] for badge in operation["x-badges"]] == ["planned", "assumed"]
    bom = small["components"]["schemas"]["Bom"]
    assert bom["description"] == "A BOM."
    assert bom["properties"]["id"]["description"] == "Its id. (assumed, Q-001)"
    assert bom["properties"]["Name"]["description"] == "Its name."
    assert bom["x-citations"] == [
        {"source": "roadmap", "page": "The roadmap", "date": "2026-11-28", "fact": "BOMs have names."}
    ]
    assert [question["id"] for question in small["x-questions"]] == ["Q-001"]


def test_a_citation_of_what_is_not_there_is_a_fault(tmp_path: Path) -> None:
    root = tree(tmp_path, {**SMALL, "citations/roadmap.yaml": CITATION.replace("- Bom", "- Bomb")})
    with pytest.raises(ContractError, match=r"roadmap\.yaml:6: there is no Bomb to cite for"):
        bundle(root)


def test_the_questions_stand_in_the_built_document_in_order(document: dict[str, Any]) -> None:
    ids = [question["id"] for question in document["x-questions"]]
    assert ids == [f"Q-{number:03}" for number in range(1, len(ids) + 1)]
    assert len(ids) >= 111


def test_a_merged_question_leads_to_the_one_that_took_it_in(document: dict[str, Any]) -> None:
    by_id = {question["id"]: question for question in document["x-questions"]}
    merged = [question for question in by_id.values() if question["state"] == "merged"]
    assert len(merged) >= 5
    for question in merged:
        assert by_id[question["merged_into"]]["state"] != "merged"


def test_every_operation_has_badges_of_its_stage_and_source(document: dict[str, Any]) -> None:
    for _, _, operation in (*operations(document), *webhooks(document)):
        names = [badge["name"] for badge in operation["x-badges"]]
        assert names == [operation["x-stage"], operation["x-provenance"]], operation["operationId"]


def test_an_assumed_operation_names_its_questions_and_no_other_says_assumed(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        said = re.search(r"\(assumed(?:, Q-\d{3})+\)$", operation["description"])
        assert (said is not None) == (operation["x-provenance"] == "assumed"), operation["operationId"]


def test_every_id_that_a_description_names_is_a_question(document: dict[str, Any]) -> None:
    known = {question["id"] for question in read_questions(SOURCES)}
    named = set(re.findall(r"Q-\d{3}", str(document)))
    assert named <= known


def test_each_file_of_questions_and_citations_can_be_read_at_once() -> None:
    files = [*(SOURCES / "questions").glob("*.yaml"), *(SOURCES / "citations").glob("*.yaml")]
    assert len(files) > 5
    assert [file.name for file in files if len(file.read_text("utf-8").splitlines()) > 300] == []


def test_the_introduction_is_a_chapter_and_names_what_is_there(document: dict[str, Any]) -> None:
    text = document["info"]["description"]
    assert 8_000 <= len(text.encode()) <= 12_000
    whole = json.dumps(document)
    named = set(re.findall(r"`(x-[a-z-]+|[a-z]+_[a-z_]+|[A-Z][a-z]+-[A-Z][A-Za-z-]+)`", text))
    assert len(named) > 15
    # A word of OAuth, which is not part of this API.
    named.discard("redirect_uri")
    assert [name for name in sorted(named) if f'"{name}"' not in whole] == []


def test_a_change_of_the_introduction_makes_the_build_stale(tmp_path: Path) -> None:
    root, out = tree(tmp_path, {"introduction.md": "Read this.\n"}), tmp_path / "out"
    assert ensure(root, out)
    assert not ensure(root, out)
    (root / "introduction.md").write_text("Read this instead.\n")
    assert ensure(root, out)
    built = json.loads((out / "openapi.json").read_text())
    assert built["info"]["description"] == "Read this instead.\n"
