"""`Revision`, `ETag` and `If-Match`: who writes on what he has not seen is told so (DEC-15)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from contract_tests.kit import Fixtures, Record


def etag(fixtures: Fixtures, bom: Record) -> str:
    """The ETag of a BOM as it is now."""
    found: str = fixtures.client.call("getBom", expect=200, id=bom["id"]).headers["etag"]
    return found


def test_the_etag_is_the_revision(fixtures: Fixtures) -> None:
    created = fixtures.client.call("createBom", expect=201, json=fixtures.body())
    bom = fixtures.keep(created.json())
    assert created.headers["etag"] == f'"{bom["Revision"]}"' == etag(fixtures, bom)
    changed = fixtures.client.call("updateBom", expect=200, id=bom["id"], json={"Notes": "once"})
    assert changed.headers["etag"] == f'"{bom["Revision"] + 1}"' == etag(fixtures, bom)


def test_each_effective_write_raises_the_revision_by_one(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    for step, notes in enumerate(("one", "two", None), start=1):
        assert fixtures.update(bom, Notes=notes)["Revision"] == bom["Revision"] + step
    fixtures.archive(bom)
    fixtures.restore(bom)
    assert fixtures.read(bom)["Revision"] == bom["Revision"] + 5


def test_an_update_that_changes_nothing_changes_nothing(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    for same in ({}, {"Name": bom["Name"]}, {"OutputQuantity": 1.0, "Status": "Draft"}):
        assert fixtures.update(bom, **same) == bom
    assert fixtures.read(bom) == bom


def test_a_matching_revision_and_the_star_are_let_through(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    for notes, revision in (("one", etag(fixtures, bom)), ("two", "*")):
        fixtures.client.call(
            "updateBom", expect=200, id=bom["id"], json={"Notes": notes}, headers={"If-Match": revision}
        )


def test_another_revision_is_412_and_changes_nothing(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    fixtures.update(bom, Notes="newer")
    now = fixtures.read(bom)
    for revision in (f'"{bom["Revision"]}"', '"999999999"'):
        fixtures.client.refusal(
            "updateBom",
            412,
            "precondition_failed",
            id=bom["id"],
            json={"Notes": "older"},
            headers={"If-Match": revision},
        )
    assert fixtures.read(bom) == now


def test_of_simultaneous_writers_with_one_revision_one_wins(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    headers = {"If-Match": etag(fixtures, bom)}

    def write(writer: int) -> int:
        answer = fixtures.client.call(
            "updateBom", id=bom["id"], json={"Notes": f"writer {writer}"}, headers=headers
        )
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(16)))
    assert statuses == [200, *[412] * 15]
    assert fixtures.read(bom)["Revision"] == bom["Revision"] + 1


def test_simultaneous_writers_without_a_revision_all_count(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: fixtures.update(bom, Notes=f"writer {n}"), range(16)))
    assert sorted(record["Revision"] for record in done) == [bom["Revision"] + n for n in range(1, 17)]


def test_a_component_that_gets_dearer_moves_costs_but_no_revision(fixtures: Fixtures) -> None:
    part = fixtures.item()
    child = fixtures.bom(Status="Active", ItemRefId=part["id"])
    parent = fixtures.bom(Lines=[{"ItemRefId": part["id"], "Quantity": 3}])
    fixtures.update(child, OtherOverhead=6)
    now = fixtures.read(parent)
    assert now["TotalCost"] == parent["TotalCost"] + 18
    assert now["Revision"] == parent["Revision"]
