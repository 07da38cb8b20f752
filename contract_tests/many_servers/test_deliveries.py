"""Two servers on one database deliver every event, one of them at a time to each receiver."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from contract_tests.kit import Client, Contract, Control, Fixtures, Receiver, Reply, process, receiving

# By when another server has taken over from one that is killed.
_SECONDS = 10


@pytest.fixture
def two(
    schema: str, contract: Contract, tmp_path: Path
) -> Iterator[tuple[Receiver, list[tuple[process.Running, Fixtures]]]]:
    """A receiver, and two servers that send to it."""
    with ExitStack() as opened:
        receiver, authority = opened.enter_context(receiving(tmp_path))
        http = opened.enter_context(httpx.Client(timeout=30))
        options = ["--webhook-ca", str(authority), "--allow-private-webhooks"]
        servers = []
        for number in range(2):
            running = opened.enter_context(process.running(database=schema, clock=None, options=options))
            target = running.target
            assert target.tenant is not None and target.control is not None
            client = Client(target, contract, http, target.tenant.token)
            servers.append((running, Fixtures(client, Control(target.control, http), f"TWO-{number}")))
        yield receiver, servers


def test_every_change_at_either_server_arrives_once_and_in_order(
    two: tuple[Receiver, list[tuple[process.Running, Fixtures]]],
) -> None:
    receiver, servers = two
    path = "/hooks/each"
    topics = ["bom.created", "bom.updated"]
    servers[0][1].webhook(topics=topics, target_url=receiver.url(path))
    bodies = [fixtures.body() for _, fixtures in servers]

    def change(fixtures: Fixtures, body: dict[str, object]) -> None:
        # Each at once with the other's: both servers emit, and either may deliver.
        bom = fixtures.bom(**body)
        for number in range(20):
            bom = fixtures.update(bom, Notes=str(number))

    threads = [
        threading.Thread(target=change, args=(fixtures, body))
        for (_, fixtures), body in zip(servers, bodies, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    requests = receiver.wait(path, 42)
    revisions: dict[str, list[int]] = {}
    for request in requests:
        bom = request.event["data"]["bom"]
        revisions.setdefault(bom["id"], []).append(bom["Revision"])
    assert list(revisions.values()) == [list(range(1, 22))] * 2
    assert len({request.headers["webhook-id"] for request in requests}) == len(requests)


def test_another_server_takes_over_within_ten_seconds_from_one_that_is_killed(
    two: tuple[Receiver, list[tuple[process.Running, Fixtures]]],
) -> None:
    receiver, servers = two
    path = "/hooks/taken-over"
    asked = threading.Event()
    answered = threading.Event()

    def hang(request: object) -> Reply:
        if not asked.is_set():
            # The first one is on its way when its server dies.
            asked.set()
            answered.wait(_SECONDS)
        return Reply()

    receiver.answers[path] = hang
    fixtures = servers[0][1]
    fixtures.webhook(topics=["bom.created", "bom.archived"], target_url=receiver.url(path))
    for _ in range(3):
        fixtures.bom()
    assert asked.wait(_SECONDS)
    holder = next(
        (number for number, (each, _) in enumerate(servers) if _is_sending(each.process.pid, receiver)), 0
    )
    servers[holder][0].process.kill()
    start = time.monotonic()
    answered.set()
    requests = receiver.wait(path, 4)
    assert time.monotonic() - start < _SECONDS
    # The one that was on its way comes again.
    assert len({request.headers["webhook-id"] for request in requests}) == 3


def _is_sending(pid: int, receiver: Receiver) -> bool:
    """Whether a process has a connection to the receiver."""
    port = f":{int(receiver.origin.rpartition(':')[2]):04X}"
    links = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[2].endswith(port) and f"socket:[{fields[9]}]" in links:
            return True
    return False
