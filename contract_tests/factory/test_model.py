"""The model by itself: the worked figures of the demo data, to the last digit."""

from __future__ import annotations

from fractions import Fraction

import pytest

from contract_tests.factory.exact import ZERO, half_up, in_units, money, unit_cost, wire
from contract_tests.factory.figures import STOCK
from contract_tests.factory.model import Model, Refused, SideOutput, credits_of, rounded, shares_of
from contract_tests.factory.veloma import Events, amount, veloma

UNIT_COSTS = {
    "SF-FRAME-RAW": "1145.5",
    "SF-FRAME-RED": "1578.66",
    "SF-WHEEL-F": "1524.0896",
    "SF-WHEEL-R": "1713.08",
    "KIT-HW-28": "99.3",
    "FG-CITY-28-RED": "10642.1296",
    "PT-AXLE-CNC": "63.0096",
}


@pytest.fixture(scope="module")
def played() -> Model:
    events = Events()
    events.play()
    return events.model


def test_numbers_round_half_up_and_whole_units_up() -> None:
    assert half_up(amount("20.625"), 2) == amount("20.63")
    assert half_up(amount("-20.625"), 2) == amount("-20.63")
    assert in_units(amount("73.44"), "NOS") == 74
    assert in_units(amount("0.4536"), "kg") == amount("0.454")
    assert wire(amount("0.1")) == 0.1 and wire(Fraction(3)) == 3


@pytest.mark.parametrize(("item", "cost"), UNIT_COSTS.items())
def test_the_standard_costs_are_those_of_the_demo_data(item: str, cost: str) -> None:
    assert unit_cost(veloma().structure.rate(item)) == amount(cost)


def test_a_bicycle_explodes_through_every_level() -> None:
    model = veloma()
    structure = model.structure
    exact = structure.explode(structure.active["FG-CITY-28-RED"], Fraction(1))
    assert exact["PT-SPOKE-14G"] == amount("73.44") and exact["RM-BAR-EN8"] == amount("0.4536")
    needs = rounded(exact, {item.id: item.uom for item in model.stock.items.values()})
    assert needs["PT-SPOKE-14G"] == 74 and needs["RM-BAR-EN8"] == amount("0.454")
    assert needs["RM-TUBE-6061"] == amount("4.41") and needs["HW-WASHER-M5"] == 48


def test_the_stock_is_that_of_the_demo_data(played: Model) -> None:
    for code, standing in STOCK["ent-veloma-pune"].items():
        holding = played.stock.holdings[code]
        assert (holding.store.quantity, holding.allocated) == (standing.on_hand, standing.allocated), code
        assert standing.value in (None, holding.store.value), code


def test_the_values_are_those_of_the_demo_data(played: Model) -> None:
    holdings = played.stock.holdings.values()
    assert sum(each.store.value for each in holdings) == amount("2402492.63")
    assert sum(each.away.value for each in holdings) == amount("43525.49")
    assert sum(each.quarantine.value for each in holdings) == amount("1252.18")


def test_the_movements_are_those_of_the_demo_data(played: Model) -> None:
    events = {"WO-0005": 4, "SC-0004": 4, "SC-0002": 2, "SC-0003": 6, "WO-0006": 17}
    for number, count in events.items():
        assert sum(each.document_id == number for each in played.stock.movements) == count
    posted = [each for each in played.stock.movements if each.document_id in events]
    assert sum("Store" in (each.origin, each.target) for each in posted) == 29


def test_a_worked_order_costs_what_it_must(played: Model) -> None:
    frames = played.orders.known["WO-0005"].outcome
    assert frames is not None
    assert frames.cost["Total"] == 23152 and frames.cost["ActualUnitCost"] == amount("1218.526316")
    assert {name: value for name, value in frames.variance.items() if value} == {
        "LabourEfficiency": 220,
        "Overhead": 44,
        "ByProduct": -22,
        "Yield": amount("1145.5"),
        "Total": amount("1387.5"),
    }
    city = played.orders.known["WO-0006"]
    assert city.outcome is not None and city.kept is not None
    assert city.kept.cost["Total"] == amount("42568.52")
    assert city.outcome.cost["Total"] == amount("42603.8")
    assert {name: value for name, value in city.outcome.variance.items() if value} == {
        "MaterialPrice": amount("35.28"),
        "Total": amount("35.28"),
    }


def test_joint_products_share_by_sales_value() -> None:
    skim = SideOutput("skim", Fraction(905), "CoProduct", "SalesValue", price=Fraction(38))
    outputs, shares = [(skim, Fraction(905))], shares_of([skim], Fraction(80 * 260))
    posted = credits_of(outputs, shares, Fraction(52900), money)
    assert posted == [amount("32963.05")]
    assert unit_cost((52900 - posted[0]) / 80) == amount("249.211875")
    standard = credits_of(outputs, shares, Fraction(52900))
    assert unit_cost((52900 - standard[0]) / 80) == amount("249.211814")


def test_what_is_left_bounds_every_credit() -> None:
    dear = SideOutput("a", Fraction(10), method="FixedRate", rate=Fraction(9))
    share = SideOutput("b", Fraction(1), method="CostSharePercent", share=Fraction(50))
    outputs = [(dear, Fraction(10)), (share, Fraction(1))]
    assert credits_of(outputs, [ZERO, Fraction(1, 2)], Fraction(50)) == [50, ZERO]


def test_spokes_are_rounded_once_for_the_whole_order() -> None:
    events = Events()
    for number, planned, spokes in (("A", 10, 368), ("B", 40, 1469), ("C", 20, 735)):
        order = events.order(number, "SF-WHEEL-F", planned)
        assert events.model.orders.plan(order).materials["PT-SPOKE-14G"].required == spokes


def test_a_release_that_is_short_changes_nothing() -> None:
    events = Events()
    before = {id: repr(holding) for id, holding in events.model.stock.holdings.items()}
    with pytest.raises(Refused, match="409 insufficient_stock"):
        events.release("WO-0002", "FG-CITY-28-RED", 500)
    assert {id: repr(holding) for id, holding in events.model.stock.holdings.items()} == before
