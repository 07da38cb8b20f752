"""What the sandbox does meanwhile where a question is open."""

from __future__ import annotations

from contract_tests.kit import Client
from contract_tests.shop_floor.floor import Floor, line

ALL_SCRAP = {"CompletedQuantity": 0, "ScrappedQuantity": 10}


def test_a_failed_inspection_holds_back_an_order_that_is_all_scrap(floor: Floor, strict: Client) -> None:
    order = floor.released(InspectionRequired=True)
    floor.inspected(order, value="8")
    strict.refusal("completeWorkOrder", 409, "quality_failed", id=order["id"], json=ALL_SCRAP)
    floor.inspected(order, value="8", Disposition="UseAsIs")
    order = floor.do("completeWorkOrder", ALL_SCRAP, id=order["id"])
    assert (order["Status"], order["ActualCost"]["ScrapLoss"]) == ("Completed", order["ActualCost"]["Total"])


def test_a_selling_price_reaches_the_active_bom_and_no_draft(floor: Floor) -> None:
    main, side = floor.item(SellingPrice=10), floor.item()
    fields = {
        "ItemRefId": main,
        "Lines": [line(floor.item())],
        "ByProducts": [line(side, 1, CostMethod="SalesValue", SalesPrice=10)],
    }
    active = floor.do("createBom", {"Name": floor.label(), "Status": "Active", **fields})
    draft = floor.do("createBom", {"Name": floor.label(), **fields})
    assert (active["ByProductCredit"], draft["ByProductCredit"]) == (5, 5)
    floor.change_item(main, SellingPrice=40)
    credits = [floor.do("getBom", id=each["id"])["ByProductCredit"] for each in (active, draft)]
    assert credits == [2, 5]


def test_an_order_that_moved_nothing_is_reported_on_the_day_it_was_completed(floor: Floor) -> None:
    used = floor.stocked(Uom="kg")
    order = floor.released(ItemRefId=floor.bom([line(used)])["ItemRefId"])
    nothing = [{"ItemRefId": used, "ConsumedQuantity": 0}]
    order = floor.do("completeWorkOrder", {**ALL_SCRAP, "Materials": nothing}, id=order["id"])
    assert floor.api.movements(documentRefId=order["id"]) == []
    [row] = floor.api.read("getEfficiencyReport", {"itemRefId": order["ItemRefId"]})["efficiency"]
    assert row["PostingDate"] == order["CompletedAt"][:10]
