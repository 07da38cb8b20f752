"""Turns the bundled 3.1 document into OpenAPI 3.0.3 and refuses every keyword that 3.0.3 cannot carry."""

from __future__ import annotations

from typing import Any

from mock_server.contract import NAME_MAPS, is_data
from scripts.contract.flatten import is_annotation
from scripts.contract.references import escaped, resolved
from scripts.contract.sources import ContractError, ContractErrors, fault, plain

DIALECTS = frozenset({"https://spec.openapis.org/oas/3.1/dialect/base"})
# Keywords of a schema that mean the same in both versions.
CARRIED = frozenset(
    "title description type format enum default example readOnly writeOnly deprecated externalDocs xml "
    "discriminator required properties additionalProperties minProperties maxProperties items minItems "
    "maxItems uniqueItems minLength maxLength pattern minimum maximum multipleOf anyOf oneOf not".split()
)
CONVERTED = frozenset({"const", "examples", "exclusiveMinimum", "exclusiveMaximum"})
JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}

Schema = dict[str, Any]


def to_30(document: dict[str, Any]) -> dict[str, Any]:
    """The 3.0.3 form of a bundled document; ContractErrors with every keyword that it cannot carry."""
    converter = _Converter(document)
    result = converter.document()
    if converter.faults:
        raise ContractErrors(converter.faults)
    return result


