"""The commands `entities`, `items` and `vendors` list, create and change what the control plane does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contract_tests.kit import PROJECT, Target, sandbox

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(pytestconfig: pytest.Config) -> Iterator[Run]:
    """Runs a command against an empty sandbox of the module's own."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")
    with sandbox(options=("--seed", "empty")) as own:
        yield lambda *arguments: ran(own, *arguments)


def ran(target: Target, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a command printed."""
    return subprocess.run(
        [sys.executable, "-m", "mock_server", command, "--url", target.origin, *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def listed(done: subprocess.CompletedProcess[str]) -> Any:
    """What it printed as JSON."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_entity_is_made_changed_and_listed(run: Run) -> None:
    values = ["org_ref_id=org-a", "entity_ref_id=ent-a", "org_name=A", "name=A", "country=IN"]
    made = listed(run("entities", "--json", "add", *values, "currency=INR", "time_zone=Asia/Kolkata"))
    assert (made["entity_ref_id"], made["overhead_percent"]) == ("ent-a", 0)
    place = ("--org", "org-a", "--entity", "ent-a")
    assert (
        listed(run("entities", *place, "--json", "change", "overhead_percent=12.5"))["overhead_percent"]
        == 12.5
    )
    told = run("entities", *place).stdout
    assert told == "org-a/ent-a  A, IN, INR, Asia/Kolkata, overhead 12.5 %\n"
    assert len(listed(run("entities", "--json"))) == 5


@pytest.mark.parametrize(
    ("kind", "code", "add", "change"),
    [
        (
            "items",
            "ItemCode",
            ["ItemCode=100", "Name=Bell", "Uom=NOS"],
            {"StandardCost": 4.2, "IsActive": False},
        ),
        (
            "vendors",
            "VendorCode",
            ["VendorCode=100", "DisplayName=P"],
            {"IsSubcontractor": True, "GSTIN": None},
        ),
    ],
)
def test_a_record_is_made_changed_and_listed(
    run: Run, kind: str, code: str, add: list[str], change: dict[str, Any]
) -> None:
    place = ("--org", "org-veloma", "--entity", "ent-veloma-uk")
    made = listed(run(kind, *place, "--json", "add", *add))
    assert made[code] == "100"
    values = [f"{name}={json.dumps(value)}" for name, value in change.items()]
    changed = listed(run(kind, *place, "--json", "change", "100", *values))
    assert {**made, **change} == {**changed, "UpdatedAt": made["UpdatedAt"], "Status": made["Status"]}
    assert listed(run(kind, *place, "--json", "change", made["id"], *values)) == changed
    assert listed(run(kind, *place, "--json")) == [changed]
    assert run(kind, *place).stdout.startswith(f"{made['id']}  100  ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("items", "add", "ItemCode=X", "Name=X"), "400 /Uom is required"),
        (("items", "change", "NONE", "Name=X"), "has no item NONE"),
        (("items", "add", "ItemCode"), "ItemCode is not of the form NAME=VALUE"),
        (("entities", "--entity", "ent-none"), "has no entity ent-none"),
        (("vendors", "add", "VendorCode=A", "DisplayName=A", "GSTIN=27"), "400 /GSTIN"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run: Run, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr and len(done.stderr.splitlines()) == 1
