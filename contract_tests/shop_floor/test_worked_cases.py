"""Worked cases over HTTP: what each must come to is worked out here, in fractions, from what was put in."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from contract_tests.factory import Record, half_up, money, unit_cost
from contract_tests.shop_floor.floor import Floor, ingredient, line, moved


def makes(floor: Floor, item: str, quantity: int, **actuals: Any) -> Record:
    """A work order of an item, released and completed with all of it good."""
    order = floor.released(ItemRefId=item, PlannedQuantity=quantity)
    done = {"CompletedQuantity": quantity, **actuals}
    return floor.do("completeWorkOrder", done, id=order["id"])


def part(value: Fraction, quantity: int, whole: int) -> Fraction:
    """What a part of a stock is worth, as it is booked: all of it takes all the value."""
    return value if quantity == whole else money(value * quantity / whole)


def side(item: str, quantity: Any, method: str, **figure: Any) -> Record:
    """An output beside the main one."""
    return {"ItemRefId": item, "Quantity": quantity, "CostMethod": method, **figure}


def work(minutes: int, rate: int) -> Record:
    """The one operation of a BOM."""
    return {"Sequence": 10, "Name": "Work", "RunMinutesPerUnit": minutes, "CostPerHour": rate}


def posted(floor: Floor, order: Record) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Quantity and value of each movement of an order, by type and item."""
    found = floor.api.movements(documentRefId=order["id"])
    return {(each["Type"], each["ItemRefId"]): (each["Quantity"], each["Value"]) for each in found}


def test_the_last_unit_takes_what_rounding_left_of_a_stock(floor: Floor) -> None:
    item = floor.item()
    floor.bring_in(item, 3, Fraction(3333, 1000))
    value, expected = money(3 * Fraction(3333, 1000)), []
    for left in (3, 2, 1):
        expected.append(part(value, 1, left))
        value -= expected[-1]
    made = floor.bom([line(item)])["ItemRefId"]
    assert [makes(floor, made, 1)["ActualCost"]["Material"] for _ in expected] == expected
    assert sum(expected) == 10 and len(set(expected)) > 1
    assert (floor.stock(item)["OnHandQuantity"], floor.stock(item)["StockValue"]) == (0, 0)
    assert floor.stock(made)["StockValue"] == 10


def test_what_rounding_leaves_of_a_completion_goes_to_the_main_output(floor: Floor) -> None:
    shares = [Fraction(3333, 100), Fraction(3333, 100)]
    outputs = [floor.item(), floor.item()]
    sides = [
        side(item, 1, "CostSharePercent", CostSharePercent=share)
        for item, share in zip(outputs, shares, strict=True)
    ]
    bom = floor.bom([line(floor.stocked(1, Fraction(1001, 100)))], ByProducts=sides)
    order = makes(floor, bom["ItemRefId"], 1)
    spent = Fraction(1001, 100)
    credits = [money(spent * share / 100) for share in shares]
    main = spent - sum(credits)
    # Its own share of 33.34 percent would be 3.34, a cent more than is left.
    assert main != money(spent * (100 - sum(shares)) / 100)
    assert order["ActualCost"]["ByProductCredit"] == sum(credits)
    assert order["ActualCost"]["Total"] == main
    found = posted(floor, order)
    assert found["ProductionReceipt", bom["ItemRefId"]] == (1, main)
    assert [found["ByProductReceipt", item] for item in outputs] == [(1, credit) for credit in credits]
    assert sum(floor.stock(item)["StockValue"] for item in [*outputs, bom["ItemRefId"]]) == spent


