"""A sandbox that begins with a pack of one's own, and writes its state down as one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contract_tests.kit import PROJECT, Client, Contract, Control, Target, sandbox

PAGE = PROJECT / "docs" / "seeds.md"
PACK = PROJECT / "docs" / "seeds" / "kites.yaml"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command that people run."""
    return subprocess.run(
        [sys.executable, "-m", "mock_server", "seed", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def kites(pytestconfig: pytest.Config) -> Iterator[Target]:
    """The sandbox that begins with the pack of the page on seeds."""
    if pytestconfig.getoption("--base-url") is not None:
        pytest.skip("this starts a sandbox of its own; the target here is another server")
    with sandbox(options=("--seed", str(PACK))) as own:
        yield own


def pack_of(target: Target, **query: str) -> tuple[str, list[str]]:
    """The state of a sandbox as a pack, and what it leaves out."""
    answer = httpx.get(f"{target.control}/seed", params=query, timeout=60, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer.json()["pack"], answer.json()["left_out"]


def test_a_pack_is_what_the_public_api_then_shows(
    kites: Target, contract: Contract, http: httpx.Client
) -> None:
    client = Client(kites, contract, http, kites.tenant.token)
    assert (kites.tenant.org, kites.tenant.entity) == ("org-kites", "ent-kites-jaipur")
    orders = {each["WorkOrderNumber"]: each["Status"] for each in client.every("listWorkOrders")}
    assert orders == {"WO-1": "Completed", "WO-2": "InProgress"}
    stock = {each["ItemCode"]: each["OnHandQuantity"] for each in client.every("listItem")}
    assert stock == {"PAPER": 480, "BAMBOO": 110, "KITE": 20, "PAPER-PRINTED": 0}
    [job] = client.every("listSubcontractOrders")
    assert (job["Status"], job["Challans"][0]["ChallanDate"]) == ("MaterialsIssued", "2026-06-13")


def test_nobody_is_told_of_what_a_pack_does(kites: Target) -> None:
    events = httpx.get(
        f"{kites.control}/orgs/org-kites/entities/ent-kites-jaipur/events", trust_env=False
    ).json()["events"]
    assert events == []


def test_what_is_exported_starts_a_sandbox_that_exports_the_same(kites: Target, tmp_path: Path) -> None:
    text, left_out = pack_of(kites)
    assert left_out == ["ent-kites-jaipur: work orders that are Completed: WO-1"]
    file = tmp_path / "pack.yaml"
    file.write_text(text, encoding="utf-8")
    with sandbox(options=("--seed", str(file))) as again:
        assert pack_of(again) == (text, [])


def test_one_entity_can_be_exported_and_one_that_is_not_there_cannot(
    target: Target, control: Control
) -> None:
    text, _ = pack_of(target, org_ref_id="org-sahyadri", entity_ref_id="ent-sahyadri-gulf")
    assert text.count("entity_ref_id") == 1
    answer = httpx.get(f"{target.control}/seed", params={"entity_ref_id": "ent-nowhere"}, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_the_command_checks_a_pack_and_tells_every_fault(tmp_path: Path) -> None:
    done = command("check", str(PACK), "--clock", "2026-06-15T06:30:00Z")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("4 items, 1 vendors and 9 steps of ent-kites-jaipur\n")
    wrong = PACK.read_text(encoding="utf-8").replace("BomNumber", "BomNo").replace("on: WO-2", "on: WO-3")
    file = tmp_path / "wrong.yaml"
    file.write_text(wrong, encoding="utf-8")
    told = command("check", str(file))
    assert told.returncode == 1 and f"{file}:" in told.stdout
    listed = json.loads(command("check", "--json", str(file)).stdout)
    assert [f"{file}:{each['line']}:{each['column']}:" for each in listed["findings"]] == [
        line.partition(" ")[0] for line in told.stdout.splitlines()
    ]


def test_the_page_shows_the_pack_and_the_findings_as_they_are(tmp_path: Path) -> None:
    page, text = PAGE.read_text(encoding="utf-8"), PACK.read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        assert block in text
    file = tmp_path / "kites.yaml"
    told = []
    broken = text.replace("BomNumber: BOM-1", "BomNo: BOM-1").replace("on: WO-1", "on: WO-7", 1)
    for each in (broken, text.replace("stock: 600", "stock: 100")):
        file.write_text(each, encoding="utf-8")
        told += command("check", str(file)).stdout.replace(str(file), "kites.yaml").splitlines()
    shown = re.findall(r"^kites\.yaml:\d.*$", page, re.MULTILINE)
    assert len(shown) == 3 and set(shown) <= set(told)


def test_a_workspace_begins_with_a_pack_and_goes_back_to_it(kites: Target) -> None:
    with httpx.Client(base_url=kites.control or "", trust_env=False, timeout=60) as client:
        made = client.post("/workspaces", json={"seed": PACK.read_text(encoding="utf-8")}).json()
        assert made["seed"] == "pack"
        place = f"/workspaces/{made['id']}"
        items = f"{place}/orgs/org-kites/entities/ent-kites-jaipur/items"
        before = client.get(f"{place}/seed").json()
        client.post(items, json={"ItemCode": "GLUE", "Name": "Glue", "Uom": "kg"})
        assert "GLUE" in client.get(f"{place}/seed").json()["pack"]
        assert client.post(f"{place}/reset").status_code == 200
        assert client.get(f"{place}/seed").json() == before
        client.delete(place)


def test_a_workspace_is_not_made_from_a_pack_that_does_not_fit(kites: Target) -> None:
    text = PACK.read_text(encoding="utf-8")
    with httpx.Client(base_url=kites.control or "", trust_env=False, timeout=60) as client:
        before = client.get("/workspaces").json()
        for wrong, line in ((text.replace("INR", "inr"), 8), (text.replace("stock: 600", "stock: 100"), 72)):
            answer = client.post("/workspaces", json={"seed": wrong})
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
            [told] = answer.json()["details"]
            assert told["pointer"] == "/seed" and told["message"].startswith(f"line {line}, column ")
        assert client.get("/workspaces").json() == before


def test_the_command_exports_to_a_file_and_says_what_it_leaves_out(kites: Target, tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    done = command("export", "--url", kites.origin, "--output", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert "left out: ent-kites-jaipur: work orders that are Completed: WO-1" in done.stderr
    text, left_out = pack_of(kites)
    assert file.read_text(encoding="utf-8") == text
    listed = command("export", "--url", kites.origin, "--json")
    assert json.loads(listed.stdout) == {"pack": text, "left_out": left_out}
    nowhere = command("export", "--url", kites.origin, "--entity", "ent-nowhere")
    assert nowhere.returncode == 1 and "has no entity ent-nowhere" in nowhere.stderr
