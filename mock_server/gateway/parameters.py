"""Parameters of one operation: read from text by their schemas, each fault named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_to_bytes

from mock_server.contract import Fault, Parameter, compiled, first_fault, reader_of, unknown_name

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?")


class UnsupportedParameter(Exception):
    """The contract uses a kind of parameter that the gate does not implement."""


class Reader:
    """Reads one parameter."""

    def __init__(self, parameter: Parameter) -> None:
        kind = parameter.schema.get("type")
        if kind not in {"string", "integer", "number"} or parameter.location not in {
            "path",
            "query",
            "header",
        }:
            raise UnsupportedParameter(f"{parameter.location} parameter {parameter.name} of type {kind}")
        self.name = parameter.name
        self.location = parameter.location
        self.is_required = parameter.required
        self.default = parameter.schema.get("default")
        self._kind = kind
        self._schema = parameter.schema
        self._canonical = reader_of(parameter.schema)
        self._validator = compiled(parameter.schema)

    def read(self, text: str, found: list[Fault]) -> Any:
        """The value of a text; faults join the list."""
        value: Any = text if self._canonical is None else self._canonical(text)
        if self._kind == "integer":
            if not _INTEGER.fullmatch(text):
                return self._fault(found, "must be a whole number")
            value = int(text)
        elif self._kind == "number":
            if not _NUMBER.fullmatch(text):
                return self._fault(found, "must be a number")
            value = Decimal(text)
        if not self._validator.is_valid(value):
            return self._fault(found, first_fault(self._schema, value))
        return value

    def _fault(self, found: list[Fault], message: str) -> None:
        found.append({"pointer": f"/{self.location}/{self.name}", "message": message})


class Parameters:
    """Reads all parameters of an operation; an unknown or repeated query parameter is a fault."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        readers = [Reader(parameter) for parameter in parameters]
        self._path = [reader for reader in readers if reader.location == "path"]
        self._query = {reader.name: reader for reader in readers if reader.location == "query"}
        self._headers = [
            (reader.name.lower().encode(), reader) for reader in readers if reader.location == "header"
        ]
        self._required = [reader for reader in self._query.values() if reader.is_required]
        self._defaults = {r.name: r.default for r in self._query.values() if r.default is not None}

    def read(
        self, path: MutableMapping[str, str], query: bytes, headers: Mapping[bytes, bytes], found: list[Fault]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The query values, defaults filled in, and the header values; path values are read in place."""
        for reader in self._path:
            path[reader.name] = reader.read(path[reader.name], found)
        values = dict(self._defaults)
        if query:
            self._read_query(query, values, found)
        for reader in self._required:
            if reader.name not in values:
                found.append({"pointer": f"/query/{reader.name}", "message": "is required"})
        sent: dict[str, Any] = {}
        for key, reader in self._headers:
            raw = headers.get(key)
            if raw is not None:
                sent[reader.name] = reader.read(raw.decode("latin-1"), found)
        return values, sent

    def _read_query(self, query: bytes, values: dict[str, Any], found: list[Fault]) -> None:
        seen: set[str] = set()
        for pair in query.split(b"&"):
            if not pair:
                continue
            raw_name, _, raw_value = pair.partition(b"=")
            name, text = _text(raw_name), _text(raw_value)
            reader = self._query.get(name) if name is not None else None
            pointer = f"/query/{(name or '')[:100]}"
            if name is None or text is None:
                found.append({"pointer": pointer, "message": "is not UTF-8"})
            elif reader is None:
                message = unknown_name(name, self._query, "a parameter of this operation")
                found.append({"pointer": pointer, "message": message})
            elif name in seen:
                found.append({"pointer": pointer, "message": "is given more than once"})
            else:
                seen.add(name)
                values[name] = reader.read(text, found)


def _text(raw: bytes) -> str | None:
    if b"+" in raw:
        raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        raw = unquote_to_bytes(raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
