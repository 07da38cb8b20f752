"""Each listed difference covers what it names and nothing beside it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.differences import STOCK_WORDING, Difference, Reply, Request, check_overlooked, compare

INVALID = b'{"error":"invalid_request","message":"m","details":[{"pointer":"","message":"x"}]}'
BARE = b'{"error":"invalid_request","message":"m"}'
CONFLICT = b'{"error":"duplicate_number","message":"m"}'
METHOD = b'{"error":"method_not_allowed","message":"m"}'
STOCK = {STOCK_WORDING: b"yes"}


def _request(method: str = "GET", path: str = "/v1/boms", query: bytes = b"", raw: bytes = b"") -> Request:
    return Request(method, path, raw or path.encode(), query, b"")


def _allow(*methods: bytes) -> dict[bytes, bytes]:
    return {b"allow": b", ".join(methods)}


def _moved(path: bytes) -> Reply:
    return Reply(307, {b"location": b"http://h:1" + path})


REFUSED, WORDED = Reply(400, {}, INVALID), Reply(400, dict(STOCK), BARE)
ALLOWED = {
    "wording": (_request("POST"), REFUSED, WORDED),
    "type after parameters": (_request("POST", query=b"a=1"), Reply(415, {}, b"{}"), WORDED),
    "literal for an id": (_request("GET", "/v1/boms/restore"), Reply(405, _allow(b"PUT"), METHOD), WORDED),
    "less in Allow": (
        _request("PUT"),
        Reply(405, _allow(b"GET", b"POST"), METHOD),
        Reply(405, _allow(b"GET"), METHOD),
    ),
    "options": (
        _request("OPTIONS"),
        Reply(204, _allow(b"GET", b"OPTIONS")),
        Reply(405, _allow(b"GET"), METHOD),
    ),
    "redirect": (_request(path="/v1/boms/"), Reply(404, {}, b"{}"), _moved(b"/v1/boms")),
    "decoded": (_request(raw=b"/v1/boms/%2F"), Reply(400, {}, INVALID), Reply(404, {}, b"{}")),
}
BEYOND = {
    "another code": (_request("POST"), Reply(400, {}, CONFLICT), WORDED),
    "a 400 of our own on both sides": (_request("POST"), REFUSED, Reply(400, {}, BARE)),
    "refused by Connexion alone": (_request("POST"), Reply(201, {}, b"{}"), WORDED),
    "refused by us alone": (_request("POST"), REFUSED, Reply(201, {}, b"{}")),
    "a header beside the wording": (_request("POST"), Reply(400, {b"etag": b'"1"'}, INVALID), WORDED),
    "a type without parameters": (_request("POST"), Reply(415, {}, b"{}"), WORDED),
    "405 where parameters are wrong": (_request(query=b"a=1"), Reply(405, _allow(b"PUT"), METHOD), WORDED),
    "more in Allow": (
        _request("PUT"),
        Reply(405, _allow(b"GET"), METHOD),
        Reply(405, _allow(b"POST"), METHOD),
    ),
    "204 for another method": (
        _request("GET"),
        Reply(204, _allow(b"GET", b"OPTIONS")),
        Reply(405, _allow(b"GET"), METHOD),
    ),
    "moved elsewhere": (_request(path="/v1/boms/"), Reply(404, {}, b"{}"), _moved(b"/v1/bom")),
    "moved, and found by us": (_request(path="/v1/boms/"), Reply(200, {}, b"{}"), _moved(b"/v1/boms")),
    "encoded, and served by us": (_request(raw=b"/v1/%2F"), Reply(200, {}, b"{}"), Reply(404, {}, b"{}")),
    "encoded, and served by Connexion": (_request(raw=b"/v1/%2F"), REFUSED, Reply(200, {}, b"{}")),
    "nothing encoded": (_request(raw=b"/v1/boms"), REFUSED, Reply(404, {}, b"{}")),
}


@pytest.mark.parametrize("case", list(ALLOWED.values()), ids=list(ALLOWED))
def test_a_listed_difference_passes(case: Any) -> None:
    compare(*case)


@pytest.mark.parametrize("case", list(BEYOND.values()), ids=list(BEYOND))
def test_what_is_beside_a_listed_difference_does_not_pass(case: Any) -> None:
    with pytest.raises(Difference):
        compare(*case)


def test_ids_of_requests_and_dates_are_not_compared() -> None:
    compare(_request(), Reply(200, {b"x-request-id": b"1"}), Reply(200, {b"date": b"today"}))


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("/query/limit", "is given more than once"),
        ("/query/limit", "must be a whole number"),
        ("", "this operation takes no body"),
        ("/Name", "must hold a character that is seen"),
        ("/ids/3", "repeats an earlier entry"),
        ("/ByProducts/0/Rate", "is required where CostMethod is FixedRate"),
    ],
)
def test_a_fault_that_connexion_is_known_to_overlook_passes(pointer: str, message: str) -> None:
    check_overlooked("listBoms", [{"pointer": pointer, "message": message}])


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("/path/id", "must be a whole number"),
        ("/query/colour", "is not a parameter of this operation"),
        ("", "a body is required"),
        ("/Lines/0/Quantity", "is required"),
        ("/Lines/0/Quantity", "must have at most 6 decimals"),
    ],
)
def test_any_other_fault_that_connexion_lets_pass_is_a_difference(pointer: str, message: str) -> None:
    known = {"pointer": "/query/limit", "message": "is given more than once"}
    with pytest.raises(Difference, match="lets pass"):
        check_overlooked("listBoms", [known, {"pointer": pointer, "message": message}])