def test_what_rounding_leaves_of_a_variance_is_material_usage(floor: Floor) -> None:
    operations = [
        {"Sequence": at, "Name": f"Step {at}", "RunMinutesPerUnit": 1, "CostPerHour": 50} for at in (10, 20)
    ]
    lines = [line(floor.stocked(100, 7))]
    bom = floor.bom(lines, Operations=operations, OverheadPercent=Fraction(777, 100), OutputQuantity=3)
    order = floor.released(ItemRefId=bom["ItemRefId"], PlannedQuantity=10)
    worked = [{"Sequence": 10, "ActualMinutes": 12}, {"Sequence": 20, "ActualMinutes": Fraction(49, 10)}]
    done = {"CompletedQuantity": 9, "ScrappedQuantity": 1, "Operations": worked}
    order = floor.do("completeWorkOrder", done, id=order["id"])
    used = ceil(Fraction(10, 3))
    # One output quantity is 3: run minutes are for one unit.
    standard_labour = Fraction(2 * 10, 60) * 50
    gross = used * 10 + standard_labour * (1 + Fraction(777, 10000))
    unit = unit_cost(gross / 10)
    labour = [Fraction(12, 60) * 50, Fraction(49, 600) * 50]
    spent = [Fraction(used * 7), money(sum(labour)), money(sum(labour) * Fraction(777, 10000))]
    total = sum(spent) - money(unit * 9)
    expected: dict[str, Fraction] = {
        "MaterialPrice": money(used * (7 - 10)),
        "LabourRate": Fraction(),
        "LabourEfficiency": money(sum(labour) - standard_labour),
        "Overhead": money((sum(labour) - standard_labour) * Fraction(777, 10000)),
        "ByProduct": Fraction(),
        "Yield": money(unit),
    }
    usage = total - sum(expected.values())
    assert order["PlannedCost"]["StandardUnitCost"] == unit
    assert order["Variance"] == {**expected, "MaterialUsage": usage, "Total": total}
    # Nothing more was used than the standard says: all that is in it is rounding.
    assert usage == Fraction(-2, 100)


def test_a_cost_runs_through_three_levels_at_moving_average(floor: Floor) -> None:
    raw = floor.item()
    floor.bring_in(raw, 7, Fraction(1013, 100))
    floor.bring_in(raw, 20, Fraction(1177, 100))
    left, value = 27, money(7 * Fraction(1013, 100)) + money(20 * Fraction(1177, 100))
    assert floor.stock(raw)["AverageUnitCost"] == unit_cost(value / left)
    # Each level has stock of its own before, bought at another price, so that averages mix at each.
    boms, held = [], []
    below = raw
    for bought, price in ((3, 40), (2, 150), (1, 999)):
        bom = floor.bom([line(below, 2)], Operations=[work(7, 100)], OverheadPercent=15)
        floor.bring_in(bom["ItemRefId"], bought, price)
        boms.append(bom["ItemRefId"])
        held.append((bought, Fraction(bought * price)))
        below = bom["ItemRefId"]
    for level, (item, quantity) in enumerate(zip(boms, (11, 5, 3), strict=True)):
        source = (left, value) if not level else held[level - 1]
        material = part(source[1], 2 * quantity, source[0])
        labour = Fraction(7 * quantity, 60) * 100
        spent = material + money(labour) + money(labour * Fraction(15, 100))
        order = makes(floor, item, quantity)
        expected = {"Material": material, "Labour": money(labour), "Total": spent}
        assert {name: order["ActualCost"][name] for name in expected} == expected, level
        assert order["ActualCost"]["ActualUnitCost"] == unit_cost(spent / quantity)
        after = source[0] - 2 * quantity, source[1] - material
        if level:
            held[level - 1] = after
        else:
            left, value = after
        held[level] = held[level][0] + quantity, held[level][1] + spent
    for item, (quantity, worth) in zip((raw, *boms), ((left, value), *held), strict=True):
        stock = floor.stock(item)
        assert (stock["OnHandQuantity"], stock["StockValue"]) == (quantity, worth)
        assert stock["AverageUnitCost"] == unit_cost(Fraction(worth) / quantity)


