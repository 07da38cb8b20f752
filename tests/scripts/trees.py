"""Small source trees, written to a folder of the test."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from scripts.contract import ContractError, bundle

INDEX = """
openapi: 3.1.0
info:
  title: Small
  version: 0.1.0
paths:
  /boms:
    $ref: resources/boms/paths.yaml#/collection
"""
PATHS = """
collection:
  get:
    $ref: operations/listBoms.yaml
"""
OPERATION = """
operationId: listBoms
x-provenance: roadmap
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
properties:
  id:
    type: string
"""
SMALL = {
    "openapi.yaml": INDEX,
    "resources/boms/paths.yaml": PATHS,
    "resources/boms/operations/listBoms.yaml": OPERATION,
    "resources/boms/schemas/Bom.yaml": BOM,
}


def tree(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """The small tree with some files changed or added; the folder that holds its index."""
    root = folder / "openapi"
    for name, text in {**SMALL, **(changes or {})}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"))
    return root


def faults(root: Path) -> list[str]:
    """What the bundler finds at fault, with the files as seen from the index."""
    with pytest.raises(ContractError) as caught:
        bundle(root)
    return [str(fault).replace(f"{root}/", "") for fault in caught.value.faults]


def with_schema(schema: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    """A bundled 3.1 document with the component `It`, and others."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "0.1.0"},
        "paths": {},
        "components": {"schemas": {"It": schema, **others}},
    }
