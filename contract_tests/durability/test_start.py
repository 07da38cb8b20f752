"""Data that cannot be served: one plain sentence at start, and nothing is changed."""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from contract_tests.durability.server import (
    DATA_FILE,
    Server,
    contents,
    refusal,
    seeded,
    sentence,
    serving,
)

_PAGE = 2048
_BYTES = random.Random("damage")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a stopped sandbox leaves it."""
    folder = tmp_path_factory.mktemp("closed")
    seeded(folder)
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a killed sandbox leaves it: the last changes are in the log alone."""
    folder = tmp_path_factory.mktemp("killed")
    seeded(folder)
    server = Server(folder)
    tenant = server.target.tenant
    for number in range(40):
        made = httpx.post(
            f"{server.target.control}/orgs/{tenant.org}/entities/{tenant.entity}/items",
            json={"ItemCode": f"LOGGED-{number}", "Name": "Logged", "Uom": "NOS"},
        )
        assert made.status_code == 201
    server.kill()
    assert (folder / f"{DATA_FILE}-wal").stat().st_size > 40 * _PAGE
    return folder


def _write(file: Path, at: int, size: int) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(_BYTES.randbytes(size))


def _cut(file: Path, share: float) -> None:
    os.truncate(file, int(file.stat().st_size * share))


def _damage_file(folder: Path) -> None:
    _write(folder / DATA_FILE, 30 * _PAGE, 2 * _PAGE)


def _cut_file(folder: Path) -> None:
    os.truncate(folder / DATA_FILE, (folder / DATA_FILE).stat().st_size // 2)


def _damage_log(folder: Path) -> None:
    log = folder / f"{DATA_FILE}-wal"
    _write(log, log.stat().st_size // 3, 1)


def _lose_file(folder: Path) -> None:
    (folder / DATA_FILE).unlink()


@pytest.mark.parametrize(
    ("state", "damage"),
    [("closed", _damage_file), ("closed", _cut_file), ("killed", _damage_log), ("killed", _lose_file)],
)
def test_damaged_data_is_refused_in_one_sentence_and_left_alone(
    state: str, damage: Callable[[Path], None], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(request.getfixturevalue(state), folder)
    damage(folder)
    before = contents(folder)
    told = sentence(refusal(folder))
    assert DATA_FILE in told
    assert "--reset" in told
    assert contents(folder) == before


def test_a_log_that_ends_within_a_write_is_no_damage(killed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(killed, folder)
    log = folder / f"{DATA_FILE}-wal"
    os.truncate(log, log.stat().st_size - 100)
    with serving(folder) as server:
        tenant = server.target.tenant
        url = f"{server.target.url}/orgs/{tenant.org}/entities/{tenant.entity}/item?search=LOGGED&limit=200"
        answer = httpx.get(url, headers={"Authorization": f"Bearer {tenant.token}"})
        # The very last change was cut; it stands for one that was never answered.
        assert len(answer.json()["items"]) == 39


def test_reset_begins_anew_and_keeps_every_file_under_another_name(killed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(killed, folder)
    before = contents(folder)
    with serving(folder, "--reset") as server:
        kept = folder / f"{DATA_FILE}.before-1"
        assert sentence(server.told()) == f"The data so far is kept as {kept}."
    assert kept.read_bytes() == before[DATA_FILE]
    assert Path(f"{kept}-wal").read_bytes() == before[f"{DATA_FILE}-wal"]
    assert (folder / "signing-key").read_bytes() == before["signing-key"]
    # The pair is whole: what the log held is in it.
    with sqlite3.connect(kept) as opened:
        found = opened.execute("SELECT count(*) FROM items WHERE code LIKE 'LOGGED-%'").fetchone()
    assert found == (40,)
    opened.close()


def test_reset_does_not_touch_a_folder_in_use(tmp_path: Path) -> None:
    with serving(tmp_path):
        before = sorted(file.name for file in tmp_path.iterdir())
        assert "in use by another process" in sentence(refusal(tmp_path, "--reset"))
        assert sorted(file.name for file in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE quality_inspections DROP COLUMN result", "CREATE TABLE of_tomorrow (id TEXT)"],
)
def test_tables_of_another_version_are_refused_in_one_sentence(
    change: str, closed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(closed, folder)
    opened = sqlite3.connect(folder / DATA_FILE)
    opened.execute(change)
    opened.close()
    before = contents(folder)
    told = sentence(refusal(folder))
    assert "another version" in told
    assert "--reset" in told
    assert contents(folder) == before


_CAPABILITIES_OF_ROOT = (1, 2)
_DROP = 24


def _as_everybody() -> None:
    """Takes from root what lets it write where nobody may."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in _CAPABILITIES_OF_ROOT:
            assert libc.prctl(_DROP, capability, 0, 0, 0) == 0


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(closed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(closed, folder)
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    before = contents(folder)
    try:
        told = sentence(refusal(folder, prepare=_as_everybody))
        assert told == f"The data folder {folder} cannot be written to."
        assert contents(folder) == before
    finally:
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    told = sentence(refusal(tmp_path / "file" / "data"))
    assert f"The data folder {tmp_path / 'file' / 'data'} cannot be used" in told
