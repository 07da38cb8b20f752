"""Records to rows and back: dataclasses become public JSON once, when they are written."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mock_server.wire import instant, wire_name

T = TypeVar("T")
# Attribute, name on the wire, and how its value is written and read.
Field = tuple[str, str, Callable[[Any], Any], Callable[[Any], Any]]


class Mapper:
    """Turns one dataclass into wire-named values and back.

    `public` gives the members that leave the server, named in `names`, `hidden` those that never do.
    """

    public: Callable[[Any], dict[str, Any]]
    hidden: Callable[[Any], dict[str, Any]]

    def __init__(self, record: type[Any], internal: Iterable[str]) -> None:
        hints = get_type_hints(record)
        hidden = set(internal)
        self._record = record
        self._fields = [
            (f.name, wire_name(f.name), _writer(hints[f.name]), _reader(hints[f.name]))
            for f in dataclasses.fields(record)
        ]
        shown = [field for field in self._fields if field[0] not in hidden]
        self.names = [wire for _, wire, *_ in shown]
        self.public = _view(shown)
        self.hidden = _view([field for field in self._fields if field[0] in hidden])

    @property
    def shape(self) -> list[Any]:
        """The names of all members, those of nested records too: what stored forms must have."""
        return _shape(self._record)

    def read(self, values: dict[str, Any]) -> Any:
        """The record from its members, public and hidden together."""
        return self._record(
            **{name: read(values[wire]) for name, wire, _, read in self._fields if wire in values}
        )


def _view(fields: list[Field]) -> Callable[[Any], dict[str, Any]]:
    """Reads these members of a record; one call gets all of them, and few need writing in another form."""
    names = [name for name, *_ in fields]
    wires = [wire for _, wire, *_ in fields]
    written = [(wire, write) for _, wire, write, _ in fields if write is not _same]
    if len(fields) < 2:
        return lambda record: {wire: write(getattr(record, name)) for name, wire, write, _ in fields}
    pick = attrgetter(*names)

    def view(record: Any) -> dict[str, Any]:
        values = dict(zip(wires, pick(record), strict=True))
        for wire, write in written:
            values[wire] = write(values[wire])
        return values

    return view


_MAPPERS: dict[tuple[Any, frozenset[str]], Mapper] = {}


def mapper(record: Any, internal: frozenset[str] = frozenset()) -> Mapper:
    """The mapper of a dataclass, made once."""
    made = _MAPPERS.get((record, internal))
    if made is None:
        made = _MAPPERS[record, internal] = Mapper(record, internal)
    return made


def _shape(record: Any) -> list[Any]:
    hints = get_type_hints(record)
    return [[wire_name(f.name), _inner_shape(hints[f.name])] for f in dataclasses.fields(record)]


def _inner_shape(hint: Any) -> list[Any]:
    bare = _bare(hint)
    inner = get_args(bare)[0] if get_origin(bare) is list else bare
    return _shape(inner) if dataclasses.is_dataclass(inner) else []


def _same(value: Any) -> Any:
    return value


def _bare(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


def _writer(hint: Any) -> Callable[[Any], Any]:
    bare = _bare(hint)
    if bare is datetime:
        return lambda value: None if value is None else instant(value)
    if bare is date:
        return lambda value: None if value is None else value.isoformat()
    if get_origin(bare) is list and dataclasses.is_dataclass(get_args(bare)[0]):
        inner = mapper(get_args(bare)[0]).public
        return lambda values: [inner(value) for value in values]
    if dataclasses.is_dataclass(bare):
        whole = mapper(bare).public
        return lambda value: None if value is None else whole(value)
    return _same


def _reader(hint: Any) -> Callable[[Any], Any]:
    bare = _bare(hint)
    if bare is Decimal:
        return lambda value: None if value is None else Decimal(value)
    if bare is datetime:
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if bare is date:
        return lambda value: None if value is None else date.fromisoformat(value)
    if isinstance(bare, type) and issubclass(bare, StrEnum):
        # A lookup: calling an enumeration takes several times as long.
        return {each.value: each for each in bare}.__getitem__
    if get_origin(bare) is list and dataclasses.is_dataclass(get_args(bare)[0]):
        inner = mapper(get_args(bare)[0]).read
        return lambda values: [inner(value) for value in values]
    if dataclasses.is_dataclass(bare):
        whole = mapper(bare).read
        return lambda value: None if value is None else whole(value)
    return _same
