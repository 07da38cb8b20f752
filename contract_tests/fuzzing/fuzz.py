"""Runs schemathesis over the whole contract, all phases and all checks, against a sandbox of its own."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import httpx

from contract_tests.fuzzing.hooks import DATA
from contract_tests.kit import PROJECT, Target, Tenant, sandbox

FOLDER = Path(__file__).parent
# Dictionary, path of the list, key of the list.
_LISTS = (
    ("items", "/item", "items"),
    ("vendors", "/vendor", "vendors"),
    ("boms", "/boms", "boms"),
    ("recipes", "/recipes", "recipes"),
    ("work_orders", "/work-orders", "work_orders"),
    ("inspections", "/quality-inspections", "quality_inspections"),
    ("subcontract_orders", "/subcontract-orders", "subcontract_orders"),
)
# File, path of the list, key of the list: an item that has an Active BOM, or an Active recipe.
_MADE = (("active-bom", "/boms", "boms"), ("recipe", "/recipes", "recipes"))


def write_dictionaries(target: Target, tenant: Tenant, folder: Path = DATA) -> None:
    """Writes the ids of the target's records where schemathesis.toml looks for them."""
    folder.mkdir(parents=True, exist_ok=True)
    base = f"{target.url}/orgs/{tenant.org}/entities/{tenant.entity}"
    headers = {"Authorization": f"Bearer {tenant.token}"}
    with httpx.Client(headers=headers) as http:
        _need_a_recipe(http, base)
        for name, path, key in _LISTS:
            answer = http.get(f"{base}{path}", params={"limit": 200}).raise_for_status()
            ids = [record["id"] for record in answer.json()[key]]
            (folder / f"{name}.dict").write_text("".join(f'"{record_id}"\n' for record_id in ids))
        for name, path, key in _MADE:
            answer = http.get(f"{base}{path}", params={"status": "Active", "limit": 1})
            for record in answer.json().get(key, []):
                (folder / f"{name}.txt").write_text(record["ItemRefId"])


def _need_a_recipe(http: httpx.Client, base: str) -> None:
    """The demo's first entity makes everything from BOMs; without a recipe, nothing of recipes is reached."""
    if http.get(f"{base}/recipes").raise_for_status().json()["recipes"]:
        return
    items = http.get(f"{base}/item", params={"limit": 200}).raise_for_status().json()["items"]
    stocked = [item for item in items if item["IsActive"] and item["TrackInventory"] and item["Uom"] == "kg"]
    body = {
        "Name": "Grease, blended",
        "ItemRefId": stocked[-1]["id"],
        "Status": "Active",
        "BatchSize": 100,
        "Ingredients": [{"ItemRefId": stocked[0]["id"], "Basis": "PerBatch", "Quantity": 102}],
    }
    http.post(f"{base}/recipes", json=body).raise_for_status()


def command_for(target: Target, max_examples: int, more: list[str]) -> list[str]:
    """The schemathesis command for a target."""
    origin = target.url.removesuffix("/public/v1")
    return [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"{origin}/openapi.json",
        "--url",
        target.url,
        "--max-examples",
        str(max_examples),
        "--report",
        "junit",
        "--report-junit-path",
        str(DATA / "junit.xml"),
        *more,
    ]


def command_for_control(target: Target, max_examples: int) -> list[str]:
    """The same for the control plane, whose contract the sandbox does not serve."""
    assert target.control is not None
    return [
        str(Path(sys.executable).with_name("st")),
        "--config-file",
        str(FOLDER / "control.toml"),
        "run",
        str(FOLDER.parent / "built" / "sandbox-openapi.json"),
        "--url",
        target.control,
        "--max-examples",
        str(max_examples),
    ]


def main() -> int:
    """Starts a sandbox, fuzzes it and its control plane and returns schemathesis' verdict.

    Further arguments go to `st run`, for the public API alone.
    """
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--max-examples", type=int, default=20, help="per operation; more finds more")
    arguments, more = parser.parse_known_args()
    with sandbox() as target:
        tenant = target.tenant
        write_dictionaries(target, tenant)
        variables = {"HB_TOKEN": tenant.token, "HB_ORG": tenant.org, "HB_ENT": tenant.entity}
        environment = {**os.environ, **variables, "PYTHONPATH": str(PROJECT)}
        # What the control plane is put into is in nobody's way: the public API comes first.
        return max(
            _run(command_for(target, arguments.max_examples, more), environment, "hooks"),
            _run(command_for_control(target, arguments.max_examples), environment, "control_hooks"),
        )


def _run(command: list[str], environment: dict[str, str], hooks: str) -> int:
    with_hooks = {**environment, "SCHEMATHESIS_HOOKS": f"contract_tests.fuzzing.{hooks}"}
    return abs(subprocess.run(command, env=with_hooks, check=False).returncode)


if __name__ == "__main__":
    sys.exit(main())
