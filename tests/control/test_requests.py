"""The log of requests says what was asked and answered, and why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, MutableMapping
from contextlib import closing
from typing import Any

import pytest

from mock_server.app import build_app
from mock_server.sandbox import Sandbox
from mock_server.settings import Settings
from tests.asgi import E1, Client, base_of, token_for
from tests.conftest import PINNED
from tests.control.log_desk import BOMS, LOG, Desk


@pytest.fixture
def desk(sandbox: Any) -> Desk:
    """A seeded sandbox with its log."""
    return Desk(sandbox)


def test_a_request_is_found_by_the_id_of_its_answer(desk: Desk) -> None:
    answer = desk.public("PUT", f"{BOMS}/{desk.bom['id']}", {"Notes": "new"})
    told = desk.told(answer)
    assert (told["method"], told["operation_id"], told["status"], told["code"]) == (
        "PUT",
        "updateBom",
        200,
        None,
    )
    assert told["path"] == f"{BOMS}/{desk.bom['id']}"
    assert json.loads(told["request"]["body"]) == {"Notes": "new"}
    assert told["response"]["body"] == answer.body.decode()
    assert {each["name"]: each["value"] for each in told["response"]["headers"]} == answer.headers
    assert told["token_id"] == "a-test"
    assert told["duration_ms"] > 0


def test_a_write_tells_which_records_it_changed_and_which_events_it_fired(desk: Desk) -> None:
    told = desk.told(desk.public("PUT", f"{BOMS}/{desk.bom['id']}", {"Notes": "new"}))
    assert told["records"] == [
        {"kind": "bom", "id": desk.bom["id"], "number": desk.bom["BomNumber"], "revision": 2}
    ]
    [event] = told["events"]
    assert (event["topic"], event["record_id"]) == ("bom.updated", desk.bom["id"])
    path = f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}/events/{event['event_id']}"
    assert desk.control("GET", path).json()["topic"] == "bom.updated"


def test_what_was_refused_changed_nothing(desk: Desk) -> None:
    order = desk.public("GET", f"{base_of()}/work-orders?status=Completed").json()["work_orders"][0]
    told = desk.told(desk.public("POST", f"{base_of()}/work-orders/{order['id']}/cancel", {"Reason": "no"}))
    assert (told["code"], told["records"], told["events"]) == ("invalid_state_transition", [], [])


@pytest.mark.parametrize(
    ("query", "operations"),
    [
        ("?status=4xx", ["createBom", "getBom"]),
        ("?status=404", ["getBom"]),
        ("?operation_id=updateBom", ["updateBom"]),
        ("?code=invalid_request", ["createBom"]),
        ("?method=PUT", ["updateBom"]),
        ("?record_id={id}", ["updateBom"]),
        ("?token_id=a-test&last=2", ["createBom", "getBom"]),
        ("?token_id=another", []),
        ("?plane=control", ["createItem"]),
        ("?plane=internal", []),
        ("?status=2xx&plane=public&method=GET", ["listBoms"]),
    ],
)
def test_requests_are_found_by_what_they_were(desk: Desk, query: str, operations: list[str]) -> None:
    desk.public("PUT", f"{BOMS}/{desk.bom['id']}", {"Notes": "new"})
    path = f"/_sandbox/v1/orgs/{E1[0]}/entities/{E1[1]}/items"
    desk.control("POST", path, {"ItemCode": "LOG-1", "Name": "LOG-1", "Uom": "NOS"})
    desk.public("POST", BOMS, {"Name": "x"})
    desk.public("GET", f"{BOMS}/019e2d80-5a00-7000-8000-00000000ffff")
    found = desk.log(query.replace("{id}", desk.bom["id"].upper()))
    assert [each["operation_id"] for each in found] == operations


def test_pages_go_on_where_they_ended(desk: Desk) -> None:
    for number in range(4):
        desk.public("GET", f"{BOMS}?limit={number + 1}")
    first = desk.control("GET", f"{LOG}?limit=3").json()
    second = desk.control("GET", f"{LOG}?limit=3&after={first['next_cursor']}").json()
    queries = [each["query"] for page in (first, second) for each in page["requests"]]
    assert queries == ["limit=1", "limit=1", "limit=2", "limit=3", "limit=4"]
    assert (first["has_more"], second["has_more"], second["next_cursor"]) == (True, False, None)


def test_of_the_control_plane_writes_alone_are_kept_and_none_of_the_logs_own(desk: Desk) -> None:
    desk.control("GET", "/_sandbox/v1/entities")
    desk.control("DELETE", LOG)
    desk.control("POST", f"{LOG}/a-b/replay")
    assert desk.log() == []
    desk.control("POST", "/_sandbox/v1/clock/advance", {"seconds": 0})
    assert [(each["plane"], each["operation_id"]) for each in desk.log()] == [("control", "advanceClock")]


def test_a_prefix_of_the_frontend_is_logged_with_its_refusal(desk: Desk) -> None:
    told = desk.told(desk.public("GET", "/bom"))
    assert (told["plane"], told["status"], told["decision"]["guard"]) == ("internal", 401, "token")


def test_no_secret_is_in_the_log_or_in_what_is_made_of_it(desk: Desk) -> None:
    hook = {"topics": ["bom.updated"], "target_url": "https://example.com/hook"}
    secrets = [desk.public("POST", f"{base_of()}/webhooks", hook).json()["signing_secret"]]
    token = desk.control("POST", "/_sandbox/v1/tokens", {"org_ref_id": E1[0], "entity_ref_id": E1[1]}).json()
    secrets.append(token["access_token"])
    headers = {"Cookie": "session=hush-hush", "X-Api-Key": "hush-hush"}
    assert Client(desk.app, token["access_token"])("GET", f"{BOMS}?access_token=hush-hush", headers=headers)
    desk.control("POST", "/_sandbox/v1/tokens/revoke", {"access_token": token["access_token"]})
    secrets += [token_for(desk.sandbox), "hush-hush"]
    shown = [desk.control("GET", f"{LOG}/export?format={form}").body for form in ("curl", "pytest", "har")]
    shown.append(desk.control("GET", f"{LOG}/export?format=arazzo").body)
    shown += [desk.control("GET", f"{LOG}/{each['request_id']}").body for each in desk.log()]
    everything = b"".join(shown).decode() + repr(list(desk.sandbox.exchanges or ()))
    assert [secret for secret in secrets if secret in everything] == []
    assert token["jti"] in everything


def test_a_replay_passes_every_guard_again(desk: Desk) -> None:
    answer = desk.public("PUT", f"{BOMS}/{desk.bom['id']}", {"Notes": "again"})
    assert desk.public("PUT", f"{BOMS}/{desk.bom['id']}", {"Notes": "other"}).status == 200
    replayed = desk.control("POST", f"{LOG}/{answer.headers['x-request-id']}/replay")
    assert replayed.status == 200
    told = replayed.json()
    assert told["request_id"] != answer.headers["x-request-id"]
    assert (told["token_id"], told["operation_id"], told["status"]) == ("a-test", "updateBom", 200)
    assert told["records"][0]["revision"] == 4
    assert [each["operation_id"] for each in desk.log("?last=3")] == ["updateBom"] * 3


def test_a_replay_keeps_its_idempotency_key(desk: Desk) -> None:
    body = {"ItemRefId": desk.bom["ItemRefId"], "PlannedQuantity": 1}
    answer = desk.public("POST", f"{base_of()}/work-orders", body, headers={"Idempotency-Key": "kept"})
    told = desk.control("POST", f"{LOG}/{answer.headers['x-request-id']}/replay").json()
    assert told["response"]["body"] == answer.body.decode()
    assert {"guard": "idempotency_key", "verdict": "replayed"} in told["trace"]


def test_a_replay_with_a_token_that_was_revoked_is_refused(desk: Desk) -> None:
    made = desk.control("POST", "/_sandbox/v1/tokens", {"org_ref_id": E1[0], "entity_ref_id": E1[1]}).json()
    answer = Client(desk.app, made["access_token"])("GET", BOMS)
    desk.control("POST", "/_sandbox/v1/tokens/revoke", {"access_token": made["access_token"]})
    told = desk.control("POST", f"{LOG}/{answer.headers['x-request-id']}/replay").json()
    assert (told["status"], told["code"]) == (401, "invalid_token")


def test_a_replay_has_no_more_scopes_than_the_token_had(desk: Desk) -> None:
    refused = desk.limited(scopes=["recipe:read"])("GET", BOMS)
    told = desk.control("POST", f"{LOG}/{refused.headers['x-request-id']}/replay").json()
    assert (told["status"], told["code"]) == (403, "insufficient_scope")


def test_a_request_of_the_control_plane_is_not_sent_again(desk: Desk) -> None:
    desk.control("POST", "/_sandbox/v1/clock/advance", {"seconds": 60})
    [one] = desk.log("?plane=control")
    answer = desk.control("POST", f"{LOG}/{one['request_id']}/replay")
    assert (answer.status, answer.json()["error"]) == (409, "not_replayable")


@pytest.mark.parametrize(("method", "path"), [("GET", f"{LOG}/a-b"), ("POST", f"{LOG}/a-b/replay")])
def test_what_is_not_in_the_log_is_404(desk: Desk, method: str, path: str) -> None:
    answer = desk.control(method, path)
    assert (answer.status, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    ["?status=6xx", "?last=0", "?limit=0", "?after=x", "?plane=other", "?record_id=x", "?colour=red"],
)
def test_filters_that_are_none_are_400(desk: Desk, query: str) -> None:
    assert desk.control("GET", LOG + query).status == 400


def test_the_log_can_be_cleared(desk: Desk) -> None:
    assert desk.control("DELETE", LOG).json() == {"ok": True, "modified": 1}
    assert desk.log() == []


@pytest.fixture
def silent() -> Iterator[Client]:
    """The control plane of a sandbox without a log, which has been asked something."""
    settings = Settings(None, rate_limit=0, pinned=PINNED, is_checking=True, is_logging=False)
    with closing(Sandbox(settings)) as sandbox:
        app = build_app(sandbox)
        assert Client(app, token_for(sandbox))("GET", BOMS).status == 200
        yield Client(app)


def test_without_a_log_nothing_is_kept_and_that_is_said(silent: Client) -> None:
    page = silent("GET", LOG).json()
    assert (page["requests"], page["is_logging"]) == ([], False)
    assert "--no-log" in silent("GET", f"{LOG}/a-b").json()["message"]
    assert silent("GET", "/_sandbox/v1/scope-report").json()["is_logging"] is False
    assert silent("GET", "/_sandbox/v1/interest").json()["is_logging"] is False


def streamed(desk: Desk, path: str, parts: int) -> list[bytes]:
    """The first parts of a stream."""
    got: list[bytes] = []
    is_enough = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await is_enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message.get("body"):
            got.append(message["body"])
        if len(got) >= parts:
            is_enough.set()

    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
        "extensions": {},
    }

    async def follow() -> None:
        async with asyncio.timeout(30):
            await desk.app(scope, receive, send)

    asyncio.run(follow())
    return got


def test_a_stream_ends_when_its_reader_leaves(desk: Desk) -> None:
    ring = desk.sandbox.exchanges
    assert ring is not None
    parts = streamed(desk, f"{LOG}/stream?last=1", 2)
    assert parts[0].startswith(b": ")
    head, data = parts[1].decode().split("\ndata: ")
    assert head.startswith("event: request\nid: ")
    assert json.loads(data)["operation_id"] == "listBoms"
    assert ring._followers == []


def test_a_stream_ends_by_itself_after_the_seconds_that_it_is_given(desk: Desk) -> None:
    assert len(streamed(desk, f"{LOG}/stream?seconds=1&last=1", 99)) == 2
