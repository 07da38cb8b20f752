"""Reads YAML as far as it says no more than JSON could, and remembers where each value stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from mock_server.seeds.findings import Finding, PackFault

MAX_BYTES = 1 << 20
MAX_DEPTH = 20
MAX_VALUES = 100_000
_MAX_DIGITS = 40
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
# The core schema of YAML 1.2: `on` and `no` are texts, and so is a date.
_NULL = re.compile(r"(~|null|Null|NULL)?")
_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


def is_text(plain: str) -> bool:
    """Whether a plain scalar is read as a text."""
    return not (_NULL.fullmatch(plain) or plain in _TRUE | _FALSE or _NUMBER.fullmatch(plain))


@dataclass
class Marked:
    """A value, and where its parts stand: lines and columns by JSON pointer, counted from 1."""

    name: str
    value: Any = None
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def finding(self, pointer: str, message: str) -> Finding:
        """A fault at a pointer, or at what would hold the value that is missing there."""
        place = pointer
        while place not in self.places and place:
            place = place.rpartition("/")[0]
        line, column = self.places.get(place, (1, 1))
        return Finding(line, column, pointer, message)


@dataclass
class _Frame:
    pointer: str
    values: Any
    key: str | None = None


def read_marked(given: str | bytes, name: str) -> Marked:
    """The one document of a text; a PackFault tells the first thing in it that cannot be read."""
    marked = Marked(name)
    text = _decoded(given, name)
    try:
        _Builder(marked).build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        told = f"is not YAML: {error.problem or error.context}"
        raise PackFault(name, [Finding(line, column, "", told[:200])]) from None
    except yaml.YAMLError:
        raise PackFault(name, [Finding(1, 1, "", "holds characters that YAML does not allow")]) from None
    return marked


def _decoded(given: str | bytes, name: str) -> str:
    try:
        size = len(given) if isinstance(given, bytes) else len(given.encode())
        text = given.decode() if isinstance(given, bytes) else given
    except UnicodeError:
        raise PackFault(name, [Finding(1, 1, "", "is not UTF-8")]) from None
    if size > MAX_BYTES:
        raise PackFault(name, [Finding(1, 1, "", f"has {size} bytes; a pack has {MAX_BYTES} at most")])
    return text


class _Builder:
    """Puts events together; the depth is bounded before anything is built so deep."""

    def __init__(self, marked: Marked) -> None:
        self._marked = marked
        self._stack: list[_Frame] = []
        self._count = 0
        self._documents = 0

    def build(self, events: Iterator[Any]) -> None:
        """Reads every event."""
        for event in events:
            match event:
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        raise self._fault(event, "holds a second document; a pack is one")
                case yaml.AliasEvent():
                    raise self._fault(event, "is an alias; a pack repeats what it needs again")
                case yaml.ScalarEvent():
                    self._check(event)
                    self._scalar(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._check(event)
                    self._begin(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._stack.pop()

    def _check(self, event: Any) -> None:
        self._count += 1
        if event.anchor is not None:
            raise self._fault(event, "has an anchor; a pack repeats what it needs again")
        if event.tag is not None:
            raise self._fault(event, "has a tag; a pack says what its values are by their form")
        if self._count > MAX_VALUES:
            raise self._fault(event, f"is more than the {MAX_VALUES} values that a pack may hold")

    def _scalar(self, event: Any) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.values, dict) and frame.key is None:
            self._name(event, frame)
            return
        pointer = self._place(event)
        self._put(event.value if not event.implicit[0] else self._value(event), pointer)

    def _name(self, event: Any, frame: _Frame) -> None:
        if event.value in frame.values:
            raise self._fault(event, f"repeats the member {event.value[:100]}")
        frame.key = event.value
        mark = event.start_mark
        self._marked.places[self._pointer(frame)] = (mark.line + 1, mark.column + 1)

    def _begin(self, event: Any, values: Any) -> None:
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.values, dict) and frame.key is None:
            raise self._fault(event, "is a name of a member that is no text")
        if len(self._stack) >= MAX_DEPTH:
            raise self._fault(event, f"is nested more than {MAX_DEPTH} deep")
        pointer = self._place(event)
        self._put(values, pointer)
        self._stack.append(_Frame(pointer, values))

    def _pointer(self, frame: _Frame) -> str:
        if isinstance(frame.values, list):
            return f"{frame.pointer}/{len(frame.values)}"
        return f"{frame.pointer}/" + (frame.key or "")[:100].replace("~", "~0").replace("/", "~1")

    def _place(self, event: Any) -> str:
        """The pointer of what begins here; a member stands where its name does."""
        pointer = self._pointer(self._stack[-1]) if self._stack else ""
        mark = event.start_mark
        self._marked.places.setdefault(pointer, (mark.line + 1, mark.column + 1))
        return pointer

    def _put(self, value: Any, pointer: str) -> None:
        if not self._stack:
            self._marked.value = value
            return
        frame = self._stack[-1]
        if isinstance(frame.values, list):
            frame.values.append(value)
        else:
            frame.values[frame.key] = value
            frame.key = None

    def _value(self, event: Any) -> Any:
        plain: str = event.value
        if _NULL.fullmatch(plain):
            return None
        if plain in _TRUE | _FALSE:
            return plain in _TRUE
        if not _NUMBER.fullmatch(plain):
            return plain
        number = Decimal(plain)
        if len(plain) > _MAX_DIGITS or abs(number.adjusted()) > _MAX_DIGITS:
            raise self._fault(event, "is a number with too many digits")
        # Numbers count by their value, as in the body of a request.
        return int(number) if int(number) == number else number

    def _fault(self, event: Any, message: str) -> PackFault:
        mark = event.start_mark
        pointer = self._pointer(self._stack[-1]) if self._stack else ""
        return PackFault(
            self._marked.name, [Finding(mark.line + 1, mark.column + 1, pointer.rstrip("/"), message)]
        )
