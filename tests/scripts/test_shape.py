from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.trees import INDEX, PATHS, faults, tree

FILE = "resources/boms/operations/listBoms.yaml"
SCHEMA = "resources/boms/schemas/Bom.yaml"
# The body refers to the schema of the tree, so that no file is unused.
NAMED = """
operationId: listBoms
requestBody:
  content:
    application/json:
      schema:
        $ref: ../schemas/Bom.yaml
"""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"openapi.yaml": INDEX.replace("info:", "info: no\nx-info:")},
            "openapi.yaml:2: info is not a mapping",
        ),
        (
            {"openapi.yaml": INDEX + "x-derived-responses: no\n"},
            "openapi.yaml:8: x-derived-responses is not a mapping",
        ),
        (
            {"openapi.yaml": INDEX + "x-derived-responses:\n  body:\n    '413': no\n"},
            "openapi.yaml:10: 413 is not a mapping",
        ),
        (
            {"openapi.yaml": INDEX + "x-response-headers:\n  every: no\n"},
            "openapi.yaml:9: every is not a mapping",
        ),
        (
            {"resources/boms/paths.yaml": PATHS + "  put: no\n"},
            "resources/boms/paths.yaml:4: put is not a mapping",
        ),
        ({FILE: NAMED + "responses: no\n"}, f"{FILE}:7: responses is not a mapping"),
        ({FILE: NAMED + "parameters:\n  - no\n"}, f"{FILE}:8: entry 1 is not a mapping"),
        ({FILE: NAMED + "security:\n  - key: no\n"}, f"{FILE}:8: key is not a list"),
        (
            {FILE: NAMED + "responses:\n  '401':\n    headers: no\n"},
            f"{FILE}:9: headers is not a mapping",
        ),
        ({SCHEMA: "properties: no\n"}, f"{SCHEMA}:1: properties is not a mapping"),
        ({SCHEMA: "not:\n  required: true\n"}, f"{SCHEMA}:2: required is not a list"),
        ({FILE: NAMED + "x-absent-responses:\n  - 404\n"}, f"{FILE}:8: entry 1 is not a text"),
    ],
)
def test_a_part_of_another_shape_is_a_fault_at_its_line(
    tmp_path: Path, changes: dict[str, str], expected: str
) -> None:
    assert faults(tree(tmp_path, changes)) == [expected]
