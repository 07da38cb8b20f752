"""Properties of the standard-cost roll-up over random BOM graphs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server.manufacturing.boms.explosion import explode
from mock_server.manufacturing.decimals import amount, unit_cost
from mock_server.manufacturing.formulas import Bom, Lookup, costing, reroll_item
from mock_server.manufacturing.formulas.exact_cost import ExactCost, pack, unpack
from tests.manufacturing import oracle
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.graphs import PARTS, Graph, graphs, orders

few = settings(max_examples=50)
fractions = st.fractions(min_value=0, max_value=10**6)


def exact(bom: Bom) -> Fraction:
    return unpack(bom.exact_cost).unit


@few
@given(graphs(shares=True))
def test_every_cost_equals_plain_recursion_whatever_the_order_of_creation(graph: Graph) -> None:
    book = graph.book()
    for code in graph.bodies:
        bom = graph.bom(book, code)
        unit = oracle.unit_cost(book, bom)
        assert exact(bom) == unit
        assert bom.unit_cost == unit_cost(unit)
        # Four elements and a credit, each half a paisa off at most (DEC-19).
        assert abs(Fraction(bom.total_cost) - unit * Fraction(bom.output_quantity)) <= Fraction(25, 1000)
        assert bom.levels == oracle.levels(book, bom)


@few
@given(graphs(shares=True))
def test_inv_c1_the_shown_parts_add_up_to_the_shown_total(graph: Graph) -> None:
    """INV-C1: material + labour + overhead + service - credit = total, to the last digit, none below zero."""
    book = graph.book()
    for bom in book.boms.values():
        parts = (bom.material_cost, bom.labour_cost, bom.overhead_cost, bom.service_cost)
        assert sum(parts) - bom.by_product_credit == bom.total_cost
        assert min(*parts, bom.by_product_credit, bom.total_cost) >= 0


@few
@given(graphs(shares=True))
def test_inv_c2_a_line_costs_its_need_at_the_unit_cost_of_its_bom(graph: Graph) -> None:
    """INV-C2, first half: line cost = exact need times exact unit cost, rounded once."""
    book = graph.book()
    for bom in book.boms.values():
        for line in bom.lines:
            sub = oracle.made_by(book, line)
            if sub is not None and sub.is_phantom:
                continue
            unit = exact(sub) if sub else Fraction(book.items[line.item_ref_id].standard_cost or 0)
            assert line.line_cost == amount(Fraction(costing.line_need(line)) * unit)
            assert line.unit_cost == unit_cost(unit)


def converted(book: MemoryBook, bom: Bom, quantity: Fraction) -> Fraction:
    """Labour, overhead and service less credits of all levels of an order."""
    below = sum(
        converted(book, sub, need) for _, sub, need in oracle.needs(book, bom, quantity) if sub is not None
    )
    return oracle.conversion(bom, quantity) + below


@few
@given(graphs(fixed=False))
def test_inv_c2_flat_equals_nested(graph: Graph) -> None:
    """INV-C2, second half: rolled cost = parts of the full explosion + conversion of every level."""
    book = graph.book()
    for bom in book.boms.values():
        parts = sum(
            need * Fraction(book.items[item].standard_cost or 0)
            for item, need in explode(book, bom, 1).items()
        )
        assert exact(bom) == parts + converted(book, bom, Fraction(1))


@few
@given(graphs(fixed=False), st.sampled_from(PARTS), st.integers(1, 10**6))
def test_inv_c3_a_dearer_part_raises_its_ancestors_and_no_others(
    graph: Graph, part: str, millionths: int
) -> None:
    """INV-C3: every BOM above rises by its need of the part times the rise; no other record is touched."""
    book = graph.book()
    before = book.picture()
    events = list(book.events)
    rise = Decimal(millionths).scaleb(-6)
    book.change(part, standard_cost=(book.items[part].standard_cost or 0) + rise)
    book.attempt(lambda: reroll_item(book, part))
    for old in before.values():
        new = book.boms[old.id]
        need = explode(book, new, 1).get(part, Fraction(0))
        assert exact(new) - exact(old) == need * Fraction(rise)
        if not need:
            assert new == old
        else:
            assert new.revision == old.revision
            assert (new.updated_at > old.updated_at) == (replace_costs(new, old) != old)
    assert book.events == events


def replace_costs(new: Bom, old: Bom) -> Bom:
    """The old record with the costs that the new one shows."""
    return replace(
        old,
        lines=new.lines,
        material_cost=new.material_cost,
        labour_cost=new.labour_cost,
        by_product_credit=new.by_product_credit,
        total_cost=new.total_cost,
        unit_cost=new.unit_cost,
    )


@few
@given(graphs(), st.sampled_from(PARTS))
def test_each_ancestor_is_written_at_most_once(graph: Graph, part: str) -> None:
    book = graph.book()
    book.writes.clear()
    book.change(part, standard_cost=Decimal("77.7"))
    written = book.attempt(lambda: reroll_item(book, part))
    assert len(book.writes) == len(set(book.writes)) == written
    assert book.attempt(lambda: reroll_item(book, part)) == 0


@few
@given(graphs(fixed=False), st.integers(2, 9))
def test_inv_d6_scaling_the_whole_bom_changes_no_unit_cost(graph: Graph, factor: int) -> None:
    """INV-D6: output quantity, lines, by-products and overhead times k cost the same per unit."""
    book = graph.book()
    for bom in list(book.boms.values()):
        scaled = replace(
            bom,
            output_quantity=bom.output_quantity * factor,
            lines=[replace(line, quantity=line.quantity * factor) for line in bom.lines],
            by_products=[replace(made, quantity=made.quantity * factor) for made in bom.by_products],
            other_overhead=bom.other_overhead * factor,
        )
        assert exact(costing.rolled_again(costing.Rates(Lookup(book)), scaled)) == exact(bom)


@few
@given(graphs(shares=True), orders)
def test_inv_c3_with_cost_shares_only_the_main_share_rises(graph: Graph, cents: int) -> None:
    """INV-C3: with shared outputs a dearer own part raises the unit cost by the share of the main product."""
    book = graph.book()
    bom = book.boms[next(reversed(book.boms))]
    share = sum(product.cost_share_percent or 0 for product in bom.by_products)
    line = replace(bom.lines[0], item_ref_id="P4", sub_bom_ref_id=None)
    single = replace(bom, lines=[line], type="Manufacture", output_quantity=Decimal(1))
    before = exact(costing.rolled_again(costing.Rates(Lookup(book)), single))
    rise = Decimal(cents).scaleb(-2)
    book.change("P4", standard_cost=(book.items["P4"].standard_cost or 0) + rise)
    after = exact(costing.rolled_again(costing.Rates(Lookup(book)), single))
    expected = Fraction(costing.line_need(line)) * Fraction(rise) * (1 - Fraction(share) / 100)
    assert after - before == expected


@given(fractions, fractions, fractions)
def test_an_exact_cost_survives_storage(unit: Fraction, per_unit: Fraction, per_order: Fraction) -> None:
    cost = ExactCost(unit, per_unit, per_order)
    assert unpack(pack(cost)) == (cost if per_order else ExactCost(unit, unit, per_order))
