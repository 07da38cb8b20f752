"""The functions of the rules, run on figures: the same code, with another arithmetic under its names.

What worked a number out also explains it. A function is taken as it was compiled, and so is all of the rules
that it calls; only what makes, rounds and compares numbers is replaced. The rules themselves stay as they
are, and pay nothing for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import is_dataclass
from enum import Enum
from fractions import Fraction
from threading import RLock
from types import FunctionType, ModuleType
from typing import Any, TypeVar, cast

from mock_server.manufacturing import decimals
from mock_server.manufacturing.explaining import arithmetic
from mock_server.manufacturing.explaining.figure import Figure
from mock_server.manufacturing.explaining.words import words_of

F = TypeVar("F", bound=Callable[..., Any])
_RULES = "mock_server.manufacturing."
_OWN = __name__.rpartition(".")[0] + "."


class _Twins:
    """Each function, class and module of the rules with its twin, made when it is first met."""

    def __init__(self) -> None:
        self._made: dict[int, Any] = {}
        self._spaces: dict[str, dict[str, Any]] = {}
        # No other thread may meet a module whose names are still being replaced.
        self._lock = RLock()
        for own, other in (
            (Fraction, arithmetic.fraction),
            (decimals.EXACT, arithmetic.Exactly()),
            (decimals.round_half_up, arithmetic.round_half_up),
            (decimals.round_up, arithmetic.round_up),
            (decimals.amount, arithmetic.amount),
            (decimals.unit_cost, arithmetic.unit_cost),
            (decimals.percent, arithmetic.percent),
            (decimals.shown, arithmetic.shown),
        ):
            self.replace(own, other)

    def replace(self, own: Any, other: Any) -> None:
        """Names what stands for something of the rules."""
        self._made[id(own)] = other

    def of(self, value: Any) -> Any:
        """The twin of what a name of a module stands for; what is no part of the rules is its own."""
        with self._lock:
            return self._of(value)

    def _of(self, value: Any) -> Any:
        if id(value) in self._made:
            return self._made[id(value)]
        if isinstance(value, ModuleType):
            is_named = value is decimals or _is_rule(value.__name__)
            return _Module(self, value.__name__) if is_named else value
        if not _is_rule(getattr(value, "__module__", None) or ""):
            return value
        if isinstance(value, FunctionType):
            return self._function(value)
        if isinstance(value, type) and _is_record(value):
            return self._class(value)
        return value

    def space(self, name: str) -> dict[str, Any]:
        """The names of a module, each for its twin."""
        with self._lock:
            return self._space(name)

    def _space(self, name: str) -> dict[str, Any]:
        found = self._spaces.get(name)
        if found is None:
            found = self._spaces[name] = {
                "min": arithmetic.least,
                "max": arithmetic.greatest,
                "int": arithmetic.whole,
            }
            for key, value in vars(sys.modules[name]).items():
                found[key] = self.of(value)
        return found

    def _function(self, own: FunctionType) -> Any:
        if own.__module__ not in sys.modules:
            return own
        made = self._made.get(id(own))
        if made is None:
            space = self._spaces.get(own.__module__)
            if space is None:
                space = self.space(own.__module__)
                made = self._made.get(id(own))
            if made is None:
                made = FunctionType(own.__code__, space, own.__name__, own.__defaults__, own.__closure__)
                made.__kwdefaults__ = own.__kwdefaults__
                self._made[id(own)] = made
        return made

    def _class(self, own: type) -> Any:
        """A class whose methods calculate on figures; what it is made of gets the names of its members."""
        members: dict[str, Any] = {"__slots__": (), "__module__": own.__module__}
        made = self._made[id(own)] = _Twin(own.__name__, (own,), members)
        made.own = own
        for name, member in vars(own).items():
            if name.startswith("__"):
                continue
            if isinstance(member, FunctionType):
                setattr(made, name, self._function(member))
            elif isinstance(member, property) and isinstance(member.fget, FunctionType):
                setattr(made, name, property(self._function(member.fget)))
        return made


class _Twin(type):
    """The class of twins: a record of the rules counts as one of its twin, and is what the twin makes."""

    own: type

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.own) if "own" in vars(cls) else super().__instancecheck__(value)

    def __call__(cls, *args: Any, **members: Any) -> Any:
        made = super().__call__(*args, **members)
        for name in _members(cls):
            value = getattr(made, name, None)
            if isinstance(value, Figure):
                value.named(words_of(cls.__name__, name))
        return made


class _Module:
    """A module of the rules that another one names as a whole."""

    def __init__(self, twins: _Twins, name: str) -> None:
        self._twins = twins
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return self._twins.space(self._name)[name]


def _members(cls: type) -> tuple[str, ...]:
    return getattr(cls, "_fields", ()) or tuple(getattr(cls, "__dataclass_fields__", ()))


def _is_rule(module: str) -> bool:
    is_ground = module == decimals.__name__
    return module.startswith(_RULES) and not module.startswith(_OWN) and not is_ground


def _is_record(cls: type) -> bool:
    """Whether a class holds figures or works with them: no enumeration, no port, no refusal."""
    if issubclass(cls, Enum | Exception) or getattr(cls, "_is_protocol", False):
        return False
    return is_dataclass(cls) or issubclass(cls, tuple) or type(cls) is type


_TWINS = _Twins()


def explained(function: F) -> F:
    """The function, on figures: it takes and gives records whose numbers know how they came about."""
    return cast(F, _TWINS.of(function))


def stands_for(own: Any, other: Any) -> None:
    """Lets something of the rules be replaced wherever they name it, in what is explained alone."""
    _TWINS.replace(own, other)
