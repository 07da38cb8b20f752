"""`faults` sets what goes wrong, and `dry-run` tells what would have happened, in words and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from contract_tests.kit import PROJECT, Target, sandbox
from mock_server.commands.faults import _KINDS, _PRESETS
from mock_server.settings import BUILT

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A sandbox for the commands."""
    with sandbox() as started:
        yield started


@pytest.fixture
def run(target: Target) -> Run:
    """Runs a command on it."""

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mock_server", *arguments, "--url", target.origin]
        return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    return ran


def printed(run: Run, *arguments: str) -> Any:
    """What a command prints as JSON."""
    done = run(*arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_what_is_set_is_what_was_asked_for(run: Run) -> None:
    points = ("--percentile", "50=80", "--percentile", "99.5=2000")
    scope = ("--operation", "getBom", "--method", "get", "--seed", "tuesday", "--expires", "10m")
    [made] = printed(run, "faults", "add", "latency", *points, *scope, "--probability", "0.25")["faults"]
    assert made["percentiles"] == [
        {"percent": 50, "milliseconds": 80},
        {"percent": 99.5, "milliseconds": 2000},
    ]
    names = ("kind", "operation_id", "method", "seed", "probability")
    assert [made[name] for name in names] == ["latency", "getBom", "GET", "tuesday", 0.25]
    assert made["expires_at"] is not None
    [burst] = printed(
        run, "faults", "add", "burst", "--requests", "3", "--retry-after", "1m", "--after", "500"
    )["faults"]
    assert (burst["requests"], burst["retry_after"], burst["after"]) == (3, 60, 500)
    assert printed(run, "faults") == printed(run, "faults", "list") == {"faults": [made, burst]}
    assert printed(run, "faults", "clear", made["id"]) == {"faults": [made]}
    assert printed(run, "faults", "clear") == {"ok": True, "modified": 1}
    assert run("faults").stdout == "No faults are set.\n"


def test_a_preset_is_a_line_for_each_fault(run: Run) -> None:
    done = run("faults", "preset", "flaky", "--operation", "listRecipes", "--seed", "a")
    kinds = [line.split()[1] for line in done.stdout.splitlines()]
    assert (kinds, done.returncode) == (["latency", "status", "reset", "lost"], 0)
    run("faults", "clear")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("faults", "add", "explode"), 2, "'explode' is not one of"),
        (("faults", "add", "latency", "--percentile", "x"), 2, "--percentile x is no point such as 95=400."),
        (("faults", "add", "status", "--status", "409", "--operation", "getBom"), 1, "422 /status getBom"),
        (("faults", "add", "reset", "--entity", "x"), 1, "400 /org_ref_id"),
        (("faults", "clear", "66f2b1d01b7d5e0012c4f001"), 1, "404 There is no such fault"),
        (("faults", "clear", "../installs"), 1, "400 /path/id must be 24 hexadecimal digits"),
        (("dry-run", "no/such"), 1, "400 /path/requestId"),
        (("dry-run", "5f3a9c1e-0000002a"), 1, "404 No dry run with this request id"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_one_sentence(
    run: Run, arguments: tuple[str, ...], code: int, told: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_dry_run_is_told_as_the_control_plane_tells_it(run: Run, target: Target) -> None:
    tenant = target.tenant
    answer = httpx.post(
        f"{target.url}/orgs/{tenant.org}/entities/{tenant.entity}/webhooks",
        json={"topics": ["bom.created"], "delivery_mode": "pull"},
        headers={"Authorization": f"Bearer {tenant.token}", "X-Sandbox-Dry-Run": "true"},
        trust_env=False,
    )
    request_id = answer.headers["x-request-id"]
    told = httpx.get(f"{target.control}/dry-runs/{request_id}", trust_env=False).json()
    assert printed(run, "dry-run", request_id) == told
    assert run("dry-run", request_id).stdout.splitlines() == [
        "createWebhookSubscription would answer 201.",
        "Nothing of stock, costs or events would change.",
    ]


def test_kinds_and_presets_are_those_of_the_contract() -> None:
    document = json.loads((BUILT / "sandbox-openapi.json").read_bytes())
    schemas = document["components"]["schemas"]
    assert set(_KINDS) == set(schemas["FaultKindInput"]["enum"])
    assert set(_PRESETS) == set(schemas["FaultPreset"]["enum"]) == set(document["x-fault-presets"])
