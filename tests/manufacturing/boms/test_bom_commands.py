"""Creating and updating BOMs: defaults, guards in their order, what a write changes and what it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mock_server.manufacturing import boms
from mock_server.manufacturing.formulas import Bom
from mock_server.refused import Refused
from tests.manufacturing.book import MemoryBook


@pytest.fixture
def book() -> MemoryBook:
    book = MemoryBook(Decimal(20))
    book.add("WHEEL", "NOS")
    book.add("BIKE", "NOS")
    book.add("RIM", "NOS", "650")
    book.add("TAPE", "m", "12", scrap_percentage=Decimal("2.5"))
    book.add("OIL", "L", "9")
    book.add("OLD", "NOS", "1", is_active=False)
    book.add("KIT", "NOS", track_inventory=False)
    return book


def line(item: str, quantity: Any = 1, **members: Any) -> dict[str, Any]:
    return {"ItemRefId": item, "Quantity": quantity, **members}


def make(book: MemoryBook, item: str, *lines: dict[str, Any], **members: Any) -> Bom:
    body = {"Name": item, "ItemRefId": item, "Lines": list(lines) or [line("RIM")], **members}
    return book.attempt(lambda: boms.create(book, body))


def change(book: MemoryBook, bom: Bom, **members: Any) -> Bom:
    return book.attempt(lambda: boms.update(book, book.boms[bom.id], members))


def test_a_new_bom_has_the_documented_defaults(book: MemoryBook) -> None:
    bom = make(book, "WHEEL", line("TAPE", Decimal("2.2")))
    assert (bom.bom_number, bom.version, bom.revision, bom.status, bom.type) == (
        "BOM-0001",
        "1",
        1,
        "Draft",
        "Manufacture",
    )
    assert bom.output_quantity == 1
    assert bom.overhead_percent == 20, "the entity's"
    assert (bom.uom, bom.is_archived) == ("NOS", False)
    tape = bom.lines[0]
    assert (tape.line_number, tape.uom) == (1, "m")
    assert tape.conversion_factor == 1
    assert tape.wastage_percent == Decimal("2.5"), "the item's scrap percentage"
    assert book.events == [(bom.id, "bom.created", 1)]
    assert bom.created_by_user_ref_id == book.user_ref_id


def test_a_wastage_of_zero_is_not_replaced_by_the_scrap_percentage(book: MemoryBook) -> None:
    assert make(book, "WHEEL", line("TAPE", 2, WastagePercent=0)).lines[0].wastage_percent == 0


@pytest.mark.parametrize(
    ("item", "lines", "members", "code", "pointer"),
    [
        ("NONE", [line("RIM")], {}, "unknown_reference", "/ItemRefId"),
        ("OLD", [line("RIM")], {}, "inactive_item", "/ItemRefId"),
        ("KIT", [line("RIM")], {}, "wrong_bom_type", "/Type"),
        ("WHEEL", [line("RIM"), line("NONE")], {}, "unknown_reference", "/Lines/1/ItemRefId"),
        ("WHEEL", [line("RIM"), line("OLD")], {}, "inactive_item", "/Lines/1/ItemRefId"),
        ("WHEEL", [line("RIM", id="x")], {}, "unknown_reference", "/Lines/0/id"),
        ("WHEEL", [line("RIM", Decimal("1.5"))], {}, "fractional_quantity", "/Lines/0/Quantity"),
        ("WHEEL", [line("RIM", 1, Uom="kg")], {}, "uom_mismatch", "/Lines/0/Uom"),
        ("WHEEL", [line("RIM", 1, ConversionFactor=2)], {}, "uom_mismatch", "/Lines/0/ConversionFactor"),
        ("WHEEL", [line("RIM", SubBomRefId="x")], {}, "unknown_reference", "/Lines/0/SubBomRefId"),
        ("WHEEL", [line("RIM")], {"Uom": "kg"}, "uom_mismatch", "/Uom"),
        (
            "WHEEL",
            [line("RIM")],
            {"OutputQuantity": Decimal("0.5")},
            "fractional_quantity",
            "/OutputQuantity",
        ),
        ("WHEEL", [line("RIM")], {"ServiceCostPerUnit": 5}, "wrong_bom_type", "/ServiceCostPerUnit"),
        ("WHEEL", [line("RIM"), line("WHEEL")], {}, "bom_cycle", "/Lines/1/ItemRefId"),
        (
            "WHEEL",
            [line("RIM")],
            {"EffectiveFrom": "2026-04-01", "EffectiveTo": "2026-04-01"},
            "date_not_allowed",
            "/EffectiveTo",
        ),
        (
            "WHEEL",
            [line("RIM")],
            {"ByProducts": [line("OIL"), line("KIT")]},
            "unknown_reference",
            "/ByProducts/1/ItemRefId",
        ),
        (
            "WHEEL",
            [line("RIM")],
            {"ByProducts": [line("OIL", CostMethod="CostSharePercent", CostSharePercent=60)] * 2},
            "cost_share_exceeds_100",
            "/ByProducts",
        ),
    ],
)
def test_a_rule_that_is_broken_names_itself_and_the_place(
    book: MemoryBook,
    item: str,
    lines: list[dict[str, Any]],
    members: dict[str, Any],
    code: str,
    pointer: str,
) -> None:
    with pytest.raises(Refused) as refusal:
        make(book, item, *lines, **members)
    assert (refusal.value.code, refusal.value.details) == (code, {"pointer": pointer})
    assert not book.boms
    assert not book.events


def test_a_refusal_of_a_bom_without_a_number_yet_still_names_it(book: MemoryBook) -> None:
    with pytest.raises(Refused, match=r"^The cost of the new BOM is too large"):
        make(book, "WHEEL", line("OIL", 999999999, WastagePercent=1000), line("RIM", 999999999))


def test_content_rules_come_before_conflicts_with_other_boms(book: MemoryBook) -> None:
    make(book, "WHEEL", BomNumber="B", Status="Active")
    with pytest.raises(Refused) as refusal:
        make(book, "WHEEL", line("WHEEL"), BomNumber="B", Status="Active")
    assert refusal.value.code == "bom_cycle"
    with pytest.raises(Refused) as refusal:
        make(book, "WHEEL", BomNumber="B", Status="Active")
    assert refusal.value.code == "duplicate_number"


def test_a_line_in_another_unit_is_converted_by_its_factor(book: MemoryBook) -> None:
    bom = make(book, "WHEEL", line("RIM", Decimal("0.5"), Uom="SET", ConversionFactor=12))
    assert bom.lines[0].line_cost == 6 * 650


def test_the_cycle_message_names_the_path(book: MemoryBook) -> None:
    make(book, "WHEEL", line("RIM"), Status="Active")
    make(book, "BIKE", line("OIL"), line("WHEEL"), Status="Active")
    with pytest.raises(Refused) as refusal:
        make(book, "RIM", line("OIL"), line("BIKE"))
    assert "RIM → BIKE → WHEEL → RIM" in refusal.value.message
    assert refusal.value.details == {"pointer": "/Lines/1/ItemRefId"}


def test_a_draft_of_others_is_no_part_of_the_graph_but_a_pinned_one_is(book: MemoryBook) -> None:
    draft = make(book, "WHEEL", line("RIM"))
    make(book, "RIM", line("WHEEL"))
    bike = make(book, "BIKE", line("WHEEL", SubBomRefId=draft.id), Status="Active")
    with pytest.raises(Refused) as refusal:
        change(book, draft, Lines=[line("BIKE")])
    assert refusal.value.code == "bom_cycle"
    assert bike.total_cost == 650


def test_a_pinned_line_still_stands_for_the_item(book: MemoryBook) -> None:
    pinned = make(book, "WHEEL", line("RIM"))
    make(book, "WHEEL", line("BIKE"), Status="Active")
    with pytest.raises(Refused) as refusal:
        make(book, "BIKE", line("WHEEL", SubBomRefId=pinned.id))
    assert "BIKE → WHEEL → BIKE" in refusal.value.message


def test_a_bom_can_pin_only_a_bom_of_the_lines_item_that_is_not_archived(book: MemoryBook) -> None:
    wheel = make(book, "WHEEL")
    with pytest.raises(Refused) as refusal:
        make(book, "BIKE", line("RIM", SubBomRefId=wheel.id))
    assert refusal.value.code == "unknown_reference"
    book.attempt(lambda: boms.archive(book, [wheel.id]))
    with pytest.raises(Refused) as refusal:
        make(book, "BIKE", line("WHEEL", SubBomRefId=wheel.id))
    assert refusal.value.code == "bom_not_active"


def test_twenty_levels_are_allowed_and_one_more_is_not(book: MemoryBook) -> None:
    below = "RIM"
    for level in range(20):
        book.add(f"L{level}", "NOS")
        assert make(book, f"L{level}", line(below), Status="Active").levels == level + 1
        below = f"L{level}"
    with pytest.raises(Refused) as refusal:
        make(book, "BIKE", line("L19"))
    assert refusal.value.code == "explosion_too_large"
    with pytest.raises(Refused) as refusal:
        make(book, "RIM", line("OIL"), Status="Active")
    assert refusal.value.code == "explosion_too_large", "a level put in below counts as well"


def test_figures_beyond_the_contract_are_refused_and_not_cut(book: MemoryBook) -> None:
    with pytest.raises(Refused) as refusal:
        make(book, "WHEEL", line("RIM", 999999999), line("RIM", 999999999, WastagePercent=1000))
    assert refusal.value.code == "explosion_too_large"


def test_a_wide_ladder_explodes_in_one_visit_per_bom(book: MemoryBook) -> None:
    below = "RIM"
    for level in range(19):
        book.add(f"L{level}", "NOS")
        make(book, f"L{level}", line(below), line(below), Status="Active")
        below = f"L{level}"
    assert make(book, "BIKE", line(below)).total_cost == 650 * 2**19


def test_numbers_are_generated_past_those_that_clients_chose(book: MemoryBook) -> None:
    make(book, "WHEEL", BomNumber="BOM-0001")
    assert make(book, "WHEEL").bom_number == "BOM-0002"
    assert make(book, "WHEEL", BomNumber="BOM-0001", Version="2").label == "BOM-0001 version 2"


def test_an_external_reference_is_unique(book: MemoryBook) -> None:
    bom = make(book, "WHEEL", ExternalReference="PLM-1")
    with pytest.raises(Refused) as refusal:
        make(book, "WHEEL", ExternalReference="PLM-1")
    assert refusal.value.code == "duplicate_number"
    assert change(book, bom, Notes="mine", ExternalReference="PLM-1").notes == "mine"


def test_a_second_active_bom_is_refused_unless_it_replaces_the_first(book: MemoryBook) -> None:
    first = make(book, "WHEEL", Status="Active")
    second = make(book, "WHEEL", line("TAPE"))
    with pytest.raises(Refused) as refusal:
        change(book, second, Status="Active")
    assert refusal.value.code == "active_bom_exists"
    assert first.label in refusal.value.message
    after = change(book, second, Status="Active", ReplaceActive=True)
    assert (after.status, after.revision) == ("Active", 2)
    assert (book.boms[first.id].status, book.boms[first.id].revision) == ("Draft", 2)
    assert book.events[-2:] == [(first.id, "bom.updated", 2), (second.id, "bom.updated", 2)]


def test_replacing_the_active_bom_changes_the_cost_of_those_above(book: MemoryBook) -> None:
    make(book, "WHEEL", Status="Active")
    bike = make(book, "BIKE", line("WHEEL"), Status="Active")
    assert bike.total_cost == 650
    make(book, "WHEEL", line("OIL"), Status="Active", ReplaceActive=True)
    after = book.boms[bike.id]
    assert after.total_cost == 9
    assert after.revision == 1
    assert after.updated_at > bike.updated_at


def test_a_draft_above_follows_the_cost_too(book: MemoryBook) -> None:
    bike = make(book, "BIKE", line("WHEEL"))
    assert bike.total_cost == 0
    make(book, "WHEEL", Status="Active")
    assert book.boms[bike.id].total_cost == 650
    assert [event for _, event, _ in book.events] == ["bom.created", "bom.created"]


def test_an_update_of_one_field_leaves_every_other_untouched(book: MemoryBook) -> None:
    bom = make(
        book, "WHEEL", line("TAPE", 3), EffectiveTo="2027-01-01", ExternalReference="x", Status="Active"
    )
    after = change(book, bom, Notes="Check the spokes.")
    assert after == replace(
        bom, notes="Check the spokes.", revision=2, repository_version=2, updated_at=after.updated_at
    )
    assert after.updated_at > bom.updated_at


def test_null_clears_and_an_equal_value_changes_nothing(book: MemoryBook) -> None:
    bom = make(book, "WHEEL", Notes="n", EffectiveFrom="2026-01-01", OverheadPercent=5)
    assert bom.effective_from == date(2026, 1, 1)
    after = change(book, bom, Notes=None, EffectiveFrom=None, OverheadPercent=None)
    assert (after.notes, after.effective_from, after.overhead_percent) == (None, None, Decimal(20))
    writes = list(book.writes)
    same = change(
        book, after, Notes=None, OutputQuantity=Decimal("1.000"), Status="Draft", ReplaceActive=True
    )
    assert same is book.boms[bom.id]
    assert book.writes == writes


def test_a_list_that_is_given_replaces_the_list_and_known_lines_keep_their_ids(book: MemoryBook) -> None:
    bom = make(book, "WHEEL", line("RIM"), line("TAPE"))
    first, second = (each.id for each in bom.lines)
    after = change(book, bom, Lines=[line("OIL", 2), line("TAPE", 7, id=second)])
    assert [each.item_code for each in after.lines] == ["OIL", "TAPE"]
    assert [each.line_number for each in after.lines] == [1, 2]
    assert after.lines[1].id == second
    assert after.lines[0].id not in (first, second)
    with pytest.raises(Refused) as refusal:
        change(book, bom, Lines=[line("OIL", id=first)])
    assert refusal.value.code == "unknown_reference", "the id left with its line"
    with pytest.raises(Refused):
        change(book, bom, Lines=[line("OIL", id=second), line("RIM", id=second)])


def test_an_archived_bom_can_only_be_restored(book: MemoryBook) -> None:
    bom = make(book, "WHEEL")
    book.attempt(lambda: boms.archive(book, [bom.id]))
    with pytest.raises(Refused) as refusal:
        change(book, bom, Lines=[line("NONE")])
    assert refusal.value.code == "invalid_state_transition"
    assert refusal.value.details == {"from": "Archived", "action": "update", "allowed": ["restore"]}


def test_archive_and_restore_count_what_changed(book: MemoryBook) -> None:
    bom = make(book, "WHEEL", Status="Active")
    assert book.attempt(lambda: boms.archive(book, ["nothing", bom.id, bom.id])) == 1
    assert book.attempt(lambda: boms.archive(book, [bom.id])) == 0
    archived = book.boms[bom.id]
    assert (archived.status, archived.is_archived, archived.revision) == ("Archived", True, 2)
    assert book.attempt(lambda: boms.restore(book, [bom.id, "nothing"])) == 1
    assert book.attempt(lambda: boms.restore(book, [bom.id])) == 0
    assert [event for _, event, _ in book.events] == ["bom.created", "bom.archived", "bom.restored"]


def test_a_pinned_bom_is_in_use_unless_its_consumer_goes_too(book: MemoryBook) -> None:
    wheel = make(book, "WHEEL")
    bike = make(book, "BIKE", line("WHEEL", SubBomRefId=wheel.id))
    with pytest.raises(Refused) as refusal:
        book.attempt(lambda: boms.archive(book, [wheel.id]))
    assert refusal.value.code == "in_use"
    assert bike.label in refusal.value.message
    assert book.attempt(lambda: boms.archive(book, [wheel.id, bike.id])) == 2
    with pytest.raises(Refused) as refusal:
        book.attempt(lambda: boms.restore(book, [bike.id]))
    assert refusal.value.code == "bom_not_active"
    assert book.attempt(lambda: boms.restore(book, [bike.id, wheel.id])) == 2


def test_an_active_bom_without_pins_can_be_archived_and_its_consumers_fall_back(book: MemoryBook) -> None:
    book.change("WHEEL", standard_cost=Decimal(700))
    wheel = make(book, "WHEEL", Status="Active")
    bike = make(book, "BIKE", line("WHEEL"), Status="Active")
    book.attempt(lambda: boms.archive(book, [wheel.id]))
    assert book.boms[bike.id].total_cost == 700
    book.attempt(lambda: boms.restore(book, [wheel.id]))
    assert book.boms[bike.id].total_cost == 650


def test_restore_refuses_the_whole_set_for_one_inactive_item_or_cycle(book: MemoryBook) -> None:
    wheel = make(book, "WHEEL", line("OIL"), Status="Active")
    bike = make(book, "BIKE", line("WHEEL"), Status="Active")
    book.attempt(lambda: boms.archive(book, [bike.id, wheel.id]))
    other = make(book, "WHEEL", line("BIKE"), Status="Active")
    with pytest.raises(Refused) as refusal:
        book.attempt(lambda: boms.restore(book, [wheel.id, bike.id]))
    assert refusal.value.code == "bom_cycle"
    book.attempt(lambda: boms.archive(book, [other.id]))
    book.change("OIL", is_active=False)
    with pytest.raises(Refused) as refusal:
        book.attempt(lambda: boms.restore(book, [bike.id, wheel.id]))
    assert refusal.value.code == "inactive_item"
    assert book.boms[bike.id].is_archived


def test_of_two_formerly_active_boms_the_first_restored_is_active_again(book: MemoryBook) -> None:
    first = make(book, "WHEEL", Status="Active")
    book.attempt(lambda: boms.archive(book, [first.id]))
    second = make(book, "WHEEL", line("OIL"), Status="Active")
    book.attempt(lambda: boms.archive(book, [second.id]))
    assert book.attempt(lambda: boms.restore(book, [second.id, first.id])) == 2
    assert (book.boms[second.id].status, book.boms[first.id].status) == ("Active", "Draft")


def test_a_bom_that_is_pinned_cannot_come_to_make_another_item(book: MemoryBook) -> None:
    wheel = make(book, "WHEEL")
    make(book, "BIKE", line("WHEEL", SubBomRefId=wheel.id))
    with pytest.raises(Refused) as refusal:
        change(book, wheel, ItemRefId="KIT", Type="Phantom")
    assert refusal.value.code == "in_use"
