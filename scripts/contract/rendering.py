"""Writes a document as JSON or YAML text, the same bytes for the same data."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import yaml

try:
    from yaml import CSafeDumper as _BaseDumper
except ImportError:  # libyaml is missing: slower, same result
    from yaml import SafeDumper as _BaseDumper  # type: ignore[assignment]

WIDTH = 110
_quoted = json.encoder.encode_basestring


def to_json(value: Any) -> str:
    """JSON with two spaces of indent; what fits on one line stands on one line."""
    return _json(value, 0) + "\n"


def _json(value: Any, indent: int) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict):
        parts = [f"{_quoted(key)}: {_json(child, indent + 2)}" for key, child in value.items()]
        return _joined(parts, "{", "}", indent)
    if isinstance(value, list):
        return _joined([_json(child, indent + 2) for child in value], "[", "]", indent)
    return json.dumps(value)


def _joined(parts: list[str], start: str, end: str, indent: int) -> str:
    if sum(map(len, parts)) + 2 * len(parts) + indent < WIDTH and not any("\n" in part for part in parts):
        return f"{start}{', '.join(parts)}{end}"
    margin = " " * indent
    inner = f",\n{margin}  ".join(parts)
    return f"{start}\n{margin}  {inner}\n{margin}{end}"


def number(value: float) -> str:
    """A number without exponent."""
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text if "." in text else f"{text}.0"


class _Dumper(_BaseDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


# Readers of YAML 1.2 take `12e4` as a number and PyYAML does not: such a string needs its quotes.
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9][0-9]*(?:\.[0-9]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)
_Dumper.add_representer(
    float, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", number(value))
)
_Dumper.add_multi_representer(
    dict,
    lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=False),
)
_Dumper.add_multi_representer(
    list, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=False)
)


def _text(dumper: Any, value: str) -> yaml.ScalarNode:
    # Prose keeps its paragraphs; libyaml refuses the block style where a line ends in a space.
    style = "|" if "\n" in value and " \n" not in value else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)
    return node


_Dumper.add_representer(str, _text)


def to_yaml(value: Any) -> str:
    """YAML in block style, without anchors and aliases."""
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2)
    return text


# Texts that need no quotes for any reader of YAML: old ones take `no` and `12e4` for something else.
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PLAIN = r"[A-Za-z_][A-Za-z0-9_/ ()%,·°-]*(?:[.][A-Za-z0-9_/ (),-]+)*[.]?"
_BARE = re.compile(f"{_UUID}|{_PLAIN}")
_WORDS = frozenset("true false yes no on off null y n".split())


def to_source(value: Any, indent: int = 0) -> str:
    """Block style as the sources have it: items stand deeper than their key, and no line is folded."""
    margin = " " * indent
    lines = []
    for key, child in value.items() if isinstance(value, dict) else [(None, child) for child in value]:
        head = f"{margin}- " if key is None else f"{margin}{_scalar(key)}:"
        if isinstance(child, dict | list) and child:
            inner = to_source(child, indent + 2)
            lines.append(head + inner.lstrip(" ") if key is None else f"{head}\n{inner}")
        else:
            lines.append(f"{head}{'' if key is None else ' '}{_scalar(child)}\n")
    return "".join(lines)


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return number(value) if isinstance(value, float) else json.dumps(value)
    if "\n" in value or not value.isprintable():
        return _quoted(value)
    is_bare = _BARE.fullmatch(value) and not value.endswith(" ") and value.lower() not in _WORDS
    return value if is_bare else "'" + value.replace("'", "''") + "'"
