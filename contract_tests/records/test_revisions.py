"""`Revision`, `ETag` and `If-Match`: who writes on what he has not seen is told so (DEC-15)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from contract_tests.kit import Record, Workbench


def etag(bench: Workbench, bom: Record) -> str:
    """The ETag of a BOM as it is now."""
    found: str = bench.client.call("getBom", expect=200, id=bom["id"]).headers["etag"]
    return found


def test_the_etag_is_the_revision(bench: Workbench) -> None:
    created = bench.client.call("createBom", expect=201, json=bench.body())
    bom = bench.keep(created.json())
    assert created.headers["etag"] == f'"{bom["Revision"]}"' == etag(bench, bom)
    changed = bench.client.call("updateBom", expect=200, id=bom["id"], json={"Notes": "once"})
    assert changed.headers["etag"] == f'"{bom["Revision"] + 1}"' == etag(bench, bom)


def test_each_effective_write_raises_the_revision_by_one(bench: Workbench) -> None:
    bom = bench.bom()
    for step, notes in enumerate(("one", "two", None), start=1):
        assert bench.update(bom, Notes=notes)["Revision"] == bom["Revision"] + step
    bench.archive(bom)
    bench.restore(bom)
    assert bench.read(bom)["Revision"] == bom["Revision"] + 5


def test_an_update_that_changes_nothing_changes_nothing(bench: Workbench) -> None:
    bom = bench.bom()
    for same in ({}, {"Name": bom["Name"]}, {"OutputQuantity": 1.0, "Status": "Draft"}):
        assert bench.update(bom, **same) == bom
    assert bench.read(bom) == bom


def test_a_matching_revision_and_the_star_are_let_through(bench: Workbench) -> None:
    bom = bench.bom()
    for notes, revision in (("one", etag(bench, bom)), ("two", "*")):
        bench.client.call(
            "updateBom", expect=200, id=bom["id"], json={"Notes": notes}, headers={"If-Match": revision}
        )


def test_another_revision_is_412_and_changes_nothing(bench: Workbench) -> None:
    bom = bench.bom()
    bench.update(bom, Notes="newer")
    now = bench.read(bom)
    for revision in (f'"{bom["Revision"]}"', '"999999999"'):
        bench.client.refusal(
            "updateBom",
            412,
            "precondition_failed",
            id=bom["id"],
            json={"Notes": "older"},
            headers={"If-Match": revision},
        )
    assert bench.read(bom) == now


def test_of_simultaneous_writers_with_one_revision_one_wins(bench: Workbench) -> None:
    bom = bench.bom()
    headers = {"If-Match": etag(bench, bom)}

    def write(writer: int) -> int:
        answer = bench.client.call(
            "updateBom", id=bom["id"], json={"Notes": f"writer {writer}"}, headers=headers
        )
        return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(write, range(16)))
    assert statuses == [200, *[412] * 15]
    assert bench.read(bom)["Revision"] == bom["Revision"] + 1


def test_simultaneous_writers_without_a_revision_all_count(bench: Workbench) -> None:
    bom = bench.bom()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: bench.update(bom, Notes=f"writer {n}"), range(16)))
    assert sorted(record["Revision"] for record in done) == [bom["Revision"] + n for n in range(1, 17)]


def test_a_component_that_gets_dearer_moves_costs_but_no_revision(bench: Workbench) -> None:
    part = bench.item()
    child = bench.bom(Status="Active", ItemRefId=part["id"])
    parent = bench.bom(Lines=[{"ItemRefId": part["id"], "Quantity": 3}])
    bench.update(child, OtherOverhead=6)
    now = bench.read(parent)
    assert now["TotalCost"] == parent["TotalCost"] + 18
    assert now["Revision"] == parent["Revision"]
