"""Every refusal of recipes and reports."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.factory import Record
from contract_tests.shop_floor.floor import Floor, ingredient, line
from contract_tests.shop_floor.refusals import ENOUGH, HUGE, TODAY, UNKNOWN, Request, reaches, ready, register

Fields = Callable[[Floor], Record]
REPORTS = (
    "getJobCostingReport",
    "getByProductsReport",
    "getProductionCostAnalysisReport",
    "getEfficiencyReport",
)


def _shares(floor: Floor) -> list[Record]:
    method = {"CostMethod": "CostSharePercent"}
    return [line(floor.item(Uom="kg"), CostSharePercent=share, **method) for share in (60, 41)]


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
_CONTENT: dict[str, Fields] = {
    "unknown_reference": lambda floor: _of_one(UNKNOWN),
    "inactive_item": lambda floor: _of_one(floor.item(Uom="kg", IsActive=False)),
    "fractional_quantity": lambda floor: _of_one(floor.item(), 1.5, Basis="Fixed"),
    "uom_mismatch": lambda floor: _of_one(floor.item(Uom="kg"), Uom="L"),
    "batch_size_out_of_range": lambda floor: {"MinBatch": 101},
    "percentages_must_sum_to_100": lambda floor: {
        "Ingredients": [{"ItemRefId": floor.item(Uom="kg"), "Basis": "PercentOfBatch", "Percent": 99.98}]
    },
    "cost_share_exceeds_100": lambda floor: {"ByProducts": _shares(floor)},
    "explosion_too_large": lambda floor: _of_one(floor.item(Uom="kg", StandardCost=HUGE), ENOUGH),
}


def _register() -> None:
    def create(fields: Fields) -> Callable[[Floor], Request]:
        return lambda floor: {"body": floor.recipe_body(**fields(floor))}

    def update(fields: Fields) -> Callable[[Floor], Request]:
        return lambda floor: {"id": floor.recipe()["id"], "body": fields(floor)}

    register("createRecipe", 422, {code: create(fields) for code, fields in _CONTENT.items()})
    register("updateRecipe", 422, {code: update(fields) for code, fields in _CONTENT.items()})
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


_register()
ready("listRecipes", lambda floor: {})
ready("createRecipe", lambda floor: {"body": floor.recipe_body()})
ready("getRecipe", lambda floor: {"id": floor.recipe()["id"]})
ready("updateRecipe", lambda floor: {"id": floor.recipe()["id"], "body": {"Name": floor.label()}})
ready("getItemRecipe", lambda floor: {"itemId": floor.recipe()["ItemRefId"]})
ready("archiveRecipes", lambda floor: {"body": {"ids": [floor.recipe()["id"]]}})
ready("restoreRecipes", lambda floor: {"body": {"ids": [floor.recipe()["id"]]}})


def _archived(floor: Floor, **fields: object) -> Record:
    recipe = floor.recipe(**fields)
    floor.do("archiveRecipes", {"ids": [recipe["id"]]})
    return recipe


@reaches(("createRecipe", 422, "bom_cycle"))
def _create_a_cycle(floor: Floor) -> Request:
    part, whole = floor.item(Uom="kg"), floor.item(Uom="kg")
    floor.recipe(ItemRefId=part, **_of_one(whole))
    return {"body": floor.recipe_body(ItemRefId=whole, **_of_one(part))}


@reaches(("updateRecipe", 422, "bom_cycle"))
def _update_to_a_cycle(floor: Floor) -> Request:
    recipe = floor.recipe()
    return {"id": recipe["id"], "body": _of_one(recipe["ItemRefId"])}


@reaches(("restoreRecipes", 422, "bom_cycle"))
def _restore_a_cycle(floor: Floor) -> Request:
    part = floor.item(Uom="kg")
    recipe = _archived(floor, **_of_one(part))
    floor.recipe(ItemRefId=part, **_of_one(recipe["ItemRefId"]))
    return {"body": {"ids": [recipe["id"]]}}


@reaches(("restoreRecipes", 422, "inactive_item"))
def _restore_with_an_inactive_item(floor: Floor) -> Request:
    recipe = _archived(floor)
    floor.change_item(recipe["Ingredients"][0]["ItemRefId"], IsActive=False)
    return {"body": {"ids": [recipe["id"]]}}


def _cheap_and_user(floor: Floor) -> tuple[Record, Record]:
    part = floor.item(Uom="kg", StandardCost=HUGE)
    cheap = floor.recipe(ItemRefId=part)
    return cheap, floor.recipe(**_of_one(part, ENOUGH))


@reaches(("archiveRecipes", 422, "explosion_too_large"))
def _archive_what_keeps_costs_small(floor: Floor) -> Request:
    return {"body": {"ids": [_cheap_and_user(floor)[0]["id"]]}}


@reaches(("restoreRecipes", 422, "explosion_too_large"))
def _restore_what_costs_too_much_by_now(floor: Floor) -> Request:
    cheap, user = _cheap_and_user(floor)
    floor.do("archiveRecipes", {"ids": [user["id"]]})
    floor.do("archiveRecipes", {"ids": [cheap["id"]]})
    return {"body": {"ids": [user["id"]]}}


@reaches(("createRecipe", 409, "duplicate_number"))
def _create_the_same_number(floor: Floor) -> Request:
    recipe = floor.recipe()
    number = {"RecipeNumber": recipe["RecipeNumber"], "Version": recipe["Version"]}
    return {"body": floor.recipe_body(**number)}


@reaches(("updateRecipe", 409, "duplicate_number"))
def _take_the_same_number(floor: Floor) -> Request:
    recipe = floor.recipe()
    number = {"RecipeNumber": recipe["RecipeNumber"], "Version": recipe["Version"]}
    return {"id": floor.recipe()["id"], "body": number}


@reaches(("createRecipe", 409, "active_recipe_exists"))
def _create_a_second_active_recipe(floor: Floor) -> Request:
    return {"body": floor.recipe_body(ItemRefId=floor.recipe()["ItemRefId"])}


@reaches(("updateRecipe", 409, "active_recipe_exists"))
def _activate_a_second_recipe(floor: Floor) -> Request:
    item = floor.recipe()["ItemRefId"]
    return {"id": floor.recipe(ItemRefId=item, Status="Draft")["id"], "body": {"Status": "Active"}}


@reaches(("updateRecipe", 409, "invalid_state_transition"))
def _update_an_archived_recipe(floor: Floor) -> Request:
    return {"id": _archived(floor)["id"], "body": {"Name": floor.label()}}
