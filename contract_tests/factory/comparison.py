"""Compares what was read with what was expected; numbers by value, lists by key where their order is free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Keyed:
    """A list of records in any order, each found by one of its members."""

    key: str
    records: Mapping[Any, Mapping[str, Any]]


def keyed(key: str, records: Mapping[Any, Mapping[str, Any]]) -> Keyed:
    """A list in any order."""
    return Keyed(key, records)


def differences(expected: Any, found: Any, where: str = "") -> Iterator[str]:
    """Every difference, told with its place; members that nothing is expected of may be anything."""
    if isinstance(expected, Keyed):
        yield from _keyed_differences(expected, found, where)
    elif isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            yield f"{where}: {found!r}, not an object"
            return
        for name, value in expected.items():
            if name not in found:
                yield f"{where}/{name} is missing"
            else:
                yield from differences(value, found[name], f"{where}/{name}")
    elif isinstance(expected, (list, tuple)):
        if not isinstance(found, list) or len(found) != len(expected):
            yield f"{where}: {found!r}, not {len(expected)} entries"
            return
        for place, (value, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(value, other, f"{where}/{place}")
    elif _is_number(expected) and _is_number(found):
        if Fraction(expected) != Fraction(found):
            yield f"{where}: {found}, not {_told(expected)}"
    elif expected != found:
        yield f"{where}: {found!r}, not {_told(expected)}"


def _keyed_differences(expected: Keyed, found: Any, where: str) -> Iterator[str]:
    if not isinstance(found, list):
        yield f"{where}: {found!r}, not a list"
        return
    by_key = {each[expected.key]: each for each in found}
    if len(by_key) != len(found):
        yield f"{where}: the same {expected.key} twice"
    if set(by_key) != set(expected.records):
        yield f"{where}: {sorted(map(str, by_key))}, not {sorted(map(str, expected.records))}"
        return
    for key, record in expected.records.items():
        yield from differences(record, by_key[key], f"{where}/{key}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal, Fraction)) and not isinstance(value, bool)


def _told(value: Any) -> str:
    if isinstance(value, Fraction):
        is_short = all(p in (2, 5) for p in _primes(value.denominator))
        return str(Decimal(value.numerator) / Decimal(value.denominator)) if is_short else str(value)
    return repr(value)


def _primes(number: int) -> Iterator[int]:
    for prime in (2, 5):
        while number % prime == 0:
            yield prime
            number //= prime
    if number > 1:
        yield number
