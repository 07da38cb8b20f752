"""What the distributions hold."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts.contract import PROJECT

PACKAGES = ("mock_server", "contract_tests")


def _built(kind: str, source: Path, out: Path) -> Path:
    out.mkdir()
    script = f"import sys; from scripts.backend import build_{kind}; build_{kind}(sys.argv[1])"
    subprocess.run([sys.executable, "-c", script, str(out)], cwd=source, capture_output=True, check=True)
    (file,) = out.iterdir()
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the wheel of this checkout, its own description aside."""
    return _read(_built("wheel", PROJECT, tmp_path_factory.mktemp("built") / "wheel"))


def _read(wheel: Path) -> dict[str, bytes]:
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        return {name: archive.read(name) for name in names}


def test_the_wheel_holds_every_file_of_both_packages_and_nothing_else(wheel: dict[str, bytes]) -> None:
    files = [file for package in PACKAGES for file in (PROJECT / package).rglob("*") if file.is_file()]
    kept = {
        file.relative_to(PROJECT).as_posix()
        for file in files
        if "__pycache__" not in file.parts and file.name != ".digest"
    }
    assert set(wheel) == kept
    assert {"mock_server/built/openapi.json", "contract_tests/built/openapi.json"} <= kept
    assert {"mock_server/seeds/packs/demo.yaml", "mock_server/console/templates/landing.html"} <= kept


def test_the_source_distribution_is_enough_to_build_the_same_wheel(
    wheel: dict[str, bytes], tmp_path: Path
) -> None:
    packed = _built("sdist", PROJECT, tmp_path / "packed")
    with tarfile.open(packed) as archive:
        assert not [name for name in archive.getnames() if "/built/" in name or "/tests/" in name]
    subprocess.run(["tar", "-xzf", str(packed)], cwd=tmp_path, check=True)
    source = tmp_path / packed.name.removesuffix(".tar.gz")
    assert _read(_built("wheel", source, tmp_path / "wheel")) == wheel


def test_what_builds_the_wheel_is_pinned_as_in_the_lock() -> None:
    needed = tomllib.loads((PROJECT / "pyproject.toml").read_text())["build-system"]["requires"]
    locked = (PROJECT / "requirements" / "serve.txt").read_text()
    assert [requirement for requirement in needed if f"\n{requirement} " not in f"\n{locked}"] == []
