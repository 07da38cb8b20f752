"""Puts the files of a new operation together; nothing is written where one of them cannot be."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import NamedTuple

from scripts.scaffold.contract import TENANT, Contract, ScaffoldError
from scripts.scaffold.entries import entries, question
from scripts.scaffold.words import parts, singular, spoken, with_article

_TEMPLATES = Path(__file__).parent / "templates"
# Of what is read by its own id.
_ETAG = "\n    headers:\n      ETag:\n        $ref: ../../../shared/headers/ETag.yaml"
_UNKNOWN = "00000000-0000-7000-8000-000000000000"


class Kind(NamedTuple):
    """One kind of operation: its method, what its scope allows, and whether it takes a body."""

    method: str
    action: str
    takes_body: bool = False


KINDS = {
    "list": Kind("get", "read"),
    "get": Kind("get", "read"),
    "create": Kind("post", "create", takes_body=True),
    "action": Kind("post", "update"),
}


class Wanted(NamedTuple):
    """What to write: `path` is below the entity, such as /work-orders/{id}/movements."""

    kind: str
    id: str
    path: str
    resource: str | None = None


class _Marked(Template):
    delimiter = "@"


def _filled(template: str, **values: str) -> str:
    return _Marked((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


class _Draft:
    """The files of one operation, before any is written."""

    def __init__(self, project: Path, wanted: Wanted) -> None:
        self.project = project
        self.contract = Contract(project / "openapi")
        self.wanted = wanted
        self.kind = KINDS[wanted.kind]
        self.path = TENANT + wanted.path
        self.folder = self.contract.resource(wanted.path, wanted.resource)
        self.name = "".join(word.capitalize() for word in parts(wanted.id)[1:])
        self.variables = re.findall(r"{(\w+)}", wanted.path)
        self.files: dict[Path, str] = {}

    def check(self) -> None:
        """Refuses what is there already and what the house rules would."""
        self.contract.check_verb(self.kind.method, self.wanted.id)
        if self.wanted.id in self.contract.operations:
            raise ScaffoldError(f"There is an operation {self.wanted.id}.")
        if self.contract.operation_at(self.path, self.kind.method) is not None:
            raise ScaffoldError(f"{self.wanted.path} has a {self.kind.method.upper()}.")

    def ref(self, file: Path) -> str:
        """How the operation refers to a file."""
        return os.path.relpath(file, self.folder / "operations")

    def new(self, folder: str, name: str, template: str, **values: str) -> Path:
        """A further file of the resource."""
        file = self.folder / folder / f"{name}.yaml"
        if file.exists():
            raise ScaffoldError(f"{file.relative_to(self.project)} exists.")
        self.files[file] = _filled(template, **values)
        return file

    def record(self, name: str) -> tuple[Path, str, Path]:
        """The schema of a record with the name and file of its example; they are new where it is."""
        schema = self.contract.schema(name)
        if schema is not None:
            return schema, *self.contract.shown(schema)
        schema = self.new("schemas", name, "record.yaml")
        return schema, "one", self.new("examples", f"{name}One", "record_example.yaml")

    def page(self) -> tuple[Path, str, Path]:
        """The schema of a list and its example."""
        words = parts(self.wanted.id)[1:]
        row = singular(self.name)
        key, noun = "_".join(words), spoken(words)
        schema = self.contract.schema(row) or self.new("schemas", row, "record.yaml")
        place = os.path.relpath(schema, self.folder / "schemas")
        page = self.new("schemas", f"{row}List", "page.yaml", key=key, noun=noun, row=place)
        return page, "page", self.new("examples", f"{row}ListPage", "page_example.yaml", key=key)

    def acted_on(self) -> tuple[Path, str, Path]:
        """What the GET of the record answers that an action is on."""
        above = self.contract.operation_at(self.path.rpartition("/")[0], "get")
        if above is None:
            raise ScaffoldError("An action stands below a record that has a GET: /work-orders/{id}/pause.")
        media = self.contract.read(above)["responses"]["200"]["content"]["application/json"]
        name, example = next(iter(media["examples"].items()))
        schema, shown = self.contract.target(above, media["schema"]), self.contract.target(above, example)
        if schema is None or shown is None:
            raise ScaffoldError(f"{above.stem} does not refer to the files of its schema and example.")
        return schema, name, shown

    def link(self) -> tuple[str, str]:
        """The operation that reads what was created, and the link to it."""
        read = f"get{self.name}"
        if read not in self.contract.operations:
            raise ScaffoldError(f"A create links to what reads the record: make {read} first.")
        file = self.folder / "links" / f"{self.name}Get.yaml"
        if not file.exists():
            places = [path for path in self.contract.index["paths"] if self._reads(path, read)]
            *above, last = re.findall(r"{(\w+)}", places[0])
            lines = [*(f"  {name}: $request.path.{name}" for name in above), f"  {last}: $response.body#/id"]
            noun = spoken(parts(self.name))
            self.new("links", file.stem, "link.yaml", read=read, noun=noun, parameters="\n".join(lines))
        return read, self.ref(file)

    def _reads(self, path: str, operation: str) -> bool:
        return self.contract.operation_at(path, "get") == self.contract.operations[operation]

    def operation(self) -> None:
        """The operation itself, with its schemas and examples."""
        verb, *words = parts(self.wanted.id)
        noun = spoken(words)
        said = noun if self.wanted.kind == "list" else with_article(noun)
        answers: dict[str, Callable[[], tuple[Path, str, Path]]] = {
            "list": self.page,
            "action": self.acted_on,
            "get": lambda: self.record(self.name),
            "create": lambda: self.record(self.name),
        }
        schema, example_name, example = answers[self.wanted.kind]()
        values = {
            "id": self.wanted.id,
            "summary": f"{verb.capitalize()} {said}",
            "noun": noun,
            "headers": _ETAG if self.path.endswith("}") else "",
            "tag": self.contract.sibling(self.folder)["tags"][0],
            "scope": self.contract.scope(self.folder, self.kind.action),
            "schema": self.ref(schema),
            "example_name": example_name,
            "example": self.ref(example),
        }
        if self.kind.takes_body:
            values["read"], values["link"] = self.link()
            values["body_schema"] = self.ref(self.new("schemas", f"{self.name}Create", "body.yaml"))
            values["body_example_name"] = "one"
            values["body_example"] = self.ref(
                self.new("examples", f"{self.name}CreateOne", "body_example.yaml")
            )
        text = _filled(f"{self.wanted.kind}.yaml", **values)
        self.files[self.folder / "operations" / f"{self.wanted.id}.yaml"] = text

    def test(self) -> None:
        """A test of what can be said of it already."""
        name = "_".join(parts(self.wanted.id))
        named = "".join(f", {each}=UNKNOWN" for each in self.variables)
        unknown = f'\n\nUNKNOWN = "{_UNKNOWN}"' if named else ""
        file = self.project / "contract_tests" / "records" / f"test_{name}.py"
        self.files[file] = _filled("test.txt", id=self.wanted.id, name=name, path=named, unknown=unknown)


def scaffold(project: Path, wanted: Wanted) -> list[Path]:
    """Writes the files of a new operation into a project; those that are new or changed.

    Raises ScaffoldError, and writes nothing, where the contract has no place for it.
    """
    draft = _Draft(project, wanted)
    draft.check()
    draft.operation()
    draft.files |= entries(draft.contract, draft.folder, draft.path, draft.kind.method, wanted.id)
    schemas = [file.stem for file in draft.files if file.parent.name == "schemas"]
    draft.files |= question(draft.contract.root, wanted.id, schemas)
    draft.test()
    for file, text in draft.files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return list(draft.files)
