"""The contract as the server reads it: every fact about an operation comes from the built document."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import Any

Json = Any
METHODS = ("get", "put", "post", "delete", "patch")
_TENANT = "{entityId}"
_JSON = "application~1json"


@dataclass(frozen=True)
class Parameter:
    """One declared parameter; `schema` is resolved."""

    name: str
    location: str
    required: bool
    schema: Mapping[str, Json]


@dataclass(frozen=True)
class Operation:
    """What the contract says of one operation."""

    id: str
    method: str
    path: str
    tag: str
    stage: str
    scopes: frozenset[str]
    is_tenant_guarded: bool
    statuses: frozenset[int]
    parameters: tuple[Parameter, ...]
    body_pointer: str | None
    is_body_required: bool
    # The media type of a body that is taken as it is, where it is not JSON.
    body_type: str | None
    answer_pointers: Mapping[int, str]

    @property
    def is_metered(self) -> bool:
        """Whether the operation costs credits."""
        return 402 in self.statuses

    @property
    def takes_idempotency_key(self) -> bool:
        """Whether a repeat with the same key is answered from memory."""
        return any(p.name == "Idempotency-Key" for p in self.parameters)

    @cached_property
    def success(self) -> int | None:
        """The one 2xx status, absent for a stub."""
        return next((status for status in sorted(self.statuses) if 200 <= status < 300), None)


@dataclass(frozen=True)
class ErrorFact:
    """An error code: its status, its documented body and, where the text varies, its template."""

    code: str
    status: int
    body: Mapping[str, Json]
    template: str


class Contract:
    """Facts of one built document, 3.1 form."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.document = document
        self.version: str = document["info"]["version"]
        self.operations: dict[str, Operation] = {op.id: op for op in self._read_operations()}

    def resolve(self, node: Json) -> Json:
        """Follows a local reference, if the node is one."""
        while isinstance(node, Mapping) and "$ref" in node:
            target = node["$ref"].removeprefix("#/").split("/")
            node = self.document
            for key in target:
                node = node[key.replace("~1", "/").replace("~0", "~")]
        return node

    def _read_operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            shared = item.get("parameters", [])
            for method in METHODS:
                if method in item:
                    yield self._read_operation(path, method, item[method], shared)

    def _read_operation(self, path: str, method: str, spec: Json, shared: list[Json]) -> Operation:
        parameters = tuple(self._read_parameter(p) for p in (*shared, *spec.get("parameters", [])))
        pointer = f"#/paths/{_escaped(path)}/{method}"
        body = spec.get("requestBody")
        kind = next((each for each in body["content"] if each != "application/json"), None) if body else None
        answers: dict[int, str] = {}
        for status, response in spec["responses"].items():
            where = f"{pointer}/responses/{status}"
            if "$ref" in response:
                where, response = response["$ref"], self.resolve(response)
            if "application/json" in response.get("content", {}):
                answers[int(status)] = f"{where}/content/application~1json/schema"
        return Operation(
            id=spec["operationId"],
            method=method.upper(),
            path=path,
            tag=spec["tags"][0],
            stage=spec.get("x-stage", "live"),
            scopes=frozenset(spec.get("x-hellobooks-required-scopes", ())),
            is_tenant_guarded=_TENANT in path,
            statuses=frozenset(int(status) for status in spec["responses"]),
            parameters=parameters,
            body_pointer=f"{pointer}/requestBody/content/{_JSON}/schema" if body and not kind else None,
            body_type=kind,
            is_body_required=bool(body and body.get("required")),
            answer_pointers=answers,
        )

    def _read_parameter(self, node: Json) -> Parameter:
        spec = self.resolve(node)
        # A default may stand beside the reference to what it is a value of.
        beside = {key: value for key, value in spec["schema"].items() if key != "$ref"}
        schema = {**self.resolve(spec["schema"]), **beside}
        return Parameter(spec["name"], spec["in"], spec.get("required", False), schema)

    @cached_property
    def errors(self) -> dict[str, ErrorFact]:
        """Every error code with its status, from the answers that carry it as an example."""
        found: dict[str, ErrorFact] = {}
        for status, response in self._all_answers():
            for media in response.get("content", {}).values():
                for code, node in media.get("examples", {}).items():
                    example = self.resolve(node)
                    if code in found or status < 400:
                        continue
                    body = example["value"]
                    shared = self.document["components"]["examples"].get(code, example)
                    text = body["message"] if "message" in body else ""
                    found[code] = ErrorFact(code, status, body, shared.get("x-message", text))
        return found

    def _all_answers(self) -> Iterator[tuple[int, Json]]:
        for status, node in self.document.get("x-unrouted-responses", {}).items():
            yield int(status), self.resolve(node)
        for item in self.document["paths"].values():
            for method in METHODS:
                for status, node in item.get(method, {}).get("responses", {}).items():
                    yield int(status), self.resolve(node)

    @cached_property
    def scope_bundles(self) -> Mapping[str, list[str]]:
        """Scopes that stand for several others."""
        schemes = self.document["components"].get("securitySchemes", {})
        return next((s["x-scope-bundles"] for s in schemes.values() if "x-scope-bundles" in s), {})

    @cached_property
    def scopes(self) -> list[str]:
        """Every scope that can be granted, bundles included."""
        schemes = self.document["components"].get("securitySchemes", {})
        declared = [s for x in schemes.values() for flow in x["flows"].values() for s in flow["scopes"]]
        return list(dict.fromkeys([*declared, *self.scope_bundles]))

    @cached_property
    def scope_words(self) -> Mapping[str, str]:
        """What each scope allows, in words."""
        schemes = self.document["components"].get("securitySchemes", {})
        flows = (flow for scheme in schemes.values() for flow in scheme["flows"].values())
        return {scope: words for flow in flows for scope, words in flow["scopes"].items()}

    @cached_property
    def topics(self) -> list[str]:
        """Every topic that can be subscribed to: the planned ones, then those that are never sent."""
        return [*self.document.get("webhooks", {}), *self.document.get("x-silent-topics", [])]

    def of_stage(self, *stages: str) -> Contract:
        """The part of the contract whose operations are at one of these stages."""
        paths: dict[str, Json] = {}
        for path, item in self.document["paths"].items():
            kept = {
                key: node for key, node in item.items() if key not in METHODS or node.get("x-stage") in stages
            }
            if any(method in kept for method in METHODS):
                paths[path] = kept
        return Contract({**self.document, "paths": paths})


def read_document(file: Traversable) -> dict[str, Json]:
    """A built document; equal texts, of which the documents share most, are kept once."""

    def shared(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        return {key: sys.intern(value) if isinstance(value, str) else value for key, value in pairs}

    document: dict[str, Json] = json.loads(file.read_bytes(), object_pairs_hook=shared)
    return document


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")


def pythonic(operation_id: str) -> str:
    """The handler's name for an operation id: `getBom` is `get_bom`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation_id).lower()
