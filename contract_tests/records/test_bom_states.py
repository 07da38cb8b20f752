"""BOMs through their states: versions, one Active BOM per item, archive and restore of several (DEC-14)."""

from __future__ import annotations

from contract_tests.kit import Fixtures, Tenant
from contract_tests.records.bom_refusals import UNKNOWN, line


def test_a_new_bom_is_a_draft_with_the_documented_defaults(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    assert (bom["Status"], bom["IsArchived"], bom["Type"], bom["OutputQuantity"]) == (
        "Draft",
        False,
        "Manufacture",
        1,
    )
    assert (bom["Revision"], bom["Version"], bom["InspectionRequired"]) == (1, "1", False)
    assert bom["CreatedAt"] == bom["UpdatedAt"]
    assert (bom["EntityRefId"], bom["OrgRefId"]) == (
        fixtures.client.tenant.entity,
        fixtures.client.tenant.org,
    )


def test_draft_and_active_go_both_ways(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    for status in ("Active", "Draft", "Active"):
        assert fixtures.update(bom, Status=status)["Status"] == status


def test_versions_share_a_number(fixtures: Fixtures) -> None:
    first = fixtures.bom(Version="1")
    second = fixtures.bom(BomNumber=first["BomNumber"], Version="2", ItemRefId=first["ItemRefId"])
    assert second["BomNumber"] == first["BomNumber"]
    assert second["id"] != first["id"]


def test_replace_active_turns_the_old_one_into_a_draft(fixtures: Fixtures) -> None:
    item = fixtures.item()["id"]
    first = fixtures.bom(ItemRefId=item, Status="Active")
    second = fixtures.bom(ItemRefId=item, Status="Active", ReplaceActive=True)
    third = fixtures.bom(ItemRefId=item)
    assert fixtures.read(first)["Status"] == "Draft"
    assert fixtures.update(third, Status="Active", ReplaceActive=True)["Status"] == "Active"
    assert fixtures.read(second)["Status"] == "Draft"
    assert fixtures.client.call("getActiveBom", expect=200, itemId=item).json()["id"] == third["id"]
    assert "ReplaceActive" not in fixtures.read(third)


def test_restore_brings_back_the_status_or_draft_where_another_is_active(fixtures: Fixtures) -> None:
    item = fixtures.item()["id"]
    draft, first = fixtures.bom(), fixtures.bom(ItemRefId=item, Status="Active")
    fixtures.archive(draft, first)
    assert {fixtures.read(bom)["Status"] for bom in (draft, first)} == {"Archived"}
    assert fixtures.restore(draft, first) == 2
    assert (fixtures.read(draft)["Status"], fixtures.read(first)["Status"]) == ("Draft", "Active")
    fixtures.archive(first)
    fixtures.bom(ItemRefId=item, Status="Active")
    fixtures.restore(first)
    assert fixtures.read(first)["Status"] == "Draft"


def test_archive_and_restore_give_back_the_record(fixtures: Fixtures) -> None:
    bom = fixtures.bom(Status="Active", Notes="kept", ExternalReference=fixtures.label("REF"))
    fixtures.archive(bom)
    fixtures.restore(bom)
    now = fixtures.read(bom)
    assert {key for key in bom if now[key] != bom[key]} <= {"Revision", "UpdatedAt"}


def test_unknown_unchanged_and_foreign_ids_count_nothing(fixtures: Fixtures, tenants: list[Tenant]) -> None:
    bom, done = fixtures.bom(), fixtures.bom()
    fixtures.archive(done)
    foreign = [
        record["id"] for tenant in tenants[1:] for record in fixtures.client.at(tenant).every("listBoms")[:2]
    ]
    ids = [UNKNOWN, done["id"], *foreign, bom["id"]]
    answer = fixtures.client.call("archiveBoms", expect=200, json={"ids": ids}).json()
    assert answer == {"ok": True, "modified": 1}
    assert fixtures.client.call("archiveBoms", expect=200, json={"ids": ids}).json()["modified"] == 0
    assert (
        fixtures.client.call("restoreBoms", expect=200, json={"ids": [*foreign, UNKNOWN]}).json()["modified"]
        == 0
    )
    for tenant in tenants[1:]:
        for record in fixtures.client.at(tenant).every("listBoms")[:2]:
            assert not record["IsArchived"]


def test_guards_see_the_state_after_the_whole_set(fixtures: Fixtures) -> None:
    part = fixtures.item()
    pinned = fixtures.bom(ItemRefId=part["id"])
    user = fixtures.bom(Lines=[line(part, SubBomRefId=pinned["id"])])
    assert fixtures.archive(pinned, user) == 2
    assert fixtures.restore(user, pinned) == 2


def test_costs_follow_components_through_all_levels(fixtures: Fixtures) -> None:
    bolt = fixtures.item(StandardCost=2)
    frame, bicycle = fixtures.item(), fixtures.item()
    inner = fixtures.bom(ItemRefId=frame["id"], Status="Active", OutputQuantity=2, Lines=[line(bolt, 8)])
    outer = fixtures.bom(ItemRefId=bicycle["id"], Lines=[line(frame, 3, WastagePercent=10)])
    assert (inner["UnitCost"], outer["TotalCost"]) == (8, 26.4)
    fixtures.change_item(bolt, StandardCost=2.5)
    assert (fixtures.read(inner)["UnitCost"], fixtures.read(outer)["TotalCost"]) == (10, 33)
    fixtures.archive(inner)
    assert fixtures.read(outer)["TotalCost"] == round(3.3 * frame["StandardCost"], 2)
