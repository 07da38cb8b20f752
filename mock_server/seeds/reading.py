"""Reads a pack and holds it against the contract: its own shape, and each body as that of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property
from typing import Any

from mock_server.contract import Contract, Operation, Requests, unknown_name
from mock_server.seeds.findings import Finding, PackFault
from mock_server.seeds.marked import Marked, read_marked
from mock_server.seeds.names import PLACEHOLDER, Names
from mock_server.seeds.operations import STEPS
from mock_server.seeds.pack import RELATIVE_DAY, Entry, Pack, PackEntity, PackStep
from mock_server.seeds.spots import DAY, Spot, filled, spots_of

MAX_RECORDS = 5_000
_SHAPE = "#/components/schemas/SeedPack"
_ENTITY, _ITEM, _VENDOR = ({"opening_day", "items", "vendors", "steps"}, {"id", "stock"}, {"id"})
_SOME_DAY = "2026-06-15"


class PackReader:
    """Reads packs against the public contract and that of the control plane."""

    def __init__(self, contract: Contract, control: Callable[[], Contract]) -> None:
        """`control` gives the control plane's contract where a pack needs it."""
        self._contract = contract
        self._load = control

    @cached_property
    def control(self) -> Contract:
        """The control plane's contract."""
        return self._load()

    @cached_property
    def _requests(self) -> dict[int, Requests]:
        return {id(each): Requests(each) for each in (self._contract, self.control)}

    def read(self, text: str | bytes, name: str) -> Pack:
        """The pack of a text; a PackFault tells the first 20 faults, each with line and column."""
        marked = read_marked(text, name)
        requests = self._requests[id(self.control)]
        marked.value = requests.read(_SHAPE, marked.value)
        found = [
            marked.finding(each["pointer"], each["message"]) for each in requests.faults(_SHAPE, marked.value)
        ]
        pack = self._pack(marked)
        # Whatever has the wrong shape is told once, and not looked into.
        for entity in pack.entities:
            found.extend(self._faults(marked, entity))
        found.extend(_entity_faults(marked, pack))
        size = sum(len(each.items) + len(each.vendors) + len(each.steps) for each in pack.entities)
        if size > MAX_RECORDS:
            found.append(
                marked.finding("", f"holds {size} items, vendors and steps, more than {MAX_RECORDS}")
            )
        if found:
            raise PackFault(name, list(dict.fromkeys(found)))
        return pack

    def trusted(self, text: str, name: str) -> Pack:
        """A pack of our own, which is not looked at before it is played."""
        return self._pack(read_marked(text, name))

    def _pack(self, marked: Marked) -> Pack:
        value = marked.value if isinstance(marked.value, dict) else {}
        try:
            as_of = date.fromisoformat(value.get("as_of", ""))
        except (TypeError, ValueError):
            as_of = None
        entities = [self._entity(pointer, each) for pointer, each in _objects(value, "", "entities")]
        return Pack(marked, as_of, entities)

    def _entity(self, pointer: str, value: dict[str, Any]) -> PackEntity:
        return PackEntity(
            pointer,
            _without(value, _ENTITY),
            value.get("opening_day") if isinstance(value.get("opening_day"), str) else None,
            [
                Entry(place, _without(each, _ITEM), each.get("id"), each.get("stock"))
                for place, each in _objects(value, pointer, "items")
            ],
            [
                Entry(place, _without(each, _VENDOR), each.get("id"))
                for place, each in _objects(value, pointer, "vendors")
            ],
            [self._step(place, each) for place, each in _objects(value, pointer, "steps")],
        )

    def _step(self, pointer: str, value: dict[str, Any]) -> PackStep:
        do = value.get("do") if isinstance(value.get("do"), str) else ""
        body = value.get("body") if isinstance(value.get("body"), dict) else None
        spots: list[Spot] = []
        if body is not None and do in STEPS:
            contract, operation = self._operation(do)
            if operation.body_pointer is not None:
                spots = spots_of(contract, operation.body_pointer, body)
        on, day = value.get("on"), value.get("day")
        return PackStep(
            pointer,
            do or "",
            on if isinstance(on, str) else None,
            day if isinstance(day, str) else None,
            body,
            spots,
        )

    def _operation(self, do: str) -> tuple[Contract, Operation]:
        if do in self._contract.operations:
            return self._contract, self._contract.operations[do]
        return self.control, self.control.operations[do]

    def _faults(self, marked: Marked, entity: PackEntity) -> Iterator[Finding]:
        yield from self._body_faults(marked, "createEntity", entity.head, entity.pointer)
        for create, entries in (("createItem", entity.items), ("createVendor", entity.vendors)):
            for each in entries:
                yield from self._body_faults(marked, create, each.body, each.pointer)
        names = Names()
        for entry in entity.items:
            yield from _told(marked, entry.pointer, names.add_item(entry.body))
        for entry in entity.vendors:
            yield from _told(marked, entry.pointer, names.add_vendor(entry.body))
        for step in entity.steps:
            yield from self._step_faults(marked, step, names)

    def _step_faults(self, marked: Marked, step: PackStep, names: Names) -> Iterator[Finding]:
        kind = STEPS.get(step.do)
        if kind is None:
            if step.do:
                known = unknown_name(step.do, STEPS, "an operation that a step may do")
                yield marked.finding(f"{step.pointer}/do", known)
            return
        yield from _told(marked, step.pointer, names.wrong_target(step))
        contract, operation = self._operation(step.do)
        if kind.is_bulk or operation.body_pointer is None:
            if step.body is not None:
                yield marked.finding(f"{step.pointer}/body", f"is not for {step.do}")
            return
        if step.body is None:
            if operation.is_body_required:
                yield marked.finding(f"{step.pointer}/body", "is required")
            return
        findings: list[Finding] = []

        def fill(spot: Spot) -> str:
            if spot.format == DAY:
                return _SOME_DAY if RELATIVE_DAY.fullmatch(spot.text) else spot.text
            wrong = names.wrong_reference(step, spot)
            if wrong is not None:
                findings.append(marked.finding(f"{step.pointer}/body{spot.pointer}", wrong))
            return PLACEHOLDER

        body = filled(step.body, step.spots, fill)
        yield from findings
        pointer = f"{step.pointer}/body"
        requests = self._requests[id(contract)]
        step.body = requests.read(operation.body_pointer, body)
        for each in requests.faults(operation.body_pointer, step.body):
            yield marked.finding(pointer + each["pointer"], each["message"])
        yield from _told(marked, pointer, names.add_record(step))

    def _body_faults(
        self, marked: Marked, create: str, body: dict[str, Any], pointer: str
    ) -> Iterator[Finding]:
        schema = self.control.operations[create].body_pointer
        assert schema is not None
        requests = self._requests[id(self.control)]
        for each in requests.faults(schema, requests.read(schema, body)):
            yield marked.finding(pointer + each["pointer"], each["message"])


def _objects(value: dict[str, Any], pointer: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a list, each with its pointer."""
    values = value.get(name)
    for place, each in enumerate(values if isinstance(values, list) else []):
        if isinstance(each, dict):
            yield f"{pointer}/{name}/{place}", each


def _without(value: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: inner for name, inner in value.items() if name not in names}


def _told(marked: Marked, pointer: str, wrong: tuple[str, str] | None) -> Iterator[Finding]:
    if wrong is not None:
        yield marked.finding(pointer + wrong[0], wrong[1])


def _entity_faults(marked: Marked, pack: Pack) -> Iterator[Finding]:
    seen: set[tuple[Any, Any]] = set()
    for entity in pack.entities:
        key = (entity.head.get("org_ref_id"), entity.head.get("entity_ref_id"))
        if key in seen and all(isinstance(each, str) for each in key):
            yield marked.finding(f"{entity.pointer}/entity_ref_id", f"stands for {key[1]} a second time")
        if all(isinstance(each, str) for each in key):
            seen.add(key)
