"""Every refusal of recipes and reports."""

from __future__ import annotations

from contract_tests.factory import Record
from contract_tests.kit import ENOUGH, HUGE, UNKNOWN, Request
from contract_tests.shop_floor.floor import Floor, ingredient, line
from contract_tests.shop_floor.refusals import (
    TODAY,
    Fields,
    reaches,
    ready,
    register,
    register_content,
    register_document,
)

REPORTS = (
    "getJobCostingReport",
    "getByProductsReport",
    "getProductionCostAnalysisReport",
    "getEfficiencyReport",
)


def _shares(floor: Floor) -> list[Record]:
    method = {"CostMethod": "CostSharePercent"}
    return [line(floor.item(Uom="kg"), CostSharePercent=share, **method) for share in (60, 41)]


def _makes(item: str, by_product: Record) -> Record:
    return {"ItemRefId": item, "ByProducts": [by_product]}


def _of_one(item: str, quantity: float = 1, **fields: object) -> Record:
    return {"Ingredients": [ingredient(item, quantity, **fields)]}


def _sums_too_large(floor: Floor) -> Request:
    """Two orders that cost nearly as much as can be shown, each with as many minutes."""
    work = [
        {"Sequence": place, "Name": "Wait", "SetupMinutes": 9_999_999, "CostPerHour": 0}
        for place in range(1, 101)
    ]
    for _ in range(2):
        part, side = floor.item(), floor.item()
        floor.bring_in(part, 9_999, HUGE)
        taken = {"CostMethod": "CostSharePercent", "CostSharePercent": 100}
        bom = floor.bom([line(part)], ByProducts=[line(side, 1, **taken)], Operations=work)
        order = floor.released(ItemRefId=bom["ItemRefId"], PlannedQuantity=9_999)
        floor.do("completeWorkOrder", {"CompletedQuantity": 9_999}, id=order["id"])
    return {"query": {"from": TODAY, "to": TODAY}}


# Fields that no recipe may have, to be sent with a create or with an update.
_CONTENT: dict[tuple[int, str], Fields] = {
    (422, "unknown_reference"): lambda floor: _of_one(UNKNOWN),
    (422, "inactive_item"): lambda floor: _of_one(floor.item(Uom="kg", IsActive=False)),
    (422, "fractional_quantity"): lambda floor: _of_one(floor.item(), 1.5, Basis="Fixed"),
    (422, "uom_mismatch"): lambda floor: _of_one(floor.item(Uom="kg"), Uom="L"),
    (422, "batch_size_out_of_range"): lambda floor: {"MinBatch": 101},
    (422, "percentages_must_sum_to_100"): lambda floor: {
        "Ingredients": [{"ItemRefId": floor.item(Uom="kg"), "Basis": "PercentOfBatch", "Percent": 99.98}]
    },
    (422, "cost_share_exceeds_100"): lambda floor: {"ByProducts": _shares(floor)},
    (422, "output_repeated"): lambda floor: _makes(item := floor.item(Uom="kg"), line(item)),
    (422, "sales_price_required"): lambda floor: _makes(
        floor.item(Uom="kg", SellingPrice=None),
        line(floor.item(Uom="kg"), CostMethod="SalesValue", SalesPrice=2),
    ),
    (422, "explosion_too_large"): lambda floor: _of_one(floor.item(Uom="kg", StandardCost=HUGE), ENOUGH),
}


register_content("Recipe", _CONTENT, Floor.recipe_body, Floor.recipe)
register_document("Recipe", "RecipeNumber", Floor.recipe_body, Floor.recipe, text="Name")
ready("getItemRecipe", lambda floor: {"itemId": floor.recipe()["ItemRefId"]})
for report in REPORTS:
    # Before the days on which orders of these tests are posted, of which some cost too much.
    ready(report, lambda floor: {"query": {"to": "2026-06-14"}})
    register(
        report,
        422,
        {
            "date_not_allowed": lambda floor: {"query": {"from": "2026-06-02", "to": "2026-06-01"}},
            "explosion_too_large": _sums_too_large,
        },
    )


@reaches(("createRecipe", 422, "bom_cycle"))
def _create_a_cycle(floor: Floor) -> Request:
    part, whole = floor.item(Uom="kg"), floor.item(Uom="kg")
    floor.recipe(ItemRefId=part, **_of_one(whole))
    return {"json": floor.recipe_body(ItemRefId=whole, **_of_one(part))}


@reaches(("updateRecipe", 422, "bom_cycle"))
def _update_to_a_cycle(floor: Floor) -> Request:
    recipe = floor.recipe()
    return {"id": recipe["id"], "json": _of_one(recipe["ItemRefId"])}


@reaches(("restoreRecipes", 422, "bom_cycle"))
def _restore_a_cycle(floor: Floor) -> Request:
    part = floor.item(Uom="kg")
    recipe = floor.archived(floor.recipe(**_of_one(part)))
    floor.recipe(ItemRefId=part, **_of_one(recipe["ItemRefId"]))
    return {"json": {"ids": [recipe["id"]]}}


@reaches(("restoreRecipes", 422, "inactive_item"))
def _restore_with_an_inactive_item(floor: Floor) -> Request:
    recipe = floor.archived(floor.recipe())
    floor.change_item(recipe["Ingredients"][0]["ItemRefId"], IsActive=False)
    return {"json": {"ids": [recipe["id"]]}}


def _cheap_and_user(floor: Floor) -> tuple[Record, Record]:
    part = floor.item(Uom="kg", StandardCost=HUGE)
    cheap = floor.recipe(ItemRefId=part)
    return cheap, floor.recipe(**_of_one(part, ENOUGH))


@reaches(("archiveRecipes", 422, "explosion_too_large"))
def _archive_what_keeps_costs_small(floor: Floor) -> Request:
    return {"json": {"ids": [_cheap_and_user(floor)[0]["id"]]}}


@reaches(("restoreRecipes", 422, "explosion_too_large"))
def _restore_what_costs_too_much_by_now(floor: Floor) -> Request:
    cheap, user = _cheap_and_user(floor)
    floor.archived(user)
    floor.archived(cheap)
    return {"json": {"ids": [user["id"]]}}


@reaches(("updateRecipe", 409, "duplicate_number"))
def _take_the_same_number(floor: Floor) -> Request:
    recipe = floor.recipe()
    number = {"RecipeNumber": recipe["RecipeNumber"], "Version": recipe["Version"]}
    return {"id": floor.recipe()["id"], "json": number}


@reaches(("createRecipe", 409, "active_recipe_exists"))
def _create_a_second_active_recipe(floor: Floor) -> Request:
    return {"json": floor.recipe_body(ItemRefId=floor.recipe()["ItemRefId"])}


@reaches(("updateRecipe", 409, "active_recipe_exists"))
def _activate_a_second_recipe(floor: Floor) -> Request:
    item = floor.recipe()["ItemRefId"]
    return {"id": floor.recipe(ItemRefId=item, Status="Draft")["id"], "json": {"Status": "Active"}}


@reaches(("updateRecipe", 409, "invalid_state_transition"))
def _update_an_archived_recipe(floor: Floor) -> Request:
    return {"id": floor.archived(floor.recipe())["id"], "json": {"Name": floor.label()}}
