"""Properties of the explosion over random BOM graphs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mock_server.manufacturing import boms
from mock_server.manufacturing.boms.explosion import Levels, explode
from mock_server.manufacturing.formulas import Bom, BomLine, Lookup, costing
from mock_server.manufacturing.units import to_uom
from tests.manufacturing import oracle
from tests.manufacturing.book import MemoryBook
from tests.manufacturing.graphs import Graph, graphs, orders

few = settings(max_examples=50)
DEPTHS: tuple[Levels, ...] = ("full", "single")
levels = st.sampled_from(DEPTHS)


def top(graph: Graph, book: MemoryBook) -> Bom:
    return graph.bom(book, max(graph.bodies))


def with_lines(bom: Bom, change: Callable[[BomLine], BomLine]) -> Bom:
    return replace(bom, lines=[change(line) for line in bom.lines])


def scaled(needs: dict[str, Fraction], factor: Fraction) -> dict[str, Fraction]:
    return {item: value * factor for item, value in needs.items()}


@few
@given(graphs(), orders, levels)
def test_the_explosion_equals_plain_recursion(graph: Graph, quantity: int, how: Levels) -> None:
    book = graph.book()
    for code in graph.bodies:
        bom = graph.bom(book, code)
        expected = oracle.explode(book, bom, Fraction(quantity), full=how == "full")
        assert explode(book, bom, quantity, how) == expected


@few
@given(graphs(fixed=False), orders, orders, st.fractions(min_value=Fraction(1, 100), max_value=100))
def test_inv_d2_the_explosion_is_linear(graph: Graph, first: int, second: int, factor: Fraction) -> None:
    """INV-D2: needs add up, scale with the order, and an order of nothing needs nothing."""
    book = graph.book()
    bom = top(graph, book)
    one, two, both = (explode(book, bom, quantity) for quantity in (first, second, first + second))
    assert both == {item: one[item] + two[item] for item in one}
    assert explode(book, bom, first * factor) == scaled(one, factor)
    assert explode(book, bom, 0) == explode(book, bom, 0, "single") == {}


@few
@given(graphs(), orders)
def test_inv_d3_each_item_is_rounded_once_from_its_exact_need(graph: Graph, quantity: int) -> None:
    """INV-D3: the requirement is the exact, merged need rounded to the item's unit."""
    book = graph.book()
    bom = top(graph, book)
    exact = oracle.explode(book, bom, Fraction(quantity), full=True)
    for row in boms.material_requirements(book, bom, Decimal(quantity)).rows:
        need = exact.pop(row.item_ref_id)
        assert row.required_quantity == to_uom(need, row.uom)
        if row.uom == "NOS":
            assert need <= Fraction(row.required_quantity) < need + 1
        else:
            assert abs(Fraction(row.required_quantity) - need) <= Fraction(1, 2000) or need < Fraction(
                1, 2000
            )
        assert row.required_quantity > 0, "DEC-18"
    assert exact == {}


@few
@given(graphs(), orders, orders)
def test_inv_d4_fixed_lines_do_not_depend_on_the_order(graph: Graph, first: int, second: int) -> None:
    """INV-D4: what is fixed is needed once per order, whatever its size."""
    book = graph.book()
    bom = top(graph, book)
    fixed = with_lines(bom, lambda line: replace(line, is_fixed_quantity=True))
    assert explode(book, fixed, first) == explode(book, fixed, second)
    slopes = [
        {
            item: (value - base[item]) / (quantity + 1)
            for item, value in explode(book, bom, quantity + 2).items()
        }
        for base in [explode(book, bom, 1)]
        for quantity in (first, second)
    ]
    assert slopes[0] == slopes[1]


