"""What a format allows is accepted in requests, however it is spelt; answers have one spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from contract_tests.kit import JSON, Client, Fixtures, Operation, exchange


def spellings(moment: str) -> list[str]:
    """The same moment as clients of many kinds write it."""
    at = datetime.fromisoformat(moment)
    india, brazil = (at.astimezone(timezone(timedelta(hours=h, minutes=m))) for h, m in ((5, 30), (-3, 0)))
    return [
        moment.lower(),
        at.isoformat(),
        at.isoformat(timespec="microseconds"),
        moment.replace("Z", "000000Z"),
        india.isoformat(),
        brazil.isoformat(timespec="milliseconds"),
        moment.replace("Z", "-00:00"),
    ]


def test_every_list_can_be_synced_from_any_spelling_of_a_moment(client: Client, listing: Operation) -> None:
    if not listing.takes("query", "updatedSince"):
        return
    for moment in spellings(datetime(2026, 6, 1, tzinfo=UTC).isoformat(timespec="milliseconds")[:-6] + "Z"):
        client.call(listing.id, expect=200, query={"updatedSince": moment, "limit": 1})


def test_a_moment_counts_by_its_value(fixtures: Fixtures) -> None:
    bom = fixtures.bom()
    moment = bom["UpdatedAt"]
    for spelt in spellings(moment):
        found = fixtures.client.every("listBoms", {"updatedSince": spelt})
        assert bom["id"] in [each["id"] for each in found], spelt
    later = moment.replace("Z", "0001Z")
    found = fixtures.client.every("listBoms", {"updatedSince": later})
    assert bom["id"] not in [each["id"] for each in found]


def test_a_cursor_belongs_to_the_moment_not_to_its_spelling(fixtures: Fixtures) -> None:
    first, _ = fixtures.bom(), fixtures.bom()
    moment = first["UpdatedAt"]
    query = {"updatedSince": moment, "limit": 1}
    cursor = fixtures.client.call("listBoms", expect=200, query=query).json()["next_cursor"]
    for spelt in spellings(moment):
        query = {"updatedSince": spelt, "limit": 1, "after": cursor}
        assert fixtures.client.call("listBoms", expect=200, query=query).json()["boms"]


def test_an_id_is_accepted_in_upper_case(fixtures: Fixtures) -> None:
    item, bom = fixtures.item(), fixtures.bom()
    upper = bom["id"].upper()
    assert fixtures.client.call("getBom", expect=200, id=upper).json()["id"] == bom["id"]
    made = fixtures.bom(ItemRefId=item["id"].upper())
    assert made["ItemRefId"] == item["id"]
    listed = fixtures.client.every("listBoms", {"itemRefId": item["id"].upper()})
    assert [each["id"] for each in listed] == [made["id"]]
    twice = {"ids": [bom["id"], upper]}
    told = fixtures.client.refusal("archiveBoms", 400, "invalid_request", json=twice)
    assert told["details"][0]["pointer"] == "/ids/1"
    assert fixtures.client.call("archiveBoms", expect=200, json={"ids": [upper]}).json()["modified"] == 1


def changed(client: Client, bom: Any, tag: str) -> int:
    """The status of a change on condition of a tag."""
    headers = [*JSON, ("If-Match", tag)]
    url = client.url("updateBom", id=bom["id"])
    return exchange(client, "PUT", url, body=b'{"Name": "Same"}', headers=headers).response.status_code


@pytest.mark.parametrize(
    "form",
    ["*", "{}", '"0", {}', '{} , "7"', 'W/"0",{}', ",, {},", '"a,b", {}', "{-gzip}", "{;gzip}", "{--br}"],
)
def test_the_present_tag_matches_in_every_form_of_rfc_9110(fixtures: Fixtures, form: str) -> None:
    bom = fixtures.bom(Name="Same")
    tag = f'"{bom["Revision"]}"'
    for suffix in ("-gzip", ";gzip", "--br"):
        form = form.replace(f"{{{suffix}}}", tag[:-1] + suffix + '"')
    assert changed(fixtures.client, bom, form.replace("{}", tag)) == 200


@pytest.mark.parametrize(
    "tag", ['W/"1"', '"0"', '"0", "2"', '""', '"one"', '"' + "9" * 5000 + '"', 'W/"1-gzip"', '"1-x"', '"01"']
)
def test_a_weak_or_other_tag_is_412(fixtures: Fixtures, tag: str) -> None:
    assert changed(fixtures.client, fixtures.bom(Name="Same"), tag) == 412


def test_names_and_references_are_composed_and_trimmed(fixtures: Fixtures) -> None:
    reference = fixtures.label("R\u00e9f")
    decomposed = reference.replace("\u00e9", "e\u0301")
    bom = fixtures.bom(Name=" Cafe\u0301 \u200b", ExternalReference=f"{decomposed}\u00a0", Notes=" e\u0301 ")
    assert (bom["Name"], bom["ExternalReference"], bom["Notes"]) == ("Caf\u00e9", reference, " \u00e9 ")
    for spelt in (reference, decomposed, f" {decomposed}\ufeff"):
        found = fixtures.client.every("listBoms", {"externalReference": spelt})
        assert [each["id"] for each in found] == [bom["id"]]
    body = fixtures.body(ExternalReference=f"\u00a0{reference}")
    fixtures.client.refusal("createBom", 409, "duplicate_number", json=body)


def test_a_search_minds_neither_case_nor_composition(fixtures: Fixtures) -> None:
    name = fixtures.label("Stra\u00dfe Ko\u0308ln")
    bom = fixtures.bom(Name=name)
    word = name.split()[-1]
    for spelt in (f"STRASSE K\u00d6LN {word}"[:12], "stra\u00dfe ko\u0308ln", " K\u00d6LN\u200b"):
        found = fixtures.client.every("listBoms", {"search": spelt})
        assert bom["id"] in [each["id"] for each in found], spelt


@pytest.mark.parametrize(
    "name", [" ", "\u200b", "\u00a0\u2003", "\u2800", "\u3164", "\u200d\ufe0f", "\u034f"]
)
def test_a_name_of_which_nothing_is_seen_is_400(fixtures: Fixtures, name: str) -> None:
    for body in (fixtures.body(Name=name), fixtures.body(ExternalReference=name)):
        fixtures.client.refusal("createBom", 400, "invalid_request", json=body)
    for query in ({"search": name}, {"externalReference": name}):
        fixtures.client.refusal("listBoms", 400, "invalid_request", query=query)


def test_a_body_that_is_optional_may_be_none_or_empty_or_null(client: Client) -> None:
    unknown = "00000000-0000-7000-8000-000000000000"
    for operation in ("releaseWorkOrder", "cancelWorkOrder", "completeQualityInspection"):
        url = client.url(operation, id=unknown)
        for body in (None, b"{}", b"null", b" {} "):
            answer = exchange(client, "POST", url, body=body, headers=JSON if body else ()).response
            assert answer.status_code == 404, (operation, body, answer.text)
        answer = exchange(client, "POST", url, body=b'{"Colour": 1}', headers=JSON).response
        assert answer.status_code == 400
