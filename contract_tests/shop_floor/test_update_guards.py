"""An update is held against what it changes, and against nothing else (DEC-22)."""

from __future__ import annotations

import pytest

from contract_tests.factory import Record
from contract_tests.shop_floor.floor import Floor, ingredient, line

# What may be written whatever has become of the items that a BOM or a recipe names.
_ALWAYS = [
    {"Notes": "phased out"},
    {"Name": "Old"},
    {"ExternalReference": None},
    {"InspectionRequired": True},
    {"Status": "Draft"},
]
_DATES = [{"EffectiveFrom": "2026-01-01"}, {"EffectiveTo": "2030-01-01"}]


@pytest.mark.parametrize("body", [*_ALWAYS, *_DATES])
def test_a_bom_of_inactive_items_can_be_noted_dated_and_left(floor: Floor, body: Record) -> None:
    part, offcut = floor.item(), floor.item()
    bom = floor.bom([line(part)], ByProducts=[{"ItemRefId": offcut, "Quantity": 1}])
    for item in (bom["ItemRefId"], part, offcut):
        floor.change_item(item, IsActive=False)
    after = floor.do("updateBom", body, id=bom["id"])
    assert {name: after[name] for name in body} == body
    assert after["TotalCost"] == bom["TotalCost"]


@pytest.mark.parametrize("body", [*_ALWAYS, {"ShelfLifeDays": 3}])
def test_a_recipe_of_inactive_items_can_be_noted_and_left(floor: Floor, body: Record) -> None:
    recipe = floor.recipe()
    for item in (recipe["ItemRefId"], recipe["Ingredients"][0]["ItemRefId"]):
        floor.change_item(item, IsActive=False)
    after = floor.do("updateRecipe", body, id=recipe["id"])
    assert {name: after[name] for name in body} == body


def test_a_line_that_changes_is_held_against_its_item_and_one_that_stays_is_not(floor: Floor) -> None:
    old, part = floor.item(), floor.item()
    bom = floor.bom([line(old, 2), line(part, 1)])
    floor.change_item(old, IsActive=False)
    kept = line(old, 2)
    after = floor.do("updateBom", {"Lines": [kept, line(part, 5)]}, id=bom["id"])
    assert [each["Quantity"] for each in after["Lines"]] == [2, 5]
    assert (
        floor.do("updateBom", {"Lines": [line(part, 5), kept]}, id=bom["id"])["Lines"][1]["id"]
        == (bom["Lines"][0]["id"])
    )
    for lines in ([line(old, 3)], [kept, kept, line(old, 7)]):
        answer = floor.send("updateBom", {"Lines": lines}, id=bom["id"])
        assert (answer.status, answer.body["error"]) == (422, "inactive_item"), answer.raw


def test_a_recipe_looks_at_the_ingredients_that_change(floor: Floor) -> None:
    old, other = floor.item(Uom="kg"), floor.item(Uom="kg")
    recipe = floor.recipe(Ingredients=[ingredient(old, 5), ingredient(other, 5)])
    floor.change_item(old, IsActive=False)
    kept = ingredient(old, 5)
    assert floor.do("updateRecipe", {"Ingredients": [kept, ingredient(other, 6)]}, id=recipe["id"])
    answer = floor.send("updateRecipe", {"Ingredients": [ingredient(old, 6)]}, id=recipe["id"])
    assert (answer.status, answer.body["error"]) == (422, "inactive_item"), answer.raw


def test_to_become_active_a_formula_is_held_against_all_of_it(floor: Floor) -> None:
    part = floor.item()
    bom = floor.bom([line(part)], Status="Draft")
    floor.change_item(part, IsActive=False)
    answer = floor.send("updateBom", {"Status": "Active"}, id=bom["id"])
    assert (answer.status, answer.body["error"]) == (422, "inactive_item"), answer.raw
    recipe = floor.recipe(Status="Draft")
    floor.change_item(recipe["ItemRefId"], IsActive=False)
    answer = floor.send("updateRecipe", {"Status": "Active"}, id=recipe["id"])
    assert (answer.status, answer.body["error"]) == (422, "inactive_item"), answer.raw


