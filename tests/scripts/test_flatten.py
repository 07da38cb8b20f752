from __future__ import annotations

from pathlib import Path

import pytest

from scripts.contract import bundle
from scripts.contract.sources import plain
from tests.scripts.trees import faults, tree


def all_of(*members: str) -> str:
    return (
        "description: Outer.\ntype: object\nallOf:\n"
        + "".join(f"  - $ref: {member}.yaml\n" for member in members)
        + "required:\n  - Own\nproperties:\n  Own:\n    type: number\n"
    )


def test_all_of_objects_is_merged(tmp_path: Path) -> None:
    changes = {
        "resources/boms/schemas/Bom.yaml": all_of("Base", "Dates"),
        "resources/boms/schemas/Base.yaml": "description: Inner.\ntype: object\nrequired:\n  - id\n"
        "properties:\n  id:\n    type: string\n    maxLength: 3\n",
        "resources/boms/schemas/Dates.yaml": "type: object\nproperties:\n  id:\n    type: string\n"
        "    description: Same but for its words.\n    maxLength: 3\n  At:\n    type: string\n",
    }
    schemas = plain(bundle(tree(tmp_path, changes))["components"]["schemas"])
    assert schemas == {
        "Bom": {
            "description": "Outer.",
            "type": "object",
            "required": ["id", "Own"],
            "properties": {
                "id": {"type": "string", "description": "Same but for its words.", "maxLength": 3},
                "At": {"type": "string"},
                "Own": {"type": "number"},
            },
        }
    }


OWN_FIRST = """
type: object
required:
  - Own
properties:
  id:
    description: The id.
  Own:
    type: number
allOf:
  - $ref: Base.yaml
"""
BASE = """
type: object
required:
  - id
properties:
  id:
    type: string
"""


def test_members_stated_before_all_of_come_first(tmp_path: Path) -> None:
    changes = {"resources/boms/schemas/Bom.yaml": OWN_FIRST, "resources/boms/schemas/Base.yaml": BASE}
    bom = bundle(tree(tmp_path, changes))["components"]["schemas"]["Bom"]
    assert list(bom["properties"]) == ["Own", "id"]
    assert bom["required"] == ["Own", "id"]


WRITE = """
type: object
properties:
  Status:
    description: State.
    type: string
  Name:
    type: string
"""
CREATE = """
allOf:
  - $ref: BomWrite.yaml
properties:
  Status:
    description: State; Draft where absent.
    default: Draft
"""
UPDATE = """
allOf:
  - $ref: BomWrite.yaml
"""


def test_a_property_of_a_part_gets_other_words_and_a_default(tmp_path: Path) -> None:
    changes = {
        "resources/boms/schemas/Bom.yaml": "anyOf:\n  - $ref: BomCreate.yaml\n  - $ref: BomUpdate.yaml\n",
        "resources/boms/schemas/BomWrite.yaml": WRITE,
        "resources/boms/schemas/BomCreate.yaml": CREATE,
        "resources/boms/schemas/BomUpdate.yaml": UPDATE,
    }
    schemas = plain(bundle(tree(tmp_path, changes))["components"]["schemas"])
    assert list(schemas) == ["Bom", "BomCreate", "BomUpdate"]
    assert schemas["BomUpdate"]["properties"]["Status"] == {"description": "State.", "type": "string"}
    assert schemas["BomCreate"]["properties"] == {
        "Status": {"description": "State; Draft where absent.", "type": "string", "default": "Draft"},
        "Name": {"type": "string"},
    }


def test_all_of_inside_all_of_is_merged_as_well(tmp_path: Path) -> None:
    changes = {
        "resources/boms/schemas/Bom.yaml": all_of("Middle"),
        "resources/boms/schemas/Middle.yaml": "allOf:\n  - $ref: Base.yaml\n",
        "resources/boms/schemas/Base.yaml": "type: object\nproperties:\n  id:\n    type: string\n",
    }
    schemas = bundle(tree(tmp_path, changes))["components"]["schemas"]
    assert list(schemas["Bom"]["properties"]) == ["id", "Own"]


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (
            "type: object\nproperties:\n  Own:\n    type: string\n",
            "resources/boms/schemas/Bom.yaml:8: allOf has two definitions of Own",
        ),
        ("type: string\n", "resources/boms/schemas/Bom.yaml:4: allOf is for objects only"),
        (
            "allOf:\n  - $ref: Bom.yaml\n",
            "resources/boms/schemas/Base.yaml:2: #/components/schemas/Bom contains itself by allOf",
        ),
    ],
)
def test_all_of_that_cannot_be_merged_is_refused(tmp_path: Path, base: str, expected: str) -> None:
    changes = {"resources/boms/schemas/Bom.yaml": all_of("Base"), "resources/boms/schemas/Base.yaml": base}
    assert expected in faults(tree(tmp_path, changes))


@pytest.mark.parametrize(
    ("bom", "expected"),
    [
        (
            "allOf:\n  - $ref: Base.yaml\nproperties:\n  idd:\n    description: Misspelt.\n",
            "resources/boms/schemas/Bom.yaml:4: no member of allOf has the property idd",
        ),
        (
            "allOf:\n  - $ref: Base.yaml\n  - no\n",
            "resources/boms/schemas/Bom.yaml:3: allOf is for objects only",
        ),
    ],
)
def test_a_fault_beside_all_of_names_its_line(tmp_path: Path, bom: str, expected: str) -> None:
    base = "type: object\nproperties:\n  id:\n    type: string\n"
    changes = {"resources/boms/schemas/Bom.yaml": bom, "resources/boms/schemas/Base.yaml": base}
    assert faults(tree(tmp_path, changes)) == [expected]
