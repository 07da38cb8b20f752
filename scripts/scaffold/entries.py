"""Where an operation is entered: under its path, in the index where that is new, and as an open question."""

from __future__ import annotations

import os
import re
from pathlib import Path

from scripts.scaffold.contract import Contract, ScaffoldError
from scripts.scaffold.words import parts


def entries(contract: Contract, folder: Path, path: str, method: str, operation_id: str) -> dict[Path, str]:
    """The files of paths with one operation more; all else in them stays as it is written."""
    file = folder / "paths.yaml"
    text = file.read_text(encoding="utf-8")
    line = f"  {method}:\n    $ref: operations/{operation_id}.yaml\n"
    entry = contract.index["paths"].get(path)
    if entry is not None:
        key = entry["$ref"].partition("#/")[2]
        block = re.search(rf"^{re.escape(key)}:\n(?:  .*\n)+", text, re.MULTILINE)
        if block is None:
            raise ScaffoldError(f"{folder.name}/paths.yaml has no entry {key}.")
        return {file: text[: block.end()] + line + text[block.end() :]}
    key = _key(text, path, operation_id)
    named = [contract.parameter(folder, name) for name in re.findall(r"{(\w+)}", path)]
    refs = "".join(f"    - $ref: {os.path.relpath(each, folder)}\n" for each in named)
    index = contract.root / "openapi.yaml"
    return {
        file: f"{text}\n{key}:\n  parameters:\n{refs}{line}",
        index: _listed(index.read_text(encoding="utf-8"), f"resources/{folder.name}/paths.yaml#/", key, path),
    }


def question(root: Path, operation_id: str, schemas: list[str]) -> dict[Path, str]:
    """The open questions with one more, on an operation and the schemas that are new with it."""
    folder = root / "questions"
    numbers = [
        int(number)
        for each in folder.glob("*.yaml")
        for number in re.findall(r"^- id: Q-(\d+)$", each.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    file = folder / "new.yaml"
    before = f"{file.read_text(encoding='utf-8')}\n" if file.exists() else "# Questions to be written.\n"
    places = "".join(f"    - {name}\n" for name in (operation_id, *schemas))
    entry = f"""\
- id: Q-{max(numbers, default=0) + 1:03}
  question: To be written.
  sandbox: To be written.
  impact: To be written.
  priority: medium
  state: open
  shows_in:
{places}"""
    return {file: before + entry}


def _key(text: str, path: str, operation_id: str) -> str:
    """The last word of the path, or the operation's own where that is taken."""
    literal = [segment for segment in path.split("/") if segment and segment[0] != "{"][-1]
    return (
        "-".join(parts(operation_id)) if literal in re.findall(r"^([\w-]+):", text, re.MULTILINE) else literal
    )


def _listed(index: str, mine: str, key: str, path: str) -> str:
    """The index with a path more, behind the last one of its resource."""
    end = index.index("\n", index.rindex(f"    $ref: {mine}")) + 1
    return f"{index[:end]}  {path}:\n    $ref: {mine}{key}\n{index[end:]}"