class _Converter:
    def __init__(self, document: dict[str, Any]) -> None:
        self.source = document
        self.faults: list[ContractError] = []

    def document(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in self.source.items():
            pointer = f"/{key}"
            if key == "openapi":
                result[key] = "3.0.3"
            elif key == "info":
                result[key] = _info(value)
            elif key == "jsonSchemaDialect":
                if value not in DIALECTS:
                    self.refuse("a dialect of its own", self.source, key, "")
            elif key == "webhooks":
                result["x-webhooks"] = self.part(value, pointer, True)
            elif key == "components":
                result[key] = self.components(value)
            else:
                result[key] = self.part(value, pointer, key in NAME_MAPS)
        result.setdefault("paths", {})
        return result

    def components(self, value: dict[str, Any]) -> dict[str, Any]:
        if "pathItems" in value:
            self.refuse("pathItems", value, "pathItems", "/components")
        for name, scheme in value.get("securitySchemes", {}).items():
            if scheme.get("type") == "mutualTLS":
                self.refuse("mutualTLS", scheme, "type", f"/components/securitySchemes/{escaped(name)}")
        return {
            section: {
                name: self.schema(item, f"/components/schemas/{escaped(name)}")
                if section == "schemas"
                else self.part(item, f"/components/{section}/{escaped(name)}", False)
                for name, item in items.items()
            }
            for section, items in value.items()
        }

    def part(self, value: Any, pointer: str, names: bool) -> Any:
        """Anything that is not a schema; the schemas in it are converted."""
        if isinstance(value, list):
            return [self.part(child, f"{pointer}/{number}", False) for number, child in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if "$ref" in value and not names:
            return {"$ref": value["$ref"]}  # a Reference object of 3.0 has no siblings
        result = {}
        for key, child in value.items():
            below = f"{pointer}/{escaped(key)}"
            if names:
                result[key] = self.part(child, below, False)
            elif key == "schema":
                result[key] = self.schema(child, below)
            elif is_data(key, child):
                result[key] = plain(child)
            else:
                result[key] = self.part(child, below, key in NAME_MAPS)
        return result

    def refuse(self, what: str, container: Any, key: str | int | None, pointer: str) -> None:
        self.faults.append(fault(f"3.0.3 cannot carry {what} (at #{pointer})", container, key))

    def schema(self, schema: Any, pointer: str) -> Schema:
        if not isinstance(schema, dict):
            self.faults.append(
                ContractError(f"3.0.3 cannot carry a schema that is {schema!r} (at #{pointer})")
            )
            return {}
        if "$ref" in schema:
            return self.reference(schema, pointer)
        result: Schema = {}
        for key, value in schema.items():
            if not (key in CARRIED or key in CONVERTED or key.startswith("x-") or key == "$comment"):
                self.refuse(key, schema, key, pointer)
            elif key == "properties":
                result[key] = {
                    name: self.located(child, value, name, f"{pointer}/properties/{escaped(name)}")
                    for name, child in value.items()
                }
            elif key in {"items", "not"} or (key == "additionalProperties" and isinstance(value, dict)):
                result[key] = self.located(value, schema, key, f"{pointer}/{key}")
            elif key not in CONVERTED and key not in {"type", "enum", "anyOf", "oneOf", "$comment"}:
                result[key] = plain(value)
        self.values(schema, result, pointer)
        self.types(schema, result, pointer)
        self.unions(schema, result, pointer)
        for low_or_high in ("minimum", "maximum"):
            self.bound(schema, result, low_or_high)
        if "array" in _listed(schema.get("type")) and "items" not in schema:
            self.refuse("an array without items", schema, "type", pointer)
        return {key: result[key] for key in [*(k for k in schema if k in result), *result]}

    def located(self, child: Any, container: Any, key: str, pointer: str) -> Schema:
        if isinstance(child, dict):
            return self.schema(child, pointer)
        self.refuse(f"a schema that is {child!r}", container, key, pointer)
        return {}

    def reference(self, schema: Schema, pointer: str) -> Schema:
        siblings = {key: value for key, value in schema.items() if key != "$ref"}
        for key in siblings:
            if key != "default" and not is_annotation(key):
                self.refuse(f"{key} beside a $ref", schema, key, pointer)
        if "default" not in siblings:
            return {"$ref": schema["$ref"]}
        # A server fills a default in, so it is no mere annotation: all of the schema is written out with it.
        beside = {key: plain(value) for key, value in siblings.items() if key not in CONVERTED}
        return {**self.schema(resolved(self.source, schema), pointer), **beside}

    def values(self, schema: Schema, result: Schema, pointer: str) -> None:
        """`enum`, `const` and `examples`. Null stays in an enum: 3.0.3 wants it there beside `nullable`."""
        if "enum" in schema:
            result["enum"] = plain(schema["enum"])
        if "const" in schema:
            if schema["const"] is None or "enum" in schema:
                self.refuse("this const", schema, "const", pointer)
            result["enum"] = [plain(schema["const"])]
        if "enum" in result and "type" not in schema:
            types = {JSON_TYPES[type(value)] for value in result["enum"] if value is not None}
            if None in result["enum"]:
                if len(types) != 1:
                    self.refuse("null in an enum without a type", schema, "enum", pointer)
                    return
                result["type"] = types.pop()
                result["nullable"] = True
        if isinstance(schema.get("examples"), list) and schema["examples"] and "example" not in schema:
            result["example"] = plain(schema["examples"][0])

    def types(self, schema: Schema, result: Schema, pointer: str) -> None:
        listed = _listed(schema.get("type"))
        named = [name for name in listed if name != "null"]
        if listed and not named:
            self.refuse("the type null alone", schema, "type", pointer)
        elif len(named) == 1:
            result["type"] = named[0]
            if "null" in listed:
                result["nullable"] = True
        elif len(named) > 1:
            if "anyOf" in schema:
                self.refuse("several types beside anyOf", schema, "type", pointer)
            nullable = {"nullable": True} if "null" in listed else {}
            bare = [
                {"type": name, **({"items": {}} if name == "array" else {}), **nullable} for name in named
            ]
            if "array" in named and "items" in schema:
                self.refuse("items beside several types", schema, "items", pointer)
            result["anyOf"] = bare

    def unions(self, schema: Schema, result: Schema, pointer: str) -> None:
        for key in ("anyOf", "oneOf"):
            if key not in schema:
                continue
            members = [(number, member) for number, member in enumerate(schema[key]) if not _is_null(member)]
            converted = [
                self.located(m, schema[key], key, f"{pointer}/{key}/{number}") for number, m in members
            ]
            if len(members) == len(schema[key]):
                result[key] = converted
                continue
            if "type" in schema and "null" not in _listed(schema["type"]):
                self.refuse(f"null in {key} under a type without null", schema, key, pointer)
            if not members:
                self.refuse(f"{key} of null alone", schema, key, pointer)
                continue
            # One member takes over the null. It is written out, as a $ref has no siblings in 3.0.3.
            first = self.nullable(members[0][1], f"{pointer}/{key}/{members[0][0]}")
            rest = {name for name in schema if name != key and not is_annotation(name) and name != "default"}
            if len(members) == 1 and not rest:
                own = {name: value for name, value in result.items() if name != key}
                result.clear()
                result.update({**first, **own})
            else:
                result[key] = [first, *converted[1:]]

    def nullable(self, schema: Schema, pointer: str) -> Schema:
        named = resolved(self.source, schema)
        converted = self.schema(named, pointer)
        if "type" not in converted:
            self.refuse("null beside a schema without one type", schema, None, pointer)
        converted["nullable"] = True
        if "enum" in converted and None not in converted["enum"]:
            converted["enum"] = [*converted["enum"], None]
        return converted

    def bound(self, schema: Schema, result: Schema, key: str) -> None:
        exclusive_key = f"exclusive{key.capitalize()}"
        exclusive = schema.get(exclusive_key)
        if isinstance(exclusive, bool) or not isinstance(exclusive, int | float):
            return
        inclusive = schema.get(key)
        tighter = inclusive is None or (
            exclusive >= inclusive if key == "minimum" else exclusive <= inclusive
        )
        if tighter:
            result[key] = exclusive
            result[exclusive_key] = True


def _listed(types: Any) -> list[str]:
    return types if isinstance(types, list) else [types] if types else []


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and (
        schema.get("type") in ("null", ["null"]) or schema.get("const", 0) is None
    )


def _info(info: dict[str, Any]) -> dict[str, Any]:
    result = {key: plain(value) for key, value in info.items() if key != "summary"}
    if "license" in result:
        result["license"] = {key: value for key, value in result["license"].items() if key != "identifier"}
    return result
