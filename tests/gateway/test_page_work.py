"""What a page may take: lines exploded, statements and bytes, counted, whatever its records hold (H4, M1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mock_server.app import build_app
from mock_server.manufacturing.formulas import MAX_WORK, Lookup
from mock_server.manufacturing.formulas.graph import MAX_ROLL_UP
from mock_server.storage.documents import MAX_PAGE_BYTES
from mock_server.storage.rows import MAX_PAGE_LINES, forget_drafts
from tests.asgi import Client, base_of, driver_of, token_for


class Floor:
    """Items, BOMs and orders of one entity, and what requests for them take."""

    def __init__(self, sandbox: Any) -> None:
        self.sandbox = sandbox
        self.app = build_app(sandbox)
        self.client = Client(self.app, token_for(sandbox))
        self.control = Client(self.app)
        self.count = 0

    def do(self, method: str, path: str, body: Any = None) -> Any:
        """A request that succeeds."""
        answer = self.client(method, base_of() + path, body)
        assert answer.status in (200, 201), answer.body[:300]
        return answer.json()

    def item(self, **fields: Any) -> str:
        """A new item's id."""
        self.count += 1
        body = {"ItemCode": f"WORK-{self.count}", "Name": "Work", "Uom": "kg", "StandardCost": 1, **fields}
        path = "/_sandbox/v1" + base_of().removeprefix("/public/v1") + "/items"
        answer = self.control("POST", path, body)
        assert answer.status == 201, answer.body
        return str(answer.json()["id"])

    def bom(self, lines: list[dict[str, Any]], **fields: Any) -> Any:
        """An Active BOM of a new item."""
        item = fields.pop("ItemRefId", None) or self.item(TrackInventory=fields.get("Type") != "Phantom")
        body = {"Name": "Work", "ItemRefId": item, "Status": "Active", "Lines": lines, **fields}
        return self.do("POST", "/boms", body)

    def draft(self, bom: Any, planned: int = 1) -> Any:
        """A Draft of a BOM."""
        return self.do("POST", "/work-orders", {"ItemRefId": bom["ItemRefId"], "PlannedQuantity": planned})

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that are run meanwhile."""
        found: list[str] = []
        driver = driver_of(self.sandbox)
        driver.set_trace_callback(found.append)
        yield found
        driver.set_trace_callback(None)

    def pages(self, path: str, key: str) -> list[list[Any]]:
        """All pages of a list, each no larger than it may be."""
        found: list[list[Any]] = []
        after = ""
        while True:
            answer = self.client("GET", base_of() + path + after)
            assert answer.status == 200, answer.body
            body = answer.json()
            rows = body[key]
            largest = max((len(json.dumps(row, separators=(",", ":"))) for row in rows), default=0)
            assert len(answer.body) <= MAX_PAGE_BYTES + largest + 1000
            found.append(rows)
            assert body["has_more"] is (body["next_cursor"] is not None)
            if not body["has_more"]:
                return found
            assert rows, "a page that says there is more has a record"
            after = f"&after={body['next_cursor']}"


@pytest.fixture
def floor(sandbox: Any) -> Floor:
    sandbox.is_checking = False
    return Floor(sandbox)


def lines_of(*items: str, quantity: float = 1) -> list[dict[str, Any]]:
    return [{"ItemRefId": item, "Quantity": quantity} for item in items]


@pytest.fixture
def exploded(monkeypatch: pytest.MonkeyPatch) -> list[Lookup]:
    """Every lookup that is made, each with the lines that were read for it."""
    made: list[Lookup] = []
    plain = Lookup.__init__

    def noted(self: Lookup, *arguments: Any) -> None:
        plain(self, *arguments)
        made.append(self)

    monkeypatch.setattr(Lookup, "__init__", noted)
    return made


def test_drafts_take_about_what_completed_orders_take(floor: Floor, exploded: list[Lookup]) -> None:
    """Fifty Drafts of ten BOMs with phantoms: read the first time, and as often as nothing has changed."""
    parts = [floor.item() for _ in range(10)]
    kit = floor.bom(lines_of(*parts[:5]), Type="Phantom")
    boms = [floor.bom(lines_of(kit["ItemRefId"], *parts[place:])) for place in range(10)]
    for number in range(50):
        floor.draft(boms[number % 10], number + 1)
    floor.do("GET", "/work-orders?status=Completed&limit=50")
    with floor.statements() as completed:
        floor.do("GET", "/work-orders?status=Completed&limit=50")
    forget_drafts()
    exploded.clear()
    path = f"/work-orders?status=Draft&limit=50&search={boms[0]['ItemCode'][:5]}"
    with floor.statements() as first:
        page = floor.do("GET", path)
    assert len(page["work_orders"]) == 50
    # Each BOM once: a line for the kit, its own, and the five of the kit.
    assert sum(each.lines_read for each in exploded) == sum(1 + (10 - place) + 5 for place in range(10))
    exploded.clear()
    with floor.statements() as again:
        assert floor.do("GET", path) == page
    assert sum(each.lines_read for each in exploded) == 0
    assert len(again) <= len(completed) + 1
    # Orders, BOMs, and items, BOMs and recipes of the lines, on two levels: once for all Drafts.
    assert len(first) <= len(completed) + 14, first


@pytest.mark.parametrize("change", ["phantom", "cost", "recipe"])
def test_a_draft_that_was_kept_follows_each_change(floor: Floor, change: str) -> None:
    """INV-G6, DEC-9: what is kept is never older than the BOM, what it opens, and what its items cost."""
    part, other, made = floor.item(), floor.item(StandardCost=7), floor.item()
    kit = floor.bom(lines_of(part), Type="Phantom")
    bom = floor.bom(lines_of(kit["ItemRefId"], made))
    draft = floor.draft(bom)
    path = f"/work-orders/{draft['id']}"
    before = floor.do("GET", path)
    assert floor.do("GET", path) == before
    if change == "phantom":
        floor.do("PUT", f"/boms/{kit['id']}", {"Lines": lines_of(other)})
    elif change == "cost":
        control = "/_sandbox/v1" + base_of().removeprefix("/public/v1") + f"/items/{part}"
        assert floor.control("PATCH", control, {"StandardCost": 3}).status == 200
    else:
        recipe = {"Name": "R", "ItemRefId": made, "BatchSize": 1, "Status": "Active"}
        floor.do(
            "POST",
            "/recipes",
            {**recipe, "Ingredients": [{"ItemRefId": other, "Basis": "PerBatch", "Quantity": 5}]},
        )
    after = floor.do("GET", path)
    assert after["PlannedCost"] != before["PlannedCost"]
    fresh = floor.do("GET", f"/work-orders?status=Draft&limit=200&search={bom['ItemCode']}")["work_orders"]
    assert fresh == [after]
    assert after["PlannedCost"]["Total"] == {"phantom": 8, "cost": 4, "recipe": 36}[change]


def large_formulas(floor: Floor, count: int) -> list[Any]:
    """BOMs of nearly as many lines as may be exploded, of one material each."""
    part = floor.item()
    # Lines of one and the same part: large to read, and small to show.
    kits = [floor.bom([*lines_of(part) * 499], Type="Phantom") for _ in range(MAX_WORK // 500 - 1)]
    return [floor.bom(lines_of(*(kit["ItemRefId"] for kit in kits))) for _ in range(count)]


def test_a_page_of_drafts_ends_where_it_took_enough_work(floor: Floor, exploded: list[Lookup]) -> None:
    """H4: each of four formulas takes nearly all that a page may; all Drafts come, over several pages."""
    boms = large_formulas(floor, 4)
    made = [floor.draft(bom)["id"] for bom in boms for _ in range(3)]
    forget_drafts()
    exploded.clear()
    found = floor.pages(
        f"/work-orders?status=Draft&limit=200&search={boms[0]['ItemCode'][:5]}", "work_orders"
    )
    assert [row["id"] for page in found for row in page] == made
    assert len(found) > 1
    assert max(each.lines_read for each in exploded) <= MAX_PAGE_LINES + MAX_WORK


def test_what_cannot_be_exploded_is_tried_once_for_a_page(floor: Floor, exploded: list[Lookup]) -> None:
    """A BOM that has grown too large below its Drafts: they show what they were written with."""
    part = floor.item()
    kits = [floor.bom(lines_of(part), Type="Phantom") for _ in range(12)]
    bom = floor.bom(lines_of(*(kit["ItemRefId"] for kit in kits)))
    drafts = [floor.draft(bom) for _ in range(20)]
    for kit in kits:
        floor.do("PUT", f"/boms/{kit['id']}", {"Lines": lines_of(part) * 499})
    exploded.clear()
    found = floor.pages(f"/work-orders?status=Draft&limit=200&search={bom['ItemCode']}", "work_orders")
    assert [row["Materials"] for page in found for row in page] == [each["Materials"] for each in drafts]
    assert sum(each.lines_read for each in exploded) <= MAX_WORK + 500


@pytest.mark.parametrize("resource", ["boms", "bom-reports/cost-analysis"])
def test_a_page_ends_where_it_has_become_large(floor: Floor, resource: str) -> None:
    """M1: bodies of 160 KB each; every record comes once."""
    parts = [floor.item() for _ in range(499)]
    made = [floor.bom(lines_of(*parts))["id"] for _ in range(15)]
    found = floor.pages(f"/{resource}?limit=200", "boms")
    ids = [row["id"] for page in found for row in page]
    assert len(ids) == len(set(ids)) and set(made) <= set(ids)
    assert len(found) > 1


def test_where_used_reads_no_more_than_its_page(floor: Floor) -> None:
    """M1, INV-D14: one BOM asked for is one BOM read, however many there are."""
    part = floor.item()
    made = [floor.bom(lines_of(part, part)) for _ in range(12)]
    draft = floor.bom(lines_of(part), Status="Draft")
    path = f"/items/{part}/where-used"
    with floor.statements() as found:
        page = floor.do("GET", f"{path}?limit=1")
    assert [row["id"] for row in page["boms"]] == [made[0]["id"]] and page["has_more"]
    assert page["boms"][0]["StockQuantity"] == 2 and len(page["boms"][0]["Lines"]) == 2
    assert len(found) <= 6, found
    for query, expected in (("", [*made, draft]), ("&status=Draft", [draft]), ("&status=Active", made)):
        pages = floor.pages(f"{path}?limit=5{query}", "boms")
        assert [row["id"] for rows in pages for row in rows] == [bom["id"] for bom in expected]


def test_components_are_ranked_by_active_boms_and_then_by_code(floor: Floor) -> None:
    """M1: by the database, in one statement and those for the names, whatever the number of BOMs."""
    floor.do("GET", "/bom-reports/component-usage?limit=3")
    with floor.statements() as few:
        first = floor.do("GET", "/bom-reports/component-usage?limit=3")
    assert [(row["ItemCode"], row["ActiveBomCount"], row["BomCount"]) for row in first["components"]] == [
        ("PT-RIM-700", 2, 2),
        ("PT-RTAPE", 2, 2),
        ("PT-SPOKE-14G", 2, 2),
    ]
    rows = [row for page in floor.pages("/bom-reports/component-usage?limit=4", "components") for row in page]
    assert [row["Rank"] for row in rows] == list(range(1, len(rows) + 1))
    tyre = next(row for row in rows if row["ItemCode"] == "PT-TYRE-28")
    counts = ("ActiveBomCount", "BomCount", "LineCount")
    assert [tyre[name] for name in counts] == [1, 2, 2], "the Draft counts as a BOM only"
    part = floor.item()
    cheap = floor.bom(lines_of(floor.item()), ItemRefId=part, Status="Draft")
    pinned = {"ItemRefId": part, "Quantity": 1, "SubBomRefId": cheap["id"]}
    bom = floor.bom([*lines_of(part, part), pinned])
    for _ in range(10):
        floor.bom(lines_of(part))
    with floor.statements() as many:
        [top, *_] = floor.do("GET", "/bom-reports/component-usage?limit=3")["components"]
    assert [top[name] for name in counts] == [11, 11, 13] and top["ItemRefId"] == part
    assert len(many) == len(few)
    floor.do("PUT", f"/boms/{bom['id']}", {"Lines": lines_of(part)})
    [top, *_] = floor.do("GET", "/bom-reports/component-usage?limit=3")["components"]
    assert top["LineCount"] == 11


def test_a_cost_is_carried_up_to_so_many_lines_and_no_more(floor: Floor) -> None:
    """M1: the last BOM above that fits, and one more; what is refused changes nothing."""
    part = floor.item()
    parts = [floor.item() for _ in range(249)]
    own = floor.bom(lines_of(parts[0]), ItemRefId=part)
    above = [floor.bom(lines_of(part, *parts)) for _ in range(MAX_ROLL_UP // 250)]
    floor.do("PUT", f"/boms/{own['id']}", {"OtherOverhead": 5})
    after = floor.do("GET", f"/boms/{above[-1]['id']}")
    assert after["TotalCost"] == above[-1]["TotalCost"] + 5
    one_more = floor.bom(lines_of(part))
    answer = floor.client("PUT", f"{base_of()}/boms/{own['id']}", {"OtherOverhead": 6})
    assert (answer.status, answer.json()["error"]) == (422, "explosion_too_large")
    assert floor.do("GET", f"/boms/{above[-1]['id']}") == after
    assert floor.do("GET", f"/boms/{own['id']}")["OtherOverhead"] == 5
    floor.do("DELETE", "/boms", {"ids": [one_more["id"]]})
    floor.do("PUT", f"/boms/{own['id']}", {"OtherOverhead": 6})
