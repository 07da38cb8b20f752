"""Any sequence of BOM commands keeps the invariants of the item graph, the states and the costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from graphlib import TopologicalSorter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mock_server.manufacturing import boms
from mock_server.manufacturing.formulas import Bom, reroll_item, unpack
from mock_server.refused import Refused
from tests.manufacturing import oracle
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.graphs import ASSEMBLIES, PARTS, Graph, bodies, graphs, line_bodies, new_book

EXPECTED = {"bom_cycle", "active_bom_exists", "in_use", "invalid_state_transition", "bom_not_active"}

everything = line_bodies(PARTS + ASSEMBLIES, fixed=True)
indexes = st.integers(0, 50)


def try_to(book: MemoryBook, command: Callable[[], Any]) -> str | None:
    """Runs a command; of a refusal returns the code, after checking that nothing has changed."""
    before = book.picture()
    try:
        book.attempt(command)
    except Refused as refusal:
        assert refusal.code in EXPECTED, refusal
        assert book.boms == before
        return refusal.code
    return None


class Commands(RuleBasedStateMachine):
    """Creates, edits, pins, activates, archives and restores BOMs over a handful of items."""

    def __init__(self) -> None:
        super().__init__()
        self.book = new_book()

    def pick(self, index: int) -> Bom:
        found = list(self.book.boms.values())
        return found[index % len(found)]

    @rule(code=st.sampled_from(ASSEMBLIES), data=st.data(), active=st.booleans(), replacing=st.booleans())
    def create(self, code: str, data: st.DataObject, active: bool, replacing: bool) -> None:
        body = data.draw(bodies(code))
        body |= {"Status": "Active" if active else "Draft", "ReplaceActive": replacing}
        try_to(self.book, lambda: boms.create(self.book, body))

    @precondition(lambda self: self.book.boms)
    @rule(index=indexes, lines=st.lists(everything, min_size=1, max_size=3))
    def edit(self, index: int, lines: list[dict[str, Any]]) -> None:
        bom = self.pick(index)
        code = try_to(self.book, lambda: boms.update(self.book, bom, {"Lines": lines}))
        if any(line["ItemRefId"] == bom.item_ref_id for line in lines) and not bom.is_archived:
            assert code == "bom_cycle"

    @precondition(lambda self: self.book.boms)
    @rule(index=indexes, other=indexes)
    def pin(self, index: int, other: int) -> None:
        bom, sub = self.pick(index), self.pick(other)
        line = {"ItemRefId": sub.item_ref_id, "Quantity": 2, "SubBomRefId": sub.id}
        try_to(self.book, lambda: boms.update(self.book, bom, {"Lines": [line]}))

    @precondition(lambda self: self.book.boms)
    @rule(index=indexes, status=st.sampled_from(["Draft", "Active"]), replacing=st.booleans())
    def change_status(self, index: int, status: str, replacing: bool) -> None:
        body = {"Status": status, "ReplaceActive": replacing}
        try_to(self.book, lambda: boms.update(self.book, self.pick(index), body))

    @precondition(lambda self: self.book.boms)
    @rule(index=indexes, kind=st.sampled_from(["Manufacture", "Phantom"]))
    def change_type(self, index: int, kind: str) -> None:
        bom = self.pick(index)
        if any(product.cost_method == "CostSharePercent" for product in bom.by_products):
            return
        try_to(self.book, lambda: boms.update(self.book, bom, {"Type": kind}))

    @precondition(lambda self: self.book.boms)
    @rule(picked=st.lists(indexes, min_size=1, max_size=3))
    def archive(self, picked: list[int]) -> None:
        ids = [self.pick(index).id for index in picked]
        try_to(self.book, lambda: boms.archive(self.book, ids))

    @precondition(lambda self: self.book.boms)
    @rule(picked=st.lists(indexes, min_size=1, max_size=3))
    def restore(self, picked: list[int]) -> None:
        ids = [self.pick(index).id for index in picked]
        try_to(self.book, lambda: boms.restore(self.book, ids))

    @rule(code=st.sampled_from(PARTS + ASSEMBLIES), cost=st.decimals(0, 900, places=2))
    def change_cost(self, code: str, cost: Decimal) -> None:
        self.book.change(code, standard_cost=cost)
        self.book.attempt(lambda: reroll_item(self.book, code))

    @invariant()
    def inv_d1_no_item_needs_itself(self) -> None:
        """INV-D1: a topological order of the items exists."""
        graph = {
            bom.item_ref_id: {line.item_ref_id for line in bom.lines}
            for bom in self.book.boms.values()
            if bom.is_active
        }
        assert list(TopologicalSorter(graph).static_order()) or not graph

    @invariant()
    def inv_d11_one_active_bom_per_item(self) -> None:
        """INV-D11: at most one, and it is the one that is found."""
        for code in ASSEMBLIES:
            active = [
                bom for bom in self.book.boms.values() if (bom.item_ref_id, bom.status) == (code, "Active")
            ]
            assert len(active) <= 1
            assert self.book.boms.active(code) is (active[0] if active else None)

    @invariant()
    def inv_d19_archived_is_flag_and_status(self) -> None:
        """INV-D19: the flag and the status say the same."""
        assert all(bom.is_archived == (bom.status == "Archived") for bom in self.book.boms.values())

    @invariant()
    def numbers_are_unique(self) -> None:
        labels = [bom.label for bom in self.book.boms.values()]
        assert len(labels) == len(set(labels))

    @invariant()
    def every_cost_is_what_a_fresh_roll_up_gives(self) -> None:
        for bom in self.book.boms.values():
            if not bom.is_archived:
                assert unpack(bom.exact_cost).unit == oracle.unit_cost(self.book, bom)
                assert bom.levels == oracle.levels(self.book, bom)


TestCommands = Commands.TestCase
TestCommands.settings = settings(max_examples=120, stateful_step_count=25)


def content(bom: Bom) -> dict[str, Any]:
    """What a BOM shows, but for revision and timestamps."""
    hidden = Bom.INTERNAL | {"revision", "updated_at", "created_at"}
    return {field.name: getattr(bom, field.name) for field in fields(bom) if field.name not in hidden}


few = settings(max_examples=40)


@few
@given(graphs(shares=True), st.booleans())
def test_inv_d12_archive_then_restore_gives_the_same_document(graph: Graph, replaced: bool) -> None:
    """INV-D12: all is as before; only a BOM whose place another took comes back as Draft."""
    book = graph.book()
    for bom in list(book.boms.values()):
        before = book.boms[bom.id]
        book.attempt(partial(boms.archive, book, [bom.id]))
        if replaced:
            lines = [{"ItemRefId": "P4", "Quantity": 1}]
            usurper = {"Name": "x", "ItemRefId": bom.item_ref_id, "Status": "Active", "Lines": lines}
            book.attempt(partial(boms.create, book, usurper))
        book.attempt(partial(boms.restore, book, [bom.id]))
        after = book.boms[bom.id]
        assert after.status == ("Draft" if replaced else "Active")
        assert content(replace(after, status=before.status)) == content(before)
        assert after.revision == before.revision + 2


@few
@given(graphs(), st.data())
def test_inv_d20_a_set_does_what_single_calls_do_in_its_order(graph: Graph, data: st.DataObject) -> None:
    """INV-D20: where the single calls are all allowed, records, revisions and events are the same."""
    together, one_by_one = graph.book(), graph.book()
    ids = data.draw(st.lists(st.sampled_from(list(together.boms)), min_size=1, unique=True))
    back = data.draw(st.permutations(ids))
    for command, order in ((boms.archive, ids), (boms.restore, back)):
        count = together.attempt(partial(command, together, order))
        assert count == sum(one_by_one.attempt(partial(command, one_by_one, [bom_id])) for bom_id in order)
        assert {key: content(bom) for key, bom in together.boms.items()} == {
            key: content(bom) for key, bom in one_by_one.boms.items()
        }
        assert together.events == one_by_one.events


@few
@given(graphs(phantoms=False), st.data())
def test_inv_d20_one_refused_id_changes_nothing(graph: Graph, data: st.DataObject) -> None:
    """INV-D20: a pinned BOM keeps all of the set as it is; with its consumer in the set, all go."""
    book = graph.book()
    ids = list(book.boms)
    pinned = data.draw(st.sampled_from(ids))
    book.add("TOP", "kg")
    line = {"ItemRefId": book.boms[pinned].item_ref_id, "Quantity": 1, "SubBomRefId": pinned}
    top = book.attempt(lambda: boms.create(book, {"Name": "TOP", "ItemRefId": "TOP", "Lines": [line]}))
    order = data.draw(st.permutations(ids))
    assert try_to(book, lambda: boms.archive(book, order)) == "in_use"
    assert book.attempt(lambda: boms.archive(book, [*order, top.id])) == len(ids) + 1
    assert all(bom.is_archived for bom in book.boms.values())


def test_a_fraction_is_never_lost_on_the_way_up() -> None:
    """INV-C2: thirds of thirds stay exact through three levels."""
    book = new_book()
    below = "P4"
    for code in ASSEMBLIES[:3]:
        body = {"Name": code, "ItemRefId": code, "Status": "Active", "OutputQuantity": 3}
        body["Lines"] = [{"ItemRefId": below, "Quantity": 1, "WastagePercent": 0}]
        bom = boms.create(book, body)
        below = code
    assert unpack(bom.exact_cost).unit == Fraction("5.37") / 27
