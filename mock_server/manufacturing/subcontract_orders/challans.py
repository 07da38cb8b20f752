"""Delivery challans: their numbers, when their goods are due back, and which challan a movement settles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from mock_server.manufacturing.subcontract_orders.records import Challan, ChallanLine

SERIES = "DC"

_FIRST_MONTH = 4


def financial_year(day: date) -> str:
    """The Indian financial year of a day, April to March: `2026-27`. Source: CGST rules 46 and 55."""
    start = day.year if day.month >= _FIRST_MONTH else day.year - 1
    return f"{start:04d}-{(start + 1) % 100:02d}"


def generated_number(series_year: str, count: int) -> str:
    """The number of a challan that the client did not name, at most 16 characters: `DC/26-27/0001`."""
    return f"{SERIES}/{series_year[2:]}/{count:04d}"


def return_due_date(challan_date: date) -> date:
    """The last day for inputs to be back, one year later; 28 February for 29 February.

    Source: CGST Act, section 143; capital goods, which have three years, are not told apart.
    """
    try:
        return challan_date.replace(year=challan_date.year + 1)
    except ValueError:
        return challan_date.replace(year=challan_date.year + 1, day=28)


def with_challan(challans: Sequence[Challan], challan: Challan) -> list[Challan]:
    """The challans and a new one, oldest first; of one day, in the order of posting."""
    return sorted([*challans, challan], key=lambda each: each.challan_date)


def settled(
    challans: Sequence[Challan], item_id: str, quantity: Decimal, named: Iterable[str] = ()
) -> list[Challan]:
    """New challans, with a quantity of one material taken off what is pending.

    The challans named come first, then the others; in both the oldest first. Nothing is taken twice and
    nothing is lost, so that what is pending always adds up to the balance.
    """
    after = [replace(each, lines=[replace(line) for line in each.lines]) for each in challans]
    left = quantity
    for _, line in _lines_in_turn(after, item_id, frozenset(named)):
        taken = min(left, line.pending_quantity)
        line.pending_quantity -= taken
        left -= taken
    if left:
        raise ValueError(f"challans have {quantity - left} of {item_id} pending, not {quantity}")
    return after


def counted_against(
    challans: Sequence[Challan], quantities: Mapping[str, Decimal], named: Iterable[str] = ()
) -> list[Challan]:
    """The challans that quantities of materials are taken off, in the order of the challans."""
    names, found = frozenset(named), set()
    for item_id, quantity in quantities.items():
        left = quantity
        for challan, line in _lines_in_turn(challans, item_id, names):
            taken = min(left, line.pending_quantity)
            left -= taken
            if taken:
                found.add(id(challan))
    return [challan for challan in challans if id(challan) in found]


def references_of(challans: Sequence[Challan]) -> dict[str, list[Challan]]:
    """The challans by every name that a request may give them: `PC/1`, and `PC/1@2025-26` with its year."""
    found: dict[str, list[Challan]] = {}
    for challan in challans:
        for name in (challan.challan_number, _with_year(challan)):
            found.setdefault(name, []).append(challan)
    return found


def names_shown(challans: Sequence[Challan], counted: Sequence[Challan], named: Sequence[str]) -> list[str]:
    """The names of the challans counted against: those that were named in that order, then the oldest first.

    The financial year stands in a name where several challans of the order share the number.
    """
    by_name = references_of(challans)
    asked = [each for name in named for each in by_name.get(name, ()) if each in counted]
    in_turn = {id(each): each for each in (*asked, *counted)}
    return [
        each.challan_number if len(by_name[each.challan_number]) == 1 else _with_year(each)
        for each in in_turn.values()
    ]


def _with_year(challan: Challan) -> str:
    return f"{challan.challan_number}@{financial_year(challan.challan_date)}"


def _lines_in_turn(
    challans: Sequence[Challan], item_id: str, names: frozenset[str]
) -> list[tuple[Challan, ChallanLine]]:
    in_turn = sorted(challans, key=lambda each: names.isdisjoint((each.challan_number, _with_year(each))))
    return [(each, line) for each in in_turn for line in each.lines if line.item_ref_id == item_id]