@pytest.mark.parametrize("completed", [1, 7, 9, 10])
def test_part_of_an_order_uses_whole_units_of_its_share(floor: Floor, completed: int) -> None:
    spokes = floor.stocked(400)
    bom = floor.bom([line(spokes, 360, WastagePercent=2)], OutputQuantity=10)
    order = floor.released(ItemRefId=bom["ItemRefId"], PlannedQuantity=10)
    needed = ceil(360 * Fraction(102, 100))
    assert order["Allocations"][0]["Quantity"] == needed == 368
    used = ceil(Fraction(needed * completed, 10))
    order = floor.do("completeWorkOrder", {"CompletedQuantity": completed}, id=order["id"])
    assert order["Materials"][0]["ConsumedQuantity"] == used
    stock = floor.stock(spokes)
    assert (stock["OnHandQuantity"], stock["AllocatedQuantity"]) == (400 - used, 0)


def test_receipts_in_parts_use_together_what_one_receipt_would(floor: Floor) -> None:
    plates = floor.stocked(100)
    bom = floor.job_bom([line(plates, 3, WastagePercent=5)], OutputQuantity=2)
    order = floor.job(ItemRefId=bom["ItemRefId"], OrderedQuantity=10)
    needed = ceil(Fraction(10, 2) * 3 * Fraction(105, 100))
    floor.do("issueSubcontractMaterials", {"Materials": [moved(plates, needed)]}, id=order["id"])
    received = used = 0
    for quantity in (1, 1, 3, 1, 4):
        received += quantity
        order = floor.do("receiveSubcontractGoods", {"AcceptedQuantity": quantity}, id=order["id"])
        expected = ceil(Fraction(needed * received, 10)) - used
        assert sum(each["Quantity"] for each in order["Receipts"][-1]["Materials"]) == expected
        used += expected
        assert order["Materials"][0]["BalanceQuantity"] == needed - used
    assert used == needed and order["Materials"][0]["BalanceValue"] == 0


def test_fixed_rates_come_first_and_shares_divide_what_is_left(floor: Floor) -> None:
    fixed, shared, free, main = (floor.item() for _ in range(4))
    sides = [
        side(shared, 2, "CostSharePercent", CostSharePercent=Fraction(125, 10)),
        side(fixed, 3, "FixedRate", Rate=Fraction(277, 100)),
        side(free, 1, "None"),
    ]
    floor.bom(
        [line(floor.stocked(100, Fraction(1337, 100)))],
        ItemRefId=main,
        ByProducts=sides,
        Operations=[work(11, 90)],
        OverheadPercent=15,
    )
    actual = {
        "ByProducts": [
            {"ItemRefId": fixed, "ActualQuantity": 25},
            {"ItemRefId": shared, "ActualQuantity": 19},
            {"ItemRefId": free, "ActualQuantity": 4},
        ]
    }
    order = makes(floor, main, 10, **actual)
    labour = money(Fraction(11 * 10, 60) * 90)
    spent = money(10 * Fraction(1337, 100)) + labour + money(labour * Fraction(15, 100))
    by_rate = money(25 * Fraction(277, 100))
    by_share = money((spent - by_rate) * Fraction(125, 1000))
    expected = {shared: (19, by_share), fixed: (25, by_rate), free: (4, 0)}
    outputs = {each["ItemRefId"]: each for each in order["ByProducts"]}
    for item, (quantity, credit) in expected.items():
        assert (outputs[item]["ActualQuantity"], outputs[item]["ActualCredit"]) == (quantity, credit)
        assert posted(floor, order)["ByProductReceipt", item] == (quantity, credit)
        assert (floor.stock(item)["OnHandQuantity"], floor.stock(item)["StockValue"]) == (quantity, credit)
    assert order["ActualCost"]["Total"] == spent - by_rate - by_share == floor.stock(main)["StockValue"]


