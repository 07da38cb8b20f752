"""Values of requests: what `--set Name=Value` puts in, typed by its schema, and quantities."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mock_server.forwarding import ForwardingError
from mock_server.triggers.operations import Operations


def read_values(operations: Operations, operation: str, given: Iterable[str]) -> dict[str, Any]:
    """The members that were set; a value is JSON where the member takes it so, and text otherwise."""
    values: dict[str, Any] = {}
    for each in given:
        name, is_set, text = each.partition("=")
        if not is_set or not name:
            raise ForwardingError(f"{each} is not of the form Name=Value.")
        if not operations.takes_body(operation):
            raise ForwardingError(f"{operation} takes no body: {name} cannot be set.")
        values[name] = _value(operations, operation, name, text)
    return values


def _value(operations: Operations, operation: str, name: str, text: str) -> Any:
    try:
        readings = [json.loads(text), text]
    except ValueError:
        readings = [text]
    told = ""
    for value in readings:
        fault = operations.faults(operation, {name: value}).get(name)
        if fault is None:
            return value
        told = told or fault
    raise ForwardingError(f"{operation}: {told}{'' if told.endswith('?') else '.'}")


def number(value: Any) -> Decimal:
    """A quantity of an answer or of a value that was set; what is none counts 0, and the server says so."""
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)


def sent(quantity: Decimal) -> int | float:
    """A quantity as a body has it."""
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)


def less(whole: Any, values: Mapping[str, Any], *names: str) -> int | float:
    """What is left of a quantity when the members that have these names are taken off, 0 at least."""
    rest = number(whole) - sum((number(values.get(name)) for name in names), Decimal(0))
    return sent(max(rest, Decimal(0)))
