"""Validators of others on recorded answers; `core` and `schema` run in the environment of the tools."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

_SHOWN = 20


def core(document: dict[str, Any], exchanges: list[dict[str, Any]]) -> list[str]:
    """What openapi-core finds in the requests and the answers."""
    library: Any = importlib.import_module("openapi_core")
    testing: Any = importlib.import_module("openapi_core.testing")
    contract = library.OpenAPI.from_dict({**document, "servers": [{"url": "http://sandbox/public/v1"}]})
    found = []
    for each in exchanges:
        request = testing.MockRequest(
            "http://sandbox",
            each["method"],
            f"/public/v1{each['path']}",
            args=dict(pair.split("=") for pair in each["query"].split("&") if pair),
            headers={"Authorization": "Bearer token"},
        )
        answer = testing.MockResponse(
            json.dumps(each["body"]).encode(), status_code=each["status"], headers=each["headers"]
        )
        try:
            contract.validate_response(request, answer)
            if each["status"] == 200:
                contract.validate_request(request)
        except Exception as error:
            reason = getattr(error, "__cause__", None) or error
            more = [str(inner)[:200] for inner in getattr(reason, "schema_errors", [])][:2]
            found.append(f"{each['path']} {each['status']}: {type(error).__name__} {reason} {more}"[:500])
    return found


def schema(document: dict[str, Any], exchanges: list[dict[str, Any]]) -> list[str]:
    """What Python's jsonschema finds in the answers, formats left aside as it does by itself."""
    library: Any = importlib.import_module("jsonschema")
    referencing: Any = importlib.import_module("referencing")
    resource = referencing.Resource.opaque(contents=document)
    registry = referencing.Registry().with_resource("urn:contract", resource)
    paths = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    }
    found = []
    for each in exchanges:
        response = paths[each["operation"]]["responses"][str(each["status"])]
        if "$ref" in response:
            response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
        asked = response["content"]["application/json"]["schema"]
        ref = {"$ref": f"urn:contract{asked['$ref']}"} if "$ref" in asked else asked
        for error in library.Draft202012Validator(ref, registry=registry).iter_errors(each["body"]):
            found.append(f"{each['path']} {each['status']}: {error.json_path} {error.message}"[:300])
    return found


def main(arguments: list[str]) -> int:
    """`core` or `schema`, the document, the record."""
    kind, contract, record = arguments
    document = json.loads(Path(contract).read_text())
    exchanges = [json.loads(line) for line in Path(record).read_text().splitlines()]
    found = {"core": core, "schema": schema}[kind](document, exchanges)
    print("\n".join(found[:_SHOWN]) if found else f"{len(exchanges)} answers")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
