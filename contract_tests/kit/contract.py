"""The contract under test, as far as the tests ask about it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from contract_tests.kit.reached import Reach, Reached

PROJECT = Path(__file__).resolve().parents[2]
BUILT = files("contract_tests") / "built"
METHODS = ("get", "put", "post", "delete")
# The id of nothing.
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    id: str
    method: str
    path: str
    stage: str
    scopes: tuple[str, ...]
    statuses: frozenset[int]
    spec: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def is_tenant_guarded(self) -> bool:
        """Whether the path names an organisation and an entity."""
        return "{entityId}" in self.path

    @property
    def has_body(self) -> bool:
        """Whether it takes a body."""
        return "requestBody" in self.spec

    @property
    def is_built(self) -> bool:
        """Whether the sandbox has a handler for it; what has none answers 501 after the scope."""
        return self.stage != "stub" and self.spec.get("x-unbuilt") is not True

    def takes(self, location: str, name: str) -> bool:
        """Whether it has a parameter."""
        return any((p["in"], p["name"]) == (location, name) for p in self.parameters)

    def url(self, **values: str) -> str:
        """Its path with these values, each in percent-encoding; the rest are well-formed ids of nothing."""
        path = self.path
        for parameter in self.parameters:
            name = parameter["name"]
            if parameter["in"] == "path":
                is_uuid = parameter["schema"].get("format") == "uuid"
                value = values.get(name, UNKNOWN if is_uuid else "0" * 24)
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return path


class Contract:
    """A built document in its 3.1 form."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.version: str = document["info"]["version"]
        self.operations = {operation.id: operation for operation in self._read()}
        self._validators: dict[tuple[str, int], Any] = {}

    def resolve(self, node: Any) -> Any:
        """What a node stands for."""
        while isinstance(node, Mapping) and "$ref" in node:
            reference = node["$ref"]
            node = self.document
            for part in reference.removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def _read(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method not in item:
                    continue
                spec = item[method]
                parameters = [
                    self.resolve(p) for p in (*item.get("parameters", []), *spec.get("parameters", []))
                ]
                yield Operation(
                    id=spec["operationId"],
                    method=method.upper(),
                    path=path,
                    stage=spec["x-stage"],
                    scopes=tuple(spec.get("x-hellobooks-required-scopes", ())),
                    statuses=frozenset(int(status) for status in spec["responses"]),
                    spec=spec,
                    parameters=tuple({**p, "schema": self.resolve(p["schema"])} for p in parameters),
                )

    @cached_property
    def _scheme(self) -> Mapping[str, Any]:
        schemes: dict[str, Mapping[str, Any]] = self.document["components"]["securitySchemes"]
        return next(iter(schemes.values()))

    @cached_property
    def _components(self) -> Any:
        return stepped(self.document["components"])

    @cached_property
    def bundles(self) -> Mapping[str, list[str]]:
        """Scopes that stand for several others."""
        found: Mapping[str, list[str]] = self._scheme.get("x-scope-bundles", {})
        return found

    @cached_property
    def scopes(self) -> list[str]:
        """Every scope that can be granted."""
        declared = [scope for flow in self._scheme["flows"].values() for scope in flow["scopes"]]
        return list(dict.fromkeys([*declared, *self.bundles]))

    def scopes_without(self, scope: str) -> list[str]:
        """Every scope but one and the bundles that cover it."""
        return [s for s in self.scopes if s != scope and scope not in self.bundles.get(s, [])]

    @cached_property
    def topics(self) -> list[str]:
        """Every topic that can be subscribed to."""
        return [*self.document.get("webhooks", {}), *self.document.get("x-silent-topics", [])]

    def listed(self, operation: Operation) -> set[Reach]:
        """Every answer that an operation lists, by status and code."""
        return {
            (operation.id, status, code)
            for status in operation.statuses
            for code in (self.codes_of(operation.id, status) if status >= 400 else ("",))
        }

    @cached_property
    def reached(self) -> Reached:
        """The answers that were seen of the servers which are held to this contract."""
        operations = self.operations.values()
        # A connection refuses what is no request whatever its path; 404 and 405 depend on the path.
        unrouted = self.document.get("x-unrouted-responses", {})
        anywhere = {
            (int(status), code)
            for status, answer in unrouted.items()
            if status not in {"404", "405"}
            for code in self.codes_in(answer)
        }
        return Reached(
            {operation.id: (operation.method, operation.path) for operation in operations},
            {reach for operation in operations for reach in self.listed(operation)},
            anywhere,
        )

    @cached_property
    def codes(self) -> dict[str, set[int]]:
        """Every documented error code with its statuses."""
        found: dict[str, set[int]] = {}
        for status, response in self.document.get("x-unrouted-responses", {}).items():
            for code in self.codes_in(response):
                found.setdefault(code, set()).add(int(status))
        for operation in self.operations.values():
            for status in operation.statuses:
                for code in self.codes_of(operation.id, status) if status >= 400 else ():
                    found.setdefault(code, set()).add(status)
        return found

    def codes_of(self, operation_id: str, status: int) -> set[str]:
        """The error codes that an operation lists for a status."""
        return self.codes_in(self.operations[operation_id].spec["responses"][str(status)])

    def codes_in(self, response: Any) -> set[str]:
        """The error codes that an answer names."""
        return set(self.resolve(response).get("x-error-codes", ()))

    def _examples(self, response: Any) -> dict[str, Any]:
        media = self.resolve(response).get("content", {}).get("application/json", {})
        return {name: self.resolve(example) for name, example in media.get("examples", {}).items()}

    def example(self, operation_id: str, name: str | None = None) -> Any:
        """A request example of an operation, the first where none is named."""
        media = self.operations[operation_id].spec["requestBody"]["content"]["application/json"]
        examples = {key: self.resolve(node)["value"] for key, node in media["examples"].items()}
        return examples[name] if name is not None else next(iter(examples.values()))

    def answer_example(self, operation_id: str, status: int) -> Any:
        """The first example of an operation's answer."""
        response = self.operations[operation_id].spec["responses"][str(status)]
        return next(iter(self._examples(response).values()))["value"]

    def headers_of(self, operation_id: str, status: int) -> set[str]:
        """The headers that an answer is documented to have, lower case; optional ones left out."""
        response = self.resolve(self.operations[operation_id].spec["responses"][str(status)])
        headers = {name: self.resolve(node) for name, node in response.get("headers", {}).items()}
        return {name.lower() for name, node in headers.items() if node.get("required")}

    def faults(self, operation_id: str, status: int, body: Any) -> list[str]:
        """What is wrong with an answer's body."""
        key = (operation_id, status)
        if key not in self._validators:
            response = self.resolve(self.operations[operation_id].spec["responses"][str(status)])
            schema = response["content"]["application/json"]["schema"]
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {**stepped(schema), "components": self._components}, validate_formats=True
            )
        return [str(error)[:500] for error in self._validators[key].iter_errors(body)]


def stepped(document: Any) -> Any:
    """A copy with `multipleOf` in place of `x-decimal-places`, for a validator that counts in decimals."""
    if isinstance(document, list):
        return [stepped(child) for child in document]
    if not isinstance(document, Mapping):
        return document
    copy = {key: stepped(child) for key, child in document.items()}
    if (places := copy.pop("x-decimal-places", None)) is not None:
        copy["multipleOf"] = float(f"1e-{places}")
    return copy


def built_contract() -> Contract:
    """The contract that came with the tests."""
    file = BUILT / "openapi.json"
    if not file.is_file():
        raise RuntimeError("The contract is not built: in a checkout, scripts/build does it.")
    return Contract(json.loads(file.read_bytes()))
