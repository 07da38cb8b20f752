"""What the sources of a contract say about the neighbours of a new operation."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

TENANT = "/orgs/{orgId}/entities/{entityId}"


class ScaffoldError(Exception):
    """What was asked for cannot be written; the text says what to do instead."""


class Contract:
    """The source tree of a contract."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @staticmethod
    def read(file: Path) -> Any:
        """The data of a source file."""
        return yaml.safe_load(file.read_text(encoding="utf-8"))

    @cached_property
    def index(self) -> dict[str, Any]:
        """The index."""
        found: dict[str, Any] = self.read(self.root / "openapi.yaml")
        return found

    @cached_property
    def operations(self) -> dict[str, Path]:
        """Every operation's file by its id."""
        return {file.stem: file for file in sorted(self.root.glob("resources/*/operations/*.yaml"))}

    def resource(self, path: str, name: str | None) -> Path:
        """The resource that a path belongs to: the one named, else that of its first segment."""
        chosen = name or path.strip("/").split("/")[0]
        folder = self.root / "resources" / chosen
        if not (folder / "paths.yaml").is_file():
            known = ", ".join(sorted(each.parent.name for each in self.root.glob("resources/*/paths.yaml")))
            raise ScaffoldError(f"There is no resource {chosen}; name one with --resource: {known}.")
        return folder

    def sibling(self, folder: Path) -> dict[str, Any]:
        """Any operation of the resource."""
        found: dict[str, Any] = self.read(min(folder.glob("operations/*.yaml")))
        return found

    def scope(self, folder: Path, action: str) -> str:
        """The resource's declared scope for reading, creating or updating."""
        [scopes] = self.sibling(folder)["security"][0].values()
        wanted = f"{scopes[0].partition(':')[0]}:{action}"
        schemes = self.index["components"]["securitySchemes"].values()
        if not any(wanted in flow["scopes"] for scheme in schemes for flow in scheme["flows"].values()):
            raise ScaffoldError(f"No scope {wanted} is declared; declare it in openapi.yaml first.")
        return wanted

    def check_verb(self, method: str, operation_id: str) -> None:
        """Refuses an operationId whose verb the house rules do not know."""
        verbs = self.read(self.root / "rules" / "operation-id.yaml")["verbs"][method]
        found = re.match(r"[a-z]+(?=[A-Z])", operation_id)
        if found is None or found[0] not in verbs:
            raise ScaffoldError(
                f"{operation_id}: {method.upper()} takes a verb and a noun, and the verb is one of"
                f" {', '.join(verbs)}. A new verb goes into openapi/rules/operation-id.yaml first."
            )

    def parameter(self, folder: Path, name: str) -> Path:
        """The file that declares a path parameter."""
        for file in [*self.root.glob("shared/parameters/*.yaml"), *folder.glob("parameters/*.yaml")]:
            data = self.read(file)
            if (data["name"], data["in"]) == (name, "path"):
                return file
        raise ScaffoldError(
            f"No file declares the path parameter {name}; write one in {folder.name}/parameters first."
        )

    def schema(self, name: str) -> Path | None:
        """The file of a schema, wherever it is."""
        return next(iter(sorted(self.root.glob(f"*/**/schemas/{name}.yaml"))), None)

    def shown(self, schema: Path) -> tuple[str, Path]:
        """The name and file of an example that some operation answers for a schema."""
        for file in self.operations.values():
            for status, response in self.read(file).get("responses", {}).items():
                media = response.get("content", {}).get("application/json", {})
                if status[0] != "2" or self.target(file, media.get("schema")) != schema:
                    continue
                for name, example in media.get("examples", {}).items():
                    if (found := self.target(file, example)) is not None:
                        return name, found
        raise ScaffoldError(
            f"The schema {schema.stem} exists and no operation answers it, so that there is no example of it:"
            " take another operationId."
        )

    def operation_at(self, path: str, method: str) -> Path | None:
        """The file of the operation that a path has for a method."""
        entry = self.index["paths"].get(path)
        if entry is None:
            return None
        file, _, key = entry["$ref"].partition("#/")
        return self.target(self.root / file, self.read(self.root / file)[key].get(method))

    @staticmethod
    def target(file: Path, node: Any) -> Path | None:
        """The file that a `$ref` of a source file leads to."""
        if not isinstance(node, dict) or "$ref" not in node:
            return None
        return Path(os.path.normpath(file.parent / node["$ref"].partition("#")[0]))