def test_joint_products_of_a_recipe_share_by_sales_value_after_fixed_rates(floor: Floor) -> None:
    cream, skim, whey = floor.item(Uom="kg", SellingPrice=260), floor.item(Uom="L"), floor.item(Uom="L")
    milk = floor.stocked(2000, Fraction(5237, 100), Uom="L")
    recipe = floor.recipe(
        ItemRefId=cream,
        BatchSize=80,
        Ingredients=[ingredient(milk, 1000)],
        ByProducts=[
            side(skim, 905, "SalesValue", SalesPrice=38, Kind="CoProduct"),
            side(whey, 7, "FixedRate", Rate=Fraction(121, 100)),
        ],
    )
    order = floor.order(ItemRefId=cream, RecipeRefId=recipe["id"], PlannedQuantity=80)
    order = floor.do("releaseWorkOrder", id=order["id"])
    came = {"ItemRefId": skim, "ActualQuantity": Fraction(8987, 10)}
    done = {"CompletedQuantity": Fraction(781, 10), "ByProducts": [came]}
    order = floor.do("completeWorkOrder", done, id=order["id"])
    spent = 1000 * Fraction(5237, 100)
    by_rate = money(7 * Fraction(121, 100))
    # By what was expected, not by what came out (DEC-20).
    values = 905 * 38, 80 * 260
    by_value = money((spent - by_rate) * Fraction(values[0], sum(values)))
    found = posted(floor, order)
    assert found["CoProductReceipt", skim] == (Fraction(8987, 10), by_value)
    assert found["ByProductReceipt", whey] == (7, by_rate)
    main = spent - by_rate - by_value
    assert found["ProductionReceipt", cream] == (Fraction(781, 10), main)
    assert order["ActualCost"]["ActualUnitCost"] == unit_cost(main / Fraction(781, 10))


@pytest.mark.parametrize(("came", "credit"), [(905, "32963.05"), (0, "0")])
def test_without_a_good_unit_a_joint_product_takes_its_share_and_the_rest_is_lost(
    floor: Floor, came: int, credit: str
) -> None:
    """DEC-20, N-3: shares are of what was expected; one of which nothing came leaves its own to the main."""
    cream, skim = floor.item(Uom="kg", SellingPrice=260), floor.item(Uom="L")
    milk = floor.stocked(1000, Fraction(529, 10), Uom="L")
    recipe = floor.recipe(
        ItemRefId=cream,
        BatchSize=80,
        Ingredients=[ingredient(milk, 1000)],
        ByProducts=[side(skim, 905, "SalesValue", SalesPrice=38, Kind="CoProduct")],
    )
    assert Fraction(recipe["UnitCost"]) == unit_cost(Fraction(10000 * 260, 55190))
    order = floor.order(ItemRefId=cream, RecipeRefId=recipe["id"], PlannedQuantity=80)
    order = floor.do("releaseWorkOrder", id=order["id"])
    body = {"CompletedQuantity": 0, "ScrappedQuantity": 80}
    came_out = [{"ItemRefId": skim, "ActualQuantity": came}]
    order = floor.do("completeWorkOrder", {**body, "ByProducts": came_out}, id=order["id"])
    cost, value = order["ActualCost"], Fraction(credit)
    assert (cost["ByProductCredit"], cost["ScrapLoss"]) == (value, 52900 - value)
    assert floor.stock(skim)["StockValue"] == value and floor.stock(cream)["StockValue"] == 0


