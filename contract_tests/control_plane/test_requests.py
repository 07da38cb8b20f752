"""The log of a sandbox that runs: found by X-Request-Id, streamed, exported, sent again."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.kit import PROJECT, Fixtures, Record, Target, running

Begin = Callable[..., Fixtures]
REDOCLY = PROJECT / "node_modules" / ".bin" / "redocly"


class Log:
    """The log of a sandbox of a test's own, and what is asked there."""

    def __init__(self, fixtures: Fixtures) -> None:
        self.client = fixtures.client
        self.target = fixtures.client.target
        self.url = f"{self.target.control}/requests"
        self.fixtures = fixtures

    def get(self, path: str = "", **query: Any) -> httpx.Response:
        """Reads something of it."""
        answer = httpx.get(self.url + path, params=query, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer

    def list(self, **query: Any) -> list[Record]:
        """Requests that fit."""
        found: list[Record] = self.get(**query).json()["requests"]
        return found

    def clear(self) -> None:
        """Forgets what was asked so far."""
        httpx.delete(self.url, trust_env=False).raise_for_status()

    def story(self) -> None:
        """A work order that is made, refused twice and released, with a key that is used twice."""
        item = self.client.call("listBoms", expect=200, query={"limit": 1}).json()["boms"][0]["ItemRefId"]
        self.clear()
        body = {"ItemRefId": item, "PlannedQuantity": 1, "Notes": 'it\'s a "test" of $HOME'}
        key = {"Idempotency-Key": "story-1"}
        made = [
            self.client.call("createWorkOrder", expect=201, json=body, headers=key).json()["id"]
            for _ in range(2)
        ]
        self.client.call("createWorkOrder", expect=400, json={"ItemRefId": item})
        self.client.call("releaseWorkOrder", expect=200, id=made[0])
        self.client.call("releaseWorkOrder", expect=409, id=made[0])
        self.client.call("getWorkOrder", expect=200, id=made[0])
        self.client.call("listWorkOrders", expect=200, query={"status": "InProgress", "limit": 1})


@pytest.fixture
def log(begin: Begin) -> Log:
    """The log of a new sandbox."""
    return Log(begin())


def environment(target: Target) -> dict[str, str]:
    """What a script finds a sandbox by."""
    return {**os.environ, "HB_URL": target.origin, "HB_TOKEN": target.tenant.token}


def command(target: Target, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the sandbox's own."""
    return subprocess.run(
        [sys.executable, "-m", "mock_server", *arguments, "--url", target.origin],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
    )


def test_an_answer_is_found_by_its_id(log: Log) -> None:
    answer = log.client.call("getInstallContext", expect=200)
    found = log.get(f"/{answer.headers['x-request-id']}").json()
    assert (found["operation_id"], found["status"]) == ("getInstallContext", 200)
    assert found["response"]["body"] == answer.text
    assert log.target.tenant.token not in json.dumps(found)


def test_the_log_is_told_of_as_it_grows(log: Log) -> None:
    with following(log, operation_id="healthCheck") as told:
        for _ in range(3):
            log.client.call("getInstallContext", expect=200)
            log.client.call("healthCheck", expect=200)
        got = [next(told) for _ in range(3)]
    assert [each["operation_id"] for each in got] == ["healthCheck"] * 3
    assert [each["request_id"] for each in got] == [
        each["request_id"] for each in log.list(operation_id="healthCheck")
    ]


@contextmanager
def following(log: Log, **query: Any) -> Iterator[Iterator[Record]]:
    """What a stream tells, once it has begun."""
    with httpx.stream("GET", f"{log.url}/stream", params=query, timeout=30, trust_env=False) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        lines = answer.iter_lines()
        assert next(lines).startswith(":")
        yield (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


def test_a_stream_ends_with_the_server() -> None:
    begun = threading.Event()
    lines: list[str] = []

    def read(url: str) -> None:
        with httpx.stream("GET", url, timeout=60, trust_env=False) as answer:
            for line in answer.iter_lines():
                lines.append(line)
                begun.set()

    with running() as started:
        url = f"{started.target.control}/requests/stream"
        reader = threading.Thread(target=read, args=(url,), daemon=True)
        reader.start()
        assert begun.wait(60)
        started.process.terminate()
        reader.join(60)
        # It was ended in order, not cut off: the reader saw the end of the answer.
        assert not reader.is_alive()
        assert started.process.wait(60) == 128 + signal.SIGTERM
    assert lines[0].startswith(":")


def test_commands_of_curl_do_the_same_again(log: Log, begin: Begin, tmp_path: Path) -> None:
    log.story()
    script = tmp_path / "again.sh"
    script.write_bytes(log.get("/export", format="curl").content)
    other = Log(begin())
    other.clear()
    done = subprocess.run(
        ["sh", str(script)], env=environment(other.target), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert same(other.list()) == same(log.list())


def test_a_test_for_pytest_passes_on_a_new_sandbox(log: Log, begin: Begin, tmp_path: Path) -> None:
    log.story()
    file = tmp_path / "test_again.py"
    file.write_bytes(log.get("/export", format="pytest").content)
    other = Log(begin())
    other.clear()
    arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    done = subprocess.run(
        [sys.executable, *arguments],
        env=environment(other.target),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout
    assert same(other.list()) == same(log.list())


def same(requests: list[Record]) -> list[tuple[Any, ...]]:
    """What two logs of the same story have in common."""
    return [(each["operation_id"], each["status"], each["code"], each["query"]) for each in requests]


def test_a_har_log_has_what_har_asks_for(log: Log) -> None:
    log.story()
    har = log.get("/export", format="har").json()["log"]
    assert (har["version"], set(har["creator"])) == ("1.2", {"name", "version"})
    assert len(har["entries"]) == len(log.list())
    for entry in har["entries"]:
        assert set(entry) >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
        request, response = entry["request"], entry["response"]
        needed = {"method", "url", "httpVersion", "cookies", "headers", "queryString"}
        assert set(request) >= {*needed, "headersSize", "bodySize"}
        needed = {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"}
        assert set(response) >= {*needed, "headersSize", "bodySize"}
        assert set(response["content"]) >= {"size", "mimeType"}
        assert request["url"].startswith(log.target.url)
        assert request["bodySize"] == len(request.get("postData", {"text": ""})["text"].encode())
        assert entry["time"] == pytest.approx(sum(entry["timings"].values()))


def test_a_workflow_of_arazzo_names_operations_and_passes_the_linter(log: Log, tmp_path: Path) -> None:
    log.story()
    file = tmp_path / "again.arazzo.json"
    file.write_bytes(log.get("/export", format="arazzo").content)
    [workflow] = json.loads(file.read_bytes())["workflows"]
    steps = workflow["steps"]
    assert [step["operationId"] for step in steps] == [each["operation_id"] for each in log.list()]
    release = steps[3]
    values = {each["name"]: each["value"] for each in release["parameters"]}
    assert values["id"] == f"$steps.{steps[1]['stepId']}.outputs.id"
    if not REDOCLY.exists() or shutil.which("node") is None:
        pytest.skip("the linter needs Node and node_modules")
    done = subprocess.run([str(REDOCLY), "lint", str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_request_is_sent_again_as_it_was(log: Log) -> None:
    answer = log.client.call("listBoms", expect=200, query={"limit": 2})
    again = httpx.post(f"{log.url}/{answer.headers['x-request-id']}/replay", trust_env=False)
    assert again.status_code == 200
    assert again.json()["query"] == "limit=2"
    assert again.json()["response"]["body"] == answer.text


def test_what_cannot_be_sent_again_is_refused(log: Log) -> None:
    assert log.fixtures.control is not None
    log.fixtures.control.advance_clock(60)
    [*_, one] = log.list(plane="control")
    answer = httpx.post(f"{log.url}/{one['request_id']}/replay", trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (409, "not_replayable")
    answer = httpx.post(f"{log.url}/a-b/replay", trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_sandbox_without_a_log_says_so(begin: Begin) -> None:
    log = Log(begin(options=["--no-log"]))
    answer = log.client.call("healthCheck", expect=200)
    assert log.get().json() == {"requests": [], "next_cursor": None, "has_more": False, "is_logging": False}
    missing = httpx.get(f"{log.url}/{answer.headers['x-request-id']}", trust_env=False)
    assert missing.status_code == 404 and "--no-log" in missing.json()["message"]
    assert command(log.target, "logs").stderr.strip() == (
        "There is no log: the sandbox was started with --no-log."
    )
    assert command(log.target, "interest").returncode == 1


def test_the_commands_tell_what_the_log_holds(log: Log) -> None:
    log.story()
    shown = command(log.target, "logs").stdout.splitlines()
    assert len(shown) == 7 and "409  POST releaseWorkOrder  invalid_state_transition" in shown[4]
    [refused] = command(log.target, "logs", "--json", "--status", "409").stdout.splitlines()
    request_id = json.loads(refused)["request_id"]
    words = command(log.target, "explain", request_id).stdout
    assert "Refused by: the rules, with invalid_state_transition" in words
    assert "In the contract: /paths/" in words and "Open question Q-" in words
    replayed = command(log.target, "logs", "replay", request_id).stdout
    assert "409  POST releaseWorkOrder  invalid_state_transition" in replayed
    assert "enough   workOrder:create, workOrder:read, workOrder:update" in (
        command(log.target, "scopes").stdout.splitlines()[-1].strip()
    )
    options = ("--use-case", "MES for job shops.", "--timeline", "2027-Q1")
    written = command(log.target, "interest", *options).stdout
    assert "- Use case: MES for job shops." in written
    assert "| Work orders | full lifecycle | `createWorkOrder` (3), `getWorkOrder` (1)" in written
    as_json = json.loads(command(log.target, "interest", "--json").stdout)
    assert (as_json["use_case"], as_json["volumes"]["requests"]) == (None, 8)
    assert command(log.target, "logs", "--clear").stdout.strip() == "8 requests are forgotten."


def test_an_unknown_request_is_one_sentence(log: Log) -> None:
    done = command(log.target, "explain", "00000000-00000001")
    assert done.returncode == 1
    assert done.stderr.strip() == "GET /requests/00000000-00000001: 404 There is no such request in the log."


def test_each_workspace_has_a_log_of_its_own(log: Log) -> None:
    assert log.target.control is not None
    made = httpx.post(f"{log.target.control}/workspaces", json={"id": "ci-7"}, trust_env=False).json()
    log.clear()
    token = made["tokens"][0]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{log.target.url}/me", headers=headers, trust_env=False)
    request_id = answer.headers["x-request-id"]
    theirs = f"{log.target.control}/workspaces/ci-7/requests"
    assert log.list() == []
    [one] = httpx.get(theirs, trust_env=False).json()["requests"]
    assert one["request_id"] == request_id
    again = httpx.post(f"{theirs}/{request_id}/replay", trust_env=False).json()
    assert (again["operation_id"], again["status"]) == ("getInstallContext", 200)
    assert len(httpx.get(theirs, trust_env=False).json()["requests"]) == 2


_VARYING = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{8}\b|\b[0-9.]+ ms|\b[0-9T:-]*[0-9]{2}:[0-9]{2}:[0-9.]+Z?|\btoken [0-9a-f]{24}"
)


def test_the_pages_show_what_the_commands_say(log: Log) -> None:
    client, control = log.client, log.fixtures.control
    assert control is not None
    orders = {each["WorkOrderNumber"]: each["id"] for each in client.every("listWorkOrders")}
    less = client.using(control.token(client.tenant, ["bom:read", "workOrder:read", "recipe:read"]))
    log.clear()
    client.call("listBoms", expect=200, query={"limit": 1})
    refused = client.call("cancelWorkOrder", expect=409, id=orders["WO-0005"], json={"Reason": "Late"})
    client.call("cancelWorkOrder", expect=200, id=orders["WO-0010"], json={"Reason": "Late"})
    page = (PROJECT / "docs" / "requests.md").read_text("utf-8")
    assert plain(command(log.target, "logs").stdout) in plain(page)
    words = command(log.target, "explain", refused.headers["x-request-id"]).stdout
    assert plain(words) in plain(page)
    log.clear()
    for operation, count in (("listBoms", 1), ("listWorkOrders", 2)):
        for _ in range(count):
            less.call(operation, expect=200)
    for _ in range(2):
        less.call("cancelWorkOrder", expect=403, id=orders["WO-0001"], json={"Reason": "Late"})
    page = (PROJECT / "docs" / "scopes.md").read_text("utf-8")
    assert plain(command(log.target, "scopes").stdout) in plain(page)
    options = ("--use-case", "Our MES closes orders on the shop floor.", "--timeline", "Pilot in March 2027.")
    assert plain(command(log.target, "interest", *options).stdout) in plain(page)


def plain(text: str) -> str:
    """A text without what differs from run to run."""
    return _VARYING.sub("…", text)
