"""The same JSON in the styles in which programs write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

# The members of an object, and the order in which they are sent.
Orders = dict[frozenset[str], tuple[str, ...]]
_ESCAPE = re.compile(r"\\u[0-9a-f]{4}")
_MARKUP = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "+": "\\u002b"}
_LONGEST = 1 << 20


class Number(str):
    """A number as it was written."""


class Layout(NamedTuple):
    """What stands between the values, and how it is called."""

    name: str
    comma: str = ","
    colon: str = ":"
    indent: str = ""


_LAYOUTS = (
    Layout("without blanks"),
    Layout("with blanks after commas and colons", ", ", ": "),
    Layout("indented by two blanks", ",", ": ", "  "),
    Layout("indented by four blanks", ",", ": ", "    "),
    Layout("indented by tabs", ",", ": ", "\t"),
    Layout("indented, with blanks around the colons", ",", " : ", "  "),
    Layout("with blanks after colons", ",", ": "),
)
_ENDS = {"": "", "\n": "with a newline at the end", "\r\n": "with CR LF at the end"}


def parse(text: str) -> Any:
    """The value with its numbers as they stand; raises ValueError where the text is no JSON."""
    try:
        return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=Number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def orders_of(samples: Iterable[Any]) -> Orders:
    """The orders of the members of objects, from events as they are sent."""
    found: Orders = {}
    left = list(samples)
    while left:
        value = left.pop()
        if isinstance(value, dict):
            found.setdefault(frozenset(value), tuple(value))
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return found


def restyled(text: str, orders: Orders) -> Iterator[tuple[str, str]]:
    """The JSON of a text in other styles, each with its name; nothing where it is none, or too long."""
    if len(text) > _LONGEST:
        return
    try:
        value = parse(text)
        for members, order in _ordered(value, orders):
            for plain, numbers in _numbered(members):
                for written, style in _written(plain):
                    for end, ending in _ENDS.items():
                        words = [word for word in (style, order, numbers, ending) if word]
                        yield written + end, ", ".join(words)
    except (ValueError, RecursionError):
        return


def _ordered(value: Any, orders: Orders) -> Iterator[tuple[Any, str]]:
    seen = [json.dumps(value)]
    yield value, ""
    for other, name in (
        (_in_order(value, orders), "its members in the order in which they are sent"),
        (_in_order(value, None), "its members in alphabetical order"),
    ):
        if (shown := json.dumps(other)) not in seen:
            seen.append(shown)
            yield other, name


def _in_order(value: Any, orders: Orders | None) -> Any:
    """The value with its members in known orders, or without any in that of the alphabet."""
    if isinstance(value, list):
        return [_in_order(each, orders) for each in value]
    if not isinstance(value, dict):
        return value
    names = sorted(value) if orders is None else orders.get(frozenset(value), tuple(value))
    return {name: _in_order(value[name], orders) for name in names}


def _numbered(value: Any) -> Iterator[tuple[Any, str]]:
    yield value, ""
    if (plain := _plain(value)) != value:
        yield plain, "numbers without exponents and idle zeros"


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if not isinstance(value, Number) or not re.search("[.eE]", value):
        return value
    shown = f"{Decimal(value):f}" if abs(Decimal(value).adjusted()) < 30 else str(value)
    return Number(shown.rstrip("0").rstrip(".") if "." in shown else shown)


def _written(value: Any) -> Iterator[tuple[str, str]]:
    for layout in _LAYOUTS:
        raw = _write(value, layout, "\n")
        escaped = _write(value, layout, "\n", is_ascii=True)
        texts = {raw: layout.name}
        texts.setdefault(escaped, f"{layout.name}, letters outside ASCII escaped")
        upper = _ESCAPE.sub(lambda found: "\\u" + found[0][2:].upper(), escaped)
        texts.setdefault(upper, f"{layout.name}, letters outside ASCII escaped in capitals")
        for text, name in list(texts.items()):
            texts.setdefault(text.replace("/", "\\/"), f"{name}, slashes escaped")
            few, many = text, text
            for sign, escape in _MARKUP.items():
                few = few.replace(sign, escape) if sign in "<>&" else few
                many = many.replace(sign, "\\u" + escape[2:].upper())
            texts.setdefault(few, f"{name}, signs of markup escaped")
            texts.setdefault(many, f"{name}, signs of markup escaped in capitals")
        yield from texts.items()


def _write(value: Any, layout: Layout, line: str, is_ascii: bool = False) -> str:
    if isinstance(value, Number):
        return str(value)
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=is_ascii)
    inner = line + layout.indent
    if isinstance(value, dict):
        parts = [
            json.dumps(name, ensure_ascii=is_ascii) + layout.colon + _write(each, layout, inner, is_ascii)
            for name, each in value.items()
        ]
    else:
        parts = [_write(each, layout, inner, is_ascii) for each in value]
    first, last = "{}" if isinstance(value, dict) else "[]"
    if not layout.indent:
        return first + layout.comma.join(parts) + last
    return first + inner + (layout.comma + inner).join(parts) + line + last