def test_rejected_goods_are_in_quarantine_at_the_material_in_them(floor: Floor) -> None:
    steel = floor.item()
    floor.bring_in(steel, 3, Fraction(3333, 1000))
    floor.bring_in(steel, 17, Fraction(1111, 100))
    stock = money(3 * Fraction(3333, 1000)) + money(17 * Fraction(1111, 100))
    bom = floor.job_bom([line(steel)])
    goods = bom["ItemRefId"]
    order = floor.issued(ItemRefId=goods, RatePerUnit=Fraction(523, 100))
    away = part(stock, 10, 20)
    body = {"AcceptedQuantity": 4, "RejectedQuantity": 3, "AdditionalCost": Fraction(1999, 100)}
    order = floor.do("receiveSubcontractGoods", body, id=order["id"])
    used = part(away, 7, 10)
    rejected = money(used * 3 / 7)
    service = money(4 * Fraction(523, 100))
    accepted = used - rejected + service + Fraction(1999, 100)
    values = {
        (each["Type"], each["To"]): (each["Quantity"], each["Value"])
        for each in floor.api.movements(documentRefId=order["id"])
    }
    assert values == {
        ("SubcontractIssue", "Subcontractor"): (10, away),
        ("SubcontractConsumption", None): (7, used),
        ("SubcontractReceipt", "Store"): (4, accepted),
        ("SubcontractReceipt", "Quarantine"): (3, rejected),
    }
    item = floor.stock(goods)
    assert (item["OnHandQuantity"], item["AvailableQuantity"], item["QuarantineQuantity"]) == (4, 4, 3)
    assert item["StockValue"] == accepted
    [receipt] = order["Receipts"]
    assert (receipt["MaterialCost"], receipt["RejectedMaterialCost"]) == (used - rejected, rejected)
    assert receipt["UnitCost"] == unit_cost(accepted / 4)
    assert order["Materials"][0]["BalanceValue"] == away - used
    # Quarantine keeps its own value: a further receipt adds to it, and leaves the store's as it was.
    order = floor.do(
        "receiveSubcontractGoods", {"AcceptedQuantity": 0, "RejectedQuantity": 3}, id=order["id"]
    )
    assert (floor.stock(goods)["QuarantineQuantity"], floor.stock(goods)["StockValue"]) == (6, accepted)
    assert order["Cost"]["RejectedMaterial"] == rejected + away - used


def test_whole_units_are_rounded_once_for_the_whole_order_as_in_case_n_4(floor: Floor) -> None:
    wheel = next(each for each in floor.api.every("listItem") if each["ItemCode"] == "SF-WHEEL-F")
    bom = floor.do("getActiveBom", itemId=wheel["id"])
    [spoke] = [each for each in bom["Lines"] if each["ItemCode"] == "PT-SPOKE-14G"]
    each_one = Fraction(spoke["Quantity"]) * (1 + Fraction(spoke["WastagePercent"]) / 100)
    for planned, spokes in ((10, 368), (40, 1469), (20, 735)):
        exact = each_one * planned / Fraction(bom["OutputQuantity"])
        assert ceil(exact) == spokes
        query = {"plannedQty": planned, "levels": "single"}
        [needed] = [
            each
            for each in floor.api.read("getBomMaterialRequirements", query, id=bom["id"])["Materials"]
            if each["ItemCode"] == "PT-SPOKE-14G"
        ]
        assert (needed["ExactQuantity"], needed["RequiredQuantity"]) == (half_up(exact, 6), spokes)
        order = floor.order(ItemRefId=wheel["id"], PlannedQuantity=planned)
        assert spokes in [each["RequiredQuantity"] for each in order["Materials"]]


def test_set_up_of_units_that_were_not_started_is_in_material_usage(floor: Floor) -> None:
    step = {"Sequence": 10, "Name": "Set up", "SetupMinutes": 60, "CostPerHour": 80}
    bom = floor.bom([line(floor.stocked(100, 10))], Operations=[step], OverheadPercent=25)
    order = floor.released(ItemRefId=bom["ItemRefId"], PlannedQuantity=10)
    order = floor.do("completeWorkOrder", {"CompletedQuantity": 4}, id=order["id"])
    unit = Fraction(10 * 10 + 80 + 20, 10)
    total = 4 * 10 + 80 + 20 - 4 * unit
    assert (order["ActualCost"]["Total"], order["Variance"]["Total"]) == (140, total)
    # The six others would have carried six tenths of set-up and overhead: neither is a matter of efficiency.
    assert order["Variance"]["MaterialUsage"] == total == Fraction(6, 10) * 100
    assert {value for name, value in order["Variance"].items() if name not in ("MaterialUsage", "Total")} == {
        0
    }
