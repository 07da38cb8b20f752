"""Writes values as YAML in one form: block style, members in their order, texts quoted where they must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mock_server.seeds.marked import is_text
from mock_server.wire import plain

# What no version of YAML reads otherwise, not even with `on` as a name.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ ./()-]*[A-Za-z0-9.)]|[A-Za-z]")
_OTHERWISE = re.compile(r"(y|n|yes|no|on|off|true|false|null)", re.IGNORECASE)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_yaml(value: Any) -> str:
    """The text of a value of objects, lists, texts, numbers, true, false and null."""
    is_block = isinstance(value, dict | list) and value
    return ("\n".join(_lines(value, "")) if is_block else _scalar(value)) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _member(f"{indent}{_text(name)}:", inner, indent + "  ")
    else:
        for inner in value:
            if isinstance(inner, dict | list) and inner:
                first, *rest = _lines(inner, indent + "  ")
                yield f"{indent}- {first.removeprefix(indent + '  ')}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(inner)}"


def _member(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield head
        yield from _lines(value, indent)
    else:
        yield f"{head} {_scalar(value)}"


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return plain(value)
        case str():
            return _text(value)
    return "{}" if isinstance(value, dict) else "[]"


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _OTHERWISE.fullmatch(text) and is_text(text):
        return text
    return '"' + "".join(_escaped(each) for each in text) + '"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable() and letter != "\ufeff":
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