@few
@given(graphs(), orders, st.sampled_from([1, 2, 4, 5, 8, 10, 16, 20]), st.booleans(), st.booleans())
def test_inv_d5_a_phantom_line_equals_its_lines(
    graph: Graph, quantity: int, output: int, outer_fixed: bool, inner_fixed: bool
) -> None:
    """INV-D5: the phantom's lines, scaled, in its place need and cost the same."""
    book = graph.book()
    bom = top(graph, book)
    inner = graph.bom(book, min(graph.bodies))
    assume(inner.id != bom.id)
    inner = replace(with_lines(inner, lambda line: replace(line)), type="Phantom", operations=[])
    inner = replace(inner, by_products=[], other_overhead=Decimal(0), output_quantity=Decimal(output))
    inner.lines[0].is_fixed_quantity = inner_fixed
    inner = book.boms[inner.id] = costing.rolled_again(costing.Rates(Lookup(book)), inner)
    line = replace(bom.lines[0], item_ref_id=inner.item_ref_id, is_fixed_quantity=outer_fixed)
    scale = costing.line_need(line) / output
    opened = [
        other
        if other.is_fixed_quantity
        else replace(other, quantity=other.quantity * scale, is_fixed_quantity=outer_fixed)
        for other in inner.lines
    ]
    closed_bom = replace(bom, lines=[line, *bom.lines[1:]])
    opened_bom = replace(bom, lines=[*opened, *bom.lines[1:]])
    for depth in DEPTHS:
        assert explode(book, closed_bom, quantity, depth) == explode(book, opened_bom, quantity, depth)
    rates = costing.Rates(Lookup(book))
    assert (
        costing.rolled_again(rates, closed_bom).unit_cost == costing.rolled_again(rates, opened_bom).unit_cost
    )


@few
@given(graphs(), orders, st.integers(2, 9), levels)
def test_inv_d6_scaling_the_whole_bom_changes_no_need(
    graph: Graph, quantity: int, factor: int, how: Levels
) -> None:
    """INV-D6: output quantity and every line times k need the same."""
    book = graph.book()
    bom = with_lines(top(graph, book), lambda line: replace(line, is_fixed_quantity=False))
    bigger = with_lines(bom, lambda line: replace(line, quantity=line.quantity * factor))
    bigger.output_quantity = bom.output_quantity * factor
    assert explode(book, bom, quantity, how) == explode(book, bigger, quantity, how)


@few
@given(graphs(), orders, st.integers(0, 25))
def test_inv_d7_more_wastage_never_needs_less(graph: Graph, quantity: int, more: int) -> None:
    """INV-D7: the need grows with the wastage, and without wastage it is the plain quantity."""
    book = graph.book()
    bom = top(graph, book)
    wasteful = with_lines(bom, lambda line: replace(line, wastage_percent=line.wastage_percent + more))
    before, after = explode(book, bom, quantity), explode(book, wasteful, quantity)
    assert all(after[item] >= before[item] for item in before)
    line = replace(bom.lines[0], item_ref_id="P0", wastage_percent=Decimal(0), is_fixed_quantity=False)
    plain = replace(bom, lines=[line], output_quantity=Decimal(1))
    assert explode(book, plain, quantity) == {"P0": quantity * line.quantity}


@few
@given(graphs(fixed=False), orders)
def test_inv_d8_single_level_and_the_levels_below_make_the_full_explosion(
    graph: Graph, quantity: int
) -> None:
    """INV-D8: single-level needs, with each sub-assembly exploded for its need, are the full explosion.

    Without fixed lines: these count once for each line, and the single level has merged the lines.
    """
    book = graph.book()
    bom = top(graph, book)
    together: dict[str, Fraction] = {}
    for item, need in explode(book, bom, quantity, "single").items():
        sub = book.boms.active(item)
        for key, value in (explode(book, sub, need) if sub else {item: need}).items():
            together[key] = together.get(key, Fraction(0)) + value
    assert together == explode(book, bom, quantity)


@few
@given(graphs(fixed=False), orders, st.data(), levels)
def test_inv_d9_neither_line_order_nor_splitting_matters(
    graph: Graph, quantity: int, data: st.DataObject, how: Levels
) -> None:
    """INV-D9: shuffled lines, and lines split in two, merge to the same needs; fixed ones too."""
    book = graph.book()
    bom = top(graph, book)
    bom = replace(bom, lines=[*bom.lines, replace(bom.lines[0], is_fixed_quantity=True)])
    halves = [replace(line, quantity=line.quantity / 2) for line in bom.lines for _ in range(2)]
    halves = data.draw(st.permutations(halves))
    assert explode(book, replace(bom, lines=halves), quantity, how) == explode(book, bom, quantity, how)


@few
@given(graphs(), orders, st.sampled_from(["0.001", "0.5", "2", "1000"]))
def test_inv_d10_another_unit_with_its_factor_needs_the_same(
    graph: Graph, quantity: int, factor: str
) -> None:
    """INV-D10: a line in another unit needs quantity times factor in stock units."""
    book = graph.book()
    bom = top(graph, book)
    other = with_lines(
        bom,
        lambda line: replace(
            line, uom="SET", quantity=line.quantity / Decimal(factor), conversion_factor=Decimal(factor)
        ),
    )
    assert explode(book, other, quantity) == explode(book, bom, quantity)
