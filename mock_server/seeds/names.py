"""The names of an entity's records as far as a pack has come, and what refers to none of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server.contract import unknown_name
from mock_server.letters import composed, trimmed
from mock_server.seeds.operations import (
    CRITERION,
    INSPECTION,
    ITEM,
    NUMBERS,
    REFERENCES,
    STEPS,
    VENDOR,
    VERSIONED,
    criterion_names,
)
from mock_server.seeds.pack import PackStep
from mock_server.seeds.spots import Spot

# Stands for an id that there will be.
PLACEHOLDER = "00000000-0000-7000-8000-000000000000"
_ARTICLES = {ITEM: "an item", INSPECTION: "an inspection"}

# What is wrong: the pointer within the record, and a sentence.
Wrong = tuple[str, str]


class Names:
    """Knows names by the kind of record; criteria by their inspection."""

    def __init__(self) -> None:
        self._known: dict[str, set[str]] = {}

    def add_item(self, body: Mapping[str, Any]) -> Wrong | None:
        """Takes an item in."""
        return self._add(ITEM, "/ItemCode", body.get("ItemCode"))

    def add_vendor(self, body: Mapping[str, Any]) -> Wrong | None:
        """Takes a vendor in."""
        return self._add(VENDOR, "/VendorCode", body.get("VendorCode"))

    def add_record(self, step: PackStep) -> Wrong | None:
        """Takes in what a step makes, or how it names anew what is there."""
        kind = STEPS[step.do].kind
        member = NUMBERS.get(kind, "")
        body = step.body or {}
        number = spelt(body.get(member))
        if number is None:
            return None
        if kind in VERSIONED:
            version = body.get("Version", _version_of(step))
            number = f"{number}/{spelt(version) if version is not None else '1'}"
        if kind == INSPECTION:
            criteria = body.get("Criteria")
            names = [each.get("Name") for each in criteria or () if isinstance(each, dict)]
            told = criterion_names([spelt(name) or "" for name in names])
            self._known[f"{CRITERION} {number}"] = set(told)
        is_new = not STEPS[step.do].is_on
        if is_new:
            return self._add(kind, f"/{member}", number)
        self._known.setdefault(kind, set()).add(number)
        return None

    def wrong_target(self, step: PackStep) -> Wrong | None:
        """What is wrong with the record that a step is done on."""
        kind = STEPS[step.do]
        if not kind.is_on:
            return None if step.on is None else ("/on", f"is not for {step.do}, which is done on no record")
        if step.on is None:
            return "/on", "is required"
        return self._wrong(kind.kind, step.on, "/on")

    def wrong_reference(self, step: PackStep, spot: Spot) -> str | None:
        """What is wrong with a reference in a body."""
        kind = REFERENCES.get(spot.member)
        if kind is None:
            return "is not for packs, which know no ids"
        if kind == CRITERION:
            kind = f"{CRITERION} {step.on}"
        wrong = self._wrong(kind, spot.text, "")
        return None if wrong is None else wrong[1]

    def _wrong(self, kind: str, name: str, pointer: str) -> Wrong | None:
        known = self._known.get(kind, set())
        if spelt(name) in known:
            return None
        what = _ARTICLES.get(kind, f"a {kind.replace(f'{CRITERION} ', f'{CRITERION} of ')}")
        return pointer, unknown_name(name, sorted(known), f"{what} of this pack up to here")

    def _add(self, kind: str, pointer: str, given: Any) -> Wrong | None:
        name = spelt(given)
        if name is None:
            return None
        known = self._known.setdefault(kind, set())
        if name in known:
            return pointer, f"{name} is {_ARTICLES.get(kind, f'a {kind}')} of this pack already"
        known.add(name)
        return None


def _version_of(step: PackStep) -> str | None:
    """The version of the record that a step is done on."""
    return None if step.on is None else step.on.rpartition("/")[2]


def spelt(given: Any) -> str | None:
    """A name as the server reads it; none where it is no text."""
    return trimmed(composed(given)) if isinstance(given, str) and len(given) <= 200 else None
