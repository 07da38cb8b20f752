"""BOMs through their states: versions, one Active BOM per item, archive and restore of several (DEC-14)."""

from __future__ import annotations

from contract_tests.kit import Tenant, Workbench
from contract_tests.records.bom_refusals import UNKNOWN, line


def test_a_new_bom_is_a_draft_with_the_documented_defaults(bench: Workbench) -> None:
    bom = bench.bom()
    assert (bom["Status"], bom["IsArchived"], bom["Type"], bom["OutputQuantity"]) == (
        "Draft",
        False,
        "Manufacture",
        1,
    )
    assert (bom["Revision"], bom["Version"], bom["InspectionRequired"]) == (1, "1", False)
    assert bom["CreatedAt"] == bom["UpdatedAt"]
    assert (bom["EntityRefId"], bom["OrgRefId"]) == (bench.client.tenant.entity, bench.client.tenant.org)


def test_draft_and_active_go_both_ways(bench: Workbench) -> None:
    bom = bench.bom()
    for status in ("Active", "Draft", "Active"):
        assert bench.update(bom, Status=status)["Status"] == status


def test_versions_share_a_number(bench: Workbench) -> None:
    first = bench.bom(Version="1")
    second = bench.bom(BomNumber=first["BomNumber"], Version="2", ItemRefId=first["ItemRefId"])
    assert second["BomNumber"] == first["BomNumber"]
    assert second["id"] != first["id"]


def test_replace_active_turns_the_old_one_into_a_draft(bench: Workbench) -> None:
    item = bench.item()["id"]
    first = bench.bom(ItemRefId=item, Status="Active")
    second = bench.bom(ItemRefId=item, Status="Active", ReplaceActive=True)
    third = bench.bom(ItemRefId=item)
    assert bench.read(first)["Status"] == "Draft"
    assert bench.update(third, Status="Active", ReplaceActive=True)["Status"] == "Active"
    assert bench.read(second)["Status"] == "Draft"
    assert bench.client.call("getActiveBom", expect=200, itemId=item).json()["id"] == third["id"]
    assert "ReplaceActive" not in bench.read(third)


def test_restore_brings_back_the_status_or_draft_where_another_is_active(bench: Workbench) -> None:
    item = bench.item()["id"]
    draft, first = bench.bom(), bench.bom(ItemRefId=item, Status="Active")
    bench.archive(draft, first)
    assert {bench.read(bom)["Status"] for bom in (draft, first)} == {"Archived"}
    assert bench.restore(draft, first) == 2
    assert (bench.read(draft)["Status"], bench.read(first)["Status"]) == ("Draft", "Active")
    bench.archive(first)
    bench.bom(ItemRefId=item, Status="Active")
    bench.restore(first)
    assert bench.read(first)["Status"] == "Draft"


def test_archive_and_restore_give_back_the_record(bench: Workbench) -> None:
    bom = bench.bom(Status="Active", Notes="kept", ExternalReference=bench.label("REF"))
    bench.archive(bom)
    bench.restore(bom)
    now = bench.read(bom)
    assert {key for key in bom if now[key] != bom[key]} <= {"Revision", "UpdatedAt"}


def test_unknown_unchanged_and_foreign_ids_count_nothing(bench: Workbench, tenants: list[Tenant]) -> None:
    bom, done = bench.bom(), bench.bom()
    bench.archive(done)
    foreign = [
        record["id"] for tenant in tenants[1:] for record in bench.client.at(tenant).every("listBoms")[:2]
    ]
    ids = [UNKNOWN, done["id"], *foreign, bom["id"]]
    answer = bench.client.call("archiveBoms", expect=200, json={"ids": ids}).json()
    assert answer == {"ok": True, "modified": 1}
    assert bench.client.call("archiveBoms", expect=200, json={"ids": ids}).json()["modified"] == 0
    assert (
        bench.client.call("restoreBoms", expect=200, json={"ids": [*foreign, UNKNOWN]}).json()["modified"]
        == 0
    )
    for tenant in tenants[1:]:
        for record in bench.client.at(tenant).every("listBoms")[:2]:
            assert not record["IsArchived"]


def test_guards_see_the_state_after_the_whole_set(bench: Workbench) -> None:
    part = bench.item()
    pinned = bench.bom(ItemRefId=part["id"])
    user = bench.bom(Lines=[line(part, SubBomRefId=pinned["id"])])
    assert bench.archive(pinned, user) == 2
    assert bench.restore(user, pinned) == 2


def test_ids_are_in_lower_case(bench: Workbench) -> None:
    bom = bench.bom()
    upper = bom["id"].upper()
    bench.client.refusal("getBom", 400, "invalid_request", id=upper)
    bench.client.refusal("archiveBoms", 400, "invalid_request", json={"ids": [upper]})


def test_costs_follow_components_through_all_levels(bench: Workbench) -> None:
    bolt = bench.item(StandardCost=2)
    frame, bicycle = bench.item(), bench.item()
    inner = bench.bom(ItemRefId=frame["id"], Status="Active", OutputQuantity=2, Lines=[line(bolt, 8)])
    outer = bench.bom(ItemRefId=bicycle["id"], Lines=[line(frame, 3, WastagePercent=10)])
    assert (inner["UnitCost"], outer["TotalCost"]) == (8, 26.4)
    bench.change_item(bolt, StandardCost=2.5)
    assert (bench.read(inner)["UnitCost"], bench.read(outer)["TotalCost"]) == (10, 33)
    bench.archive(inner)
    assert bench.read(outer)["TotalCost"] == round(3.3 * frame["StandardCost"], 2)