def test_a_draft_that_would_now_close_a_cycle_can_still_be_noted(floor: Floor) -> None:
    first, second = floor.item(), floor.item()
    draft = floor.bom([line(second)], ItemRefId=first, Status="Draft")
    floor.bom([line(first)], ItemRefId=second)
    assert floor.do("updateBom", {"Notes": "waits"}, id=draft["id"])["Notes"] == "waits"
    for body in ({"Status": "Active"}, {"Lines": [line(second, 2)]}):
        answer = floor.send("updateBom", body, id=draft["id"])
        assert (answer.status, answer.body["error"]) == (422, "bom_cycle"), answer.raw


@pytest.mark.parametrize("body", [{"Notes": "n"}, {"DueDate": "2030-01-01"}, {"Priority": "Urgent"}])
def test_a_draft_order_looks_at_its_item_where_the_quantity_changes(floor: Floor, body: Record) -> None:
    order = floor.order()
    floor.change_item(order["ItemRefId"], IsActive=False)
    after = floor.do("updateWorkOrder", body, id=order["id"])
    assert {name: after[name] for name in body} == body
    assert floor.do("updateWorkOrder", {"PlannedQuantity": 10}, id=order["id"]) == after
    answer = floor.send("updateWorkOrder", {"PlannedQuantity": 11}, id=order["id"])
    assert (answer.status, answer.body["error"]) == (422, "inactive_item"), answer.raw


@pytest.mark.parametrize("body", [{"Notes": "n"}, {"ExpectedDate": "2030-01-01"}, {"RatePerUnit": 7}])
def test_a_draft_of_job_work_likewise(floor: Floor, body: Record) -> None:
    order = floor.job()
    floor.change_item(order["ItemRefId"], IsActive=False)
    after = floor.do("updateSubcontractOrder", body, id=order["id"])
    assert {name: after[name] for name in body} == body
    answer = floor.send("updateSubcontractOrder", {"OrderedQuantity": 11}, id=order["id"])
    assert (answer.status, answer.body["error"]) == (422, "inactive_item"), answer.raw


def test_what_is_sent_back_as_it_is_writes_nothing(floor: Floor) -> None:
    first, second, offcut = floor.item(), floor.item(), floor.item()
    lines = [line(first, 2), line(second, 1), line(first, 2, WastagePercent=5)]
    written = {
        "Lines": lines,
        "Operations": [{"Sequence": 1, "Name": "Cut", "RunMinutesPerUnit": 2, "CostPerHour": 240}],
        "ByProducts": [{"ItemRefId": offcut, "Quantity": 1}],
    }
    bom = floor.bom(**written)
    floor.change_item(first, Name="Renamed")
    for body in (written, {"Lines": lines, "Notes": None}, {"Status": "Active", "ReplaceActive": True}):
        assert floor.do("updateBom", body, id=bom["id"]) == bom
    recipe = floor.recipe(Ingredients=[ingredient(first, 5), ingredient(second, 5)])
    same = {"Ingredients": [ingredient(first, 5), ingredient(second, 5)]}
    assert floor.do("updateRecipe", same, id=recipe["id"]) == recipe


def test_a_list_in_another_order_is_another_list_of_the_same_lines(floor: Floor) -> None:
    first, second = floor.item(), floor.item()
    bom = floor.bom([line(first), line(second)])
    after = floor.do("updateBom", {"Lines": [line(second), line(first)]}, id=bom["id"])
    assert after["Revision"] == bom["Revision"] + 1
    assert [each["id"] for each in after["Lines"]] == [each["id"] for each in reversed(bom["Lines"])]
    assert after["TotalCost"] == bom["TotalCost"]
