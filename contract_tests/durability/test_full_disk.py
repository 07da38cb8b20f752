"""A full disk under a running sandbox: writes are refused whole, reads go on, and it recovers by itself."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from contract_tests.durability.ledger import faults_of
from contract_tests.durability.server import DATA_FILE, Prepare, Server, refusal, seeded, sentence
from contract_tests.kit import Client, Contract, Control, Fixtures

_MIB = 1024 * 1024


class Disk(Protocol):
    """A disk that can be full."""

    folder: Path
    prepare: Prepare | None

    def fill(self, server: Server) -> None:
        """Leaves no space."""

    def clear(self, server: Server) -> None:
        """Makes space again."""


@dataclass
class Tmpfs:
    """A file system of its own of a few megabytes, filled up by another file."""

    folder: Path
    prepare: Prepare | None = None

    def fill(self, server: Server | None = None) -> None:
        """Leaves no space."""
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(bytes(4096)):
                    pass
            except OSError:
                return

    def clear(self, server: Server | None = None) -> None:
        """Makes space again."""
        (self.folder / "filler").unlink()


@dataclass
class Quota:
    """A bound on the size of every file that the server writes."""

    folder: Path
    prepare: Prepare | None = None

    def fill(self, server: Server) -> None:
        """Bounds files at the size that the log has."""
        size = (self.folder / f"{DATA_FILE}-wal").stat().st_size
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size + 5000, resource.RLIM_INFINITY))

    def clear(self, server: Server) -> None:
        """Lifts the bound."""
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)


@contextmanager
def _mounted(size: int) -> Iterator[Path | None]:
    """A file system in memory; none where this user may not mount any."""
    folder = tempfile.mkdtemp(prefix="small-disk-")
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    is_there = os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
    try:
        yield Path(folder) if is_there else None
    finally:
        if is_there:
            subprocess.run(["umount", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def _kinds() -> list[str]:
    with _mounted(4096) as folder:
        return ["a quota"] if folder is None else ["a quota", "a small disk"]


@pytest.fixture(params=_kinds())
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A disk with some space left."""
    if request.param == "a quota":
        yield Quota(tmp_path)
        return
    with _mounted(24 * _MIB) as folder:
        assert folder is not None
        yield Tmpfs(folder)


def _snapshot(client: Client) -> dict[str, list[Any]]:
    return {name: client.every(name) for name in ("listItem", "listBoms", "listWorkOrders")}


def _refused_until_nothing_fits(client: Client, body: dict[str, Any]) -> tuple[int, str]:
    """How many writes still went through, and the key of the one that met the full disk."""
    for number in range(2000):
        key = f"full-{number}"
        answer = client.call("createWorkOrder", json=body, headers={"Idempotency-Key": key})
        if answer.status_code != 201:
            assert answer.status_code == 503, answer.text
            assert answer.json()["error"] == "service_unavailable"
            assert answer.headers["retry-after"].isdigit()
            return number, key
    raise AssertionError("the disk never was full")


def test_a_full_disk_refuses_writes_whole_and_lets_reads_go_on_until_there_is_space(
    disk: Disk, contract: Contract, http: httpx.Client, tmp_path: Path
) -> None:
    server = Server(disk.folder)
    try:
        assert server.target.control is not None
        client = Client(server.target, contract, http, server.target.tenant.token)
        control = Control(server.target.control, http)
        fixtures = Fixtures(client, control, "DISK")
        bom = fixtures.bom(Status="Active")
        body = {"ItemRefId": bom["ItemRefId"], "PlannedQuantity": 1}
        disk.fill(server)
        _, key = _refused_until_nothing_fits(client, body)
        before = _snapshot(client)
        for _ in range(5):
            again = client.call("createWorkOrder", json=body, headers={"Idempotency-Key": key})
            assert again.status_code == 503
        refused = httpx.post(
            f"{server.target.control}/orgs/{client.tenant.org}/entities/{client.tenant.entity}/items",
            json={"ItemCode": "NO-SPACE", "Name": "No space", "Uom": "NOS"},
        )
        assert refused.status_code == 503
        # A report is kept for a while; where that cannot be, it is right all the same.
        for report in ("getJobCostingReport", "getEfficiencyReport"):
            assert client.call(report, expect=200).json()["has_more"] in (True, False)
        assert _snapshot(client) == before
        disk.clear(server)
        made = client.call("createWorkOrder", json=body, expect=201, headers={"Idempotency-Key": key})
        assert "idempotency-replayed" not in made.headers
        assert len(client.every("listWorkOrders")) == len(before["listWorkOrders"]) + 1
        told = set(server.told().strip().splitlines())
        assert told
        assert all("cannot be used now" in line for line in told), told
    finally:
        server.kill()
    assert faults_of(disk.folder) == []
    again_started = Server(disk.folder)
    client = Client(again_started.target, contract, http, again_started.target.tenant.token)
    assert client.call("getWorkOrder", expect=200, id=made.json()["id"]).json() == made.json()
    again_started.stop()


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))


def test_a_disk_without_space_for_the_seed_is_one_sentence_and_the_next_start_seeds(tmp_path: Path) -> None:
    told = sentence(refusal(tmp_path, prepare=_bounded))
    assert f"The data folder {tmp_path} cannot be" in told or "no space left" in told
    seeded(tmp_path)
    assert faults_of(tmp_path) == []
