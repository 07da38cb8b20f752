"""`scripts/new`: what it writes builds, keeps the house rules, and is served as not built yet."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scripts.checks import house_rule_breaches
from scripts.contract import PROJECT, SOURCES, build
from scripts.scaffold import ScaffoldError, Wanted, scaffold
from tests.asgi import Client, base_of, token_for

UNKNOWN = "00000000-0000-7000-8000-000000000000"
LIST = Wanted("list", "listWorkOrderScans", "/work-orders/{id}/scans")
GET = Wanted("get", "getTooling", "/work-orders/tooling/{id}", "work-orders")
CREATE = Wanted("create", "createTooling", "/work-orders/tooling", "work-orders")
ACTION = Wanted("action", "cancelQualityInspection", "/quality-inspections/{id}/cancel")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of today's sources and nothing else."""
    shutil.copytree(SOURCES, tmp_path / "openapi")
    return tmp_path


def _kept(project: Path) -> dict[str, str]:
    return {str(file): file.read_text() for file in project.rglob("*") if file.is_file()}


def _check(project: Path) -> None:
    build(project / "openapi", project / "build")
    assert [str(breach) for breach in house_rule_breaches(project / "openapi")] == []


@pytest.mark.parametrize("wanted", [LIST, GET, ACTION], ids=lambda wanted: wanted.kind)
def test_what_it_writes_builds_and_keeps_the_house_rules(project: Path, wanted: Wanted) -> None:
    scaffold(project, wanted)
    _check(project)


def test_a_record_is_read_created_listed_and_acted_on_one_after_the_other(project: Path) -> None:
    for wanted in (
        GET,
        CREATE,
        Wanted("list", "listToolings", "/work-orders/tooling", "work-orders"),
        Wanted("action", "releaseTooling", "/work-orders/tooling/{id}/release", "work-orders"),
    ):
        scaffold(project, wanted)
    _check(project)


def test_its_test_is_in_the_style_of_the_house(project: Path) -> None:
    test = scaffold(project, LIST)[-1]
    ruff = [sys.executable, "-m", "ruff"]
    for command in ([*ruff, "format", "--check"], [*ruff, "check"]):
        subprocess.run([*command, "--config", PROJECT / "pyproject.toml", test], check=True)


def test_the_server_answers_501_until_it_is_built(project: Path) -> None:
    from mock_server.app import build_app
    from mock_server.sandbox import Sandbox
    from mock_server.settings import Settings

    scaffold(project, GET)
    scaffold(project, CREATE)
    build(project / "openapi", project / "build")
    with closing(Sandbox(Settings(None, build_dir=project / "build"))) as sandbox:
        client = Client(build_app(sandbox), token_for(sandbox))
        for method, path in (("GET", f"/work-orders/tooling/{UNKNOWN}"), ("POST", "/work-orders/tooling")):
            answer = client(method, base_of() + path)
            assert (answer.status, answer.json()["error"]) == (501, "not_implemented")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted("get", "getBom", "/boms/{id}/once-more"), "There is an operation getBom."),
        (Wanted("get", "getBomOnceMore", "/boms/{id}"), "has a GET"),
        (Wanted("get", "fetchBom", "/boms/{id}/once-more"), "rules/operation-id.yaml"),
        (Wanted("get", "getGear", "/gears/{id}"), "There is no resource gears"),
        (Wanted("get", "getBomTooth", "/boms/{id}/teeth/{toothId}"), "path parameter toothId"),
        (Wanted("create", "createBomNote", "/boms/{id}/notes"), "make getBomNote first"),
        (Wanted("create", "createVendor", "/vendor", "vendors"), "No scope contacts:create"),
        (Wanted("action", "releaseBoms", "/boms/release/all"), "below a record"),
    ],
    ids=lambda value: value.id if isinstance(value, Wanted) else "",
)
def test_what_has_no_place_is_refused_in_words_and_nothing_is_written(
    project: Path, wanted: Wanted, told: str
) -> None:
    before = _kept(project)
    with pytest.raises(ScaffoldError, match=told):
        scaffold(project, wanted)
    assert _kept(project) == before
