"""Whatever GET shows otherwise than before has another ETag and a later UpdatedAt, whoever wrote (DEC-21)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from contract_tests.factory import Answer, Record
from contract_tests.shop_floor.floor import Floor, ingredient, line, moved, named

_READ = {
    "item": "getItem",
    "bom": "getBom",
    "recipe": "getRecipe",
    "order": "getWorkOrder",
    "job": "getSubcontractOrder",
    "inspection": "getQualityInspection",
}
_LIST = {
    "item": "listItem",
    "bom": "listBoms",
    "recipe": "listRecipes",
    "order": "listWorkOrders",
    "job": "listSubcontractOrders",
    "inspection": "listQualityInspections",
}
Reading = tuple[Record, str]


@dataclass
class World:
    """Everything that a walk has made, as it was read last."""

    floor: Floor
    ids: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in _READ})
    seen: dict[tuple[str, str], Reading] = field(default_factory=dict)

    def add(self, kind: str, id: str) -> str:
        self.ids[kind].append(id)
        self.seen[kind, id] = self.read(kind, id)
        return id

    def read(self, kind: str, id: str) -> Reading:
        answer = self.floor.send(_READ[kind], id=id)
        assert answer.status == 200, answer.raw
        return answer.body, answer.headers["etag"]

    def look(self, action: str) -> set[tuple[str, str]]:
        """Reads all of it; what has changed."""
        changed: set[tuple[str, str]] = set()
        for (kind, id), (before, tag) in self.seen.items():
            after, new_tag = self.read(kind, id)
            told = f"{action}: {kind} {id}"
            if _bare(after) == _bare(before):
                # A tag may move for nothing; the time moves with it.
                assert (new_tag == tag) is (after["UpdatedAt"] == before["UpdatedAt"]), told
            else:
                changed.add((kind, id))
                assert new_tag != tag, f"{told} shows something else under {tag}"
                assert after["UpdatedAt"] > before["UpdatedAt"], f"{told} is as old as before"
            if "Revision" in after:
                assert new_tag.strip('"').split(".")[0] == str(after["Revision"]), told
            self.seen[kind, id] = after, new_tag
        return changed


def _bare(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "UpdatedAt"}


class Walk:
    """Random writes to a small world with sub-assemblies, phantoms, pins, recipes and every kind of order."""

    def __init__(self, floor: Floor, seed: int) -> None:
        self.floor, self.world, self.random = floor, World(floor), random.Random(seed)
        self.raw = [self.item(Uom="kg") for _ in range(3)]
        for item in self.raw:
            floor.bring_in(item, 5000, 3)
        self.made = [self.item(SellingPrice=40) for _ in range(4)]
        self.world.look("a beginning")
        kinds = ("Manufacture", "Phantom", "Subcontract", "Manufacture")
        for item, kind in zip(self.made, kinds, strict=True):
            self.try_(self.new_bom, item, kind)

    def item(self, **fields: Any) -> str:
        return self.world.add("item", self.floor.item(**fields))

    def pick(self, kind: str) -> str:
        return self.random.choice(self.world.ids[kind])

    def parts(self) -> list[str]:
        return self.random.sample([*self.raw, *self.made], 2)

    def lines(self) -> list[Record]:
        boms = [self.world.seen["bom", id][0] for id in self.world.ids["bom"]]
        found = [line(part, self.random.randint(1, 4)) for part in self.parts()]
        for each in found:
            pins = [bom["id"] for bom in boms if bom["ItemRefId"] == each["ItemRefId"]]
            if pins and self.random.random() < 0.4:
                each["SubBomRefId"] = self.random.choice(pins)
        return found

    def by_product(self) -> Record:
        method = self.random.choice(({"CostMethod": "FixedRate", "Rate": 1}, {"CostMethod": "None"}))
        return {"ItemRefId": self.random.choice(self.raw), "Quantity": 1, **method}

    def new_bom(self, item: str | None = None, kind: str | None = None) -> None:
        body = {
            "Name": self.floor.label("BOM"),
            "ItemRefId": item or self.random.choice(self.made),
            "Type": kind or self.random.choice(("Manufacture", "Manufacture", "Phantom", "Subcontract")),
            "Status": self.random.choice(("Draft", "Active", "Active")),
            "ReplaceActive": True,
            "Lines": self.lines(),
        }
        self.made_by("createBom", "bom", body)

    def made_by(self, operation: str, kind: str, body: Record) -> None:
        answer = self.floor.send(operation, body)
        if answer.status == 201:
            self.world.add(kind, answer.body["id"])

    def change_bom(self) -> None:
        choice: list[Callable[[], Record]] = [
            lambda: {"Lines": self.lines()},
            lambda: {"OtherOverhead": self.random.randint(0, 50)},
            lambda: {"Version": self.floor.label("V")},
            lambda: {"Status": self.random.choice(("Draft", "Active")), "ReplaceActive": True},
            lambda: {"OutputQuantity": self.random.randint(1, 9)},
            lambda: {"ByProducts": [self.by_product()]},
            lambda: {"Type": self.random.choice(("Manufacture", "Phantom"))},
            lambda: {"Notes": self.floor.label("note")},
            lambda: {"Operations": [{"Sequence": 1, "Name": "Cut", "SetupMinutes": 5, "CostPerHour": 60}]},
        ]
        self.floor.send("updateBom", self.random.choice(choice)(), id=self.pick("bom"))

    def archive_bom(self) -> None:
        operation = self.random.choice(("archiveBoms", "restoreBoms", "restoreBoms"))
        self.floor.send(operation, {"ids": [self.pick("bom"), self.pick("bom")]})

    def change_item(self) -> None:
        figure = self.random.randint(1, 90)
        name = self.random.choice(("StandardCost", "SellingPrice", "Name"))
        self.floor.change_item(self.pick("item"), **{name: str(figure) if name == "Name" else figure})

    def recipe(self) -> None:
        body = self.floor.recipe_body(
            ItemRefId=self.random.choice(self.made), Ingredients=[ingredient(self.random.choice(self.raw), 5)]
        )
        self.made_by("createRecipe", "recipe", {**body, "ReplaceActive": True})

    def change_recipe(self) -> None:
        body = {"Ingredients": [ingredient(part, self.random.randint(1, 9)) for part in self.parts()]}
        if self.world.ids["recipe"]:
            self.floor.send("updateRecipe", body, id=self.pick("recipe"))

    def order(self) -> None:
        bom = self.world.seen["bom", self.pick("bom")][0]
        if self.world.ids["recipe"] and self.random.random() < 0.3:
            bom = self.world.seen["recipe", self.pick("recipe")][0]
        self.made_by("createWorkOrder", "order", {**named(bom), "PlannedQuantity": self.random.randint(1, 5)})

    def job(self) -> None:
        bom = self.world.seen["bom", self.pick("bom")][0]
        body = {"SubcontractorRefId": self.floor.vendor, **named(bom), "OrderedQuantity": 3}
        self.made_by("createSubcontractOrder", "job", body)

    def act_on_order(self) -> None:
        if not self.world.ids["order"]:
            return
        id = self.pick("order")
        bodies = {
            "releaseWorkOrder": None,
            "completeWorkOrder": {"CompletedQuantity": 1},
            "cancelWorkOrder": None,
            "updateWorkOrder": {"Notes": self.floor.label("note")},
        }
        operation = self.random.choice(list(bodies))
        if operation == "cancelWorkOrder" and self.random.random() < 0.7:
            operation = "releaseWorkOrder"
        self.floor.send(operation, bodies[operation], id=id)

    def act_on_job(self) -> None:
        if not self.world.ids["job"]:
            return
        id = self.pick("job")
        shown = self.world.seen["job", id][0]
        materials = [moved(each["ItemRefId"], 1) for each in shown["Materials"]]
        bodies: dict[str, Record] = {
            "issueSubcontractMaterials": {"Materials": materials},
            "returnSubcontractMaterials": {"Materials": materials},
            "receiveSubcontractGoods": {"AcceptedQuantity": 1},
        }
        operation = self.random.choice(list(bodies))
        self.floor.send(operation, bodies[operation], id=id)

    def inspect(self) -> None:
        if self.world.ids["order"]:
            order = self.world.seen["order", self.pick("order")][0]
            self.made_by("createQualityInspection", "inspection", self.floor.inspection_body(order))

    def adjust(self) -> None:
        self.floor.api.adjust(self.pick("item"), self.random.randint(1, 50), 2)

    def try_(self, action: Callable[..., None], *arguments: Any) -> None:
        action(*arguments)
        self.world.look(action.__name__)

    def steps(self, count: int) -> Iterator[None]:
        actions = [
            self.new_bom,
            self.change_bom,
            self.change_bom,
            self.change_bom,
            self.archive_bom,
            self.change_item,
            self.recipe,
            self.change_recipe,
            self.order,
            self.order,
            self.job,
            self.act_on_order,
            self.act_on_job,
            self.inspect,
            self.adjust,
        ]
        for _ in range(count):
            self.try_(self.random.choice(actions))
            yield


@pytest.mark.parametrize("seed", range(6))
def test_what_reads_otherwise_has_another_tag_and_a_later_time(floor: Floor, seed: int) -> None:
    for _ in Walk(floor, seed).steps(60):
        pass


# One case of each kind, by name.


def _tag(floor: Floor, operation: str, id: str) -> tuple[str, str]:
    answer: Answer = floor.send(operation, id=id)
    return answer.headers["etag"], answer.body["UpdatedAt"]


def test_stock_moves_an_item_and_a_refused_release_does_not(floor: Floor) -> None:
    part = floor.stocked(20)
    order = floor.order(ItemRefId=floor.bom([line(part)])["ItemRefId"])
    before = _tag(floor, "getItem", part)
    floor.do("releaseWorkOrder", id=order["id"])
    reserved = _tag(floor, "getItem", part)
    assert reserved[0] != before[0] and reserved[1] > before[1]
    listed = floor.api.every("listItem", {"updatedSince": reserved[1]})
    assert part in [each["id"] for each in listed]
    large = floor.order(ItemRefId=order["ItemRefId"], PlannedQuantity=99)
    assert floor.send("releaseWorkOrder", id=large["id"]).status == 409
    assert _tag(floor, "getItem", part) == reserved


@pytest.mark.parametrize("depth", ["its BOM", "a phantom of it", "an archived BOM"])
def test_a_draft_moves_with_what_it_follows(floor: Floor, depth: str) -> None:
    part = floor.stocked()
    bom = floor.bom([line(part, 2)])
    changed = bom
    if depth == "a phantom of it":
        changed = floor.bom([line(part, 2)], Type="Phantom", ItemRefId=floor.item(TrackInventory=False))
        bom = floor.bom([line(changed["ItemRefId"])])
    order = floor.order(ItemRefId=bom["ItemRefId"])
    job_bom = floor.job_bom([line(changed["ItemRefId"])])
    job = floor.job(ItemRefId=job_bom["ItemRefId"])
    job_before = _tag(floor, "getSubcontractOrder", job["id"])
    tag, time = _tag(floor, "getWorkOrder", order["id"])
    if depth == "an archived BOM":
        floor.archived(bom)
        assert _tag(floor, "getWorkOrder", order["id"]) == (tag, time), "nothing that shows has changed"
        floor.change_item(part, StandardCost=77)
    else:
        floor.do("updateBom", {"Lines": [line(part, 10)]}, id=changed["id"])
    now = floor.send("getWorkOrder", id=order["id"])
    assert now.body["PlannedCost"] != order["PlannedCost"]
    assert (now.headers["etag"], now.body["Revision"]) == ('"1.1"', 1)
    assert now.body["UpdatedAt"] > time
    drafts = floor.api.every("listWorkOrders", {"updatedSince": now.body["UpdatedAt"], "status": "Draft"})
    assert [each["UpdatedAt"] for each in drafts if each["id"] == order["id"]] == [now.body["UpdatedAt"]]
    is_moved = _tag(floor, "getSubcontractOrder", job["id"]) != job_before
    assert is_moved is (depth == "a phantom of it"), "an order that shows quantities minds no cost"
    for stale, status in ((tag, 412), (now.headers["etag"], 200)):
        headers = {"If-Match": stale}
        assert floor.send("updateWorkOrder", {"Notes": "n"}, headers, id=order["id"]).status == status
    assert floor.send("getWorkOrder", id=order["id"]).headers["etag"] == '"2"'


def test_an_ancestor_moves_and_its_revision_stays(floor: Floor) -> None:
    part = floor.item()
    child = floor.bom([line(part)])
    parent = floor.bom([line(child["ItemRefId"], 3)])
    stale, time = _tag(floor, "getBom", parent["id"])
    floor.change_item(part, StandardCost=11)
    tag, later = _tag(floor, "getBom", parent["id"])
    assert (stale, tag) == ('"1"', '"1.1"') and later > time
    answer = floor.send("updateBom", {"Notes": "n"}, {"If-Match": stale}, id=parent["id"])
    assert (answer.status, answer.body["message"]) == (
        412,
        'The record has changed: its ETag is now "1.1".',
    )
    same = floor.send("updateBom", {"Name": parent["Name"]}, {"If-Match": tag}, id=parent["id"])
    assert (same.status, same.headers["etag"]) == (200, tag), "an update that changes nothing keeps the tag"


def test_the_time_moves_by_a_millisecond_where_the_clock_stands(floor: Floor) -> None:
    bom = floor.bom()
    times = [bom["UpdatedAt"]]
    for notes in ("one", "two", "three"):
        times.append(floor.do("updateBom", {"Notes": notes}, id=bom["id"])["UpdatedAt"])
    assert times == sorted(set(times))
