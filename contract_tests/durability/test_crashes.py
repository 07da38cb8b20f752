"""A server killed at any moment of mixed load: what was acknowledged is there, and everything is whole."""

from __future__ import annotations

import os
import random
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from contract_tests.durability.ledger import events_in, faults_of, movements_in
from contract_tests.durability.load import Connection, Log, Worker, last_answers
from contract_tests.durability.server import Server
from contract_tests.kit import Receiver, receiving

# How many times the server is killed.
CRASHES = int(os.environ.get("CRASHES", "5"))
_CONNECTIONS = 4
_SECONDS_TO_OPEN = 30
_SECONDS_TO_TELL = 60
_PATH = "/hooks"
_TOPICS = ("work_order.released", "work_order.completed", "work_order.cancelled")


def _furnish(connection: Connection) -> tuple[str, str]:
    """An item with a BOM and stock of its parts; the item's id and that of a part."""
    parts = []
    for number in range(3):
        item = {"ItemCode": f"CRASH-{number}", "Name": "Part", "Uom": "NOS", "StandardCost": 10}
        status, part, _ = connection.control("POST", "/items", item)
        assert status == 201, part
        parts.append(part["id"])
        stock = {"ItemRefId": part["id"], "Quantity": 1_000_000, "UnitCost": 10, "Reason": "Opening stock"}
        assert connection.control("POST", "/stock-adjustments", stock)[0] == 201
    status, made, _ = connection.control(
        "POST", "/items", {"ItemCode": "CRASH-MADE", "Name": "Made", "Uom": "NOS", "StandardCost": 10}
    )
    assert status == 201, made
    lines = [{"ItemRefId": part, "Quantity": 2} for part in parts]
    bom = {"ItemRefId": made["id"], "Name": "Crash", "Version": "1", "Status": "Active", "Lines": lines}
    status, answer, _ = connection.send("POST", "/boms", bom)
    assert status == 201, answer
    return made["id"], parts[0]


def _burst(server: Server, number: int, made: str, part: str) -> list[Log]:
    """Loads the server from several connections and kills it in the middle."""
    workers = [Worker(server.target, f"crash-{number}-{each}", made, part) for each in range(_CONNECTIONS)]
    # The one wait of these tests: the moment of the kill is what they are about.
    delay = random.Random(f"crash {number}").uniform(0.02, 0.8)
    killer = threading.Timer(delay, server.process.kill)
    for worker in workers:
        worker.start()
    killer.start()
    for worker in workers:
        worker.join(30)
        assert not worker.is_alive()
    killer.join()
    server.kill()
    return [worker.log for worker in workers]


def _check(connection: Connection, log: Log) -> list[str]:
    """What of the acknowledged writes is not there."""
    faults = list(log.faults)
    touched = log.open.path if log.open is not None else ""
    for path, body in last_answers(log):
        status, found, _ = connection.send("GET", path)
        if touched.startswith(path) and found.get("Revision") == body["Revision"] + 1:
            # The next step was done, and its answer was lost.
            continue
        if (status, found) != (200, body):
            faults.append(f"GET {path} is {status} {str(found)[:300]}, acknowledged was {str(body)[:300]}")
    if log.answered:
        last = log.answered[-1]
        again = connection.send("POST", last.request.path, last.request.body, last.request.key)
        if again != (last.status, last.body, True):
            faults.append(f"the last acknowledged answer to {last.request.key} is not kept: {again}")
    if (cut := log.open) is not None:
        # Whether it was done or not, sending it again does it once.
        first = connection.send("POST", cut.path, cut.body, cut.key)
        second = connection.send("POST", cut.path, cut.body, cut.key)
        if first[0] not in (200, 201) or second != (first[0], first[1], True):
            faults.append(f"the write that was cut off, sent again: {first}, then {second}")
    return faults


def _lost_adjustments(folder: Path, logs: list[Log]) -> list[str]:
    """Adjustments that were acknowledged and are not in the ledger."""
    there = movements_in(folder)
    return [movement["id"] for log in logs for movement in log.adjusted if movement["id"] not in there]


def test_nothing_acknowledged_is_lost_and_nothing_is_half_done_when_the_server_is_killed(
    tmp_path: Path,
) -> None:
    with ExitStack() as opened:
        receiver, options = _receiver(opened, tmp_path)
        _crash_again_and_again(tmp_path / "data", receiver, options)


def _receiver(opened: ExitStack, folder: Path) -> tuple[Receiver, list[str]]:
    """A receiver of events, and the options with which the server trusts it."""
    receiver, authority = opened.enter_context(receiving(folder))
    return receiver, ["--webhook-ca", str(authority), "--allow-private-webhooks", "--seed", "empty"]


def _crash_again_and_again(folder: Path, receiver: Receiver, options: list[str]) -> None:
    server = Server(folder, *options)
    connection = Connection(server.target)
    made, part = _furnish(connection)
    hook = {"topics": list(_TOPICS), "target_url": receiver.url()}
    assert connection.send("POST", "/webhooks", hook)[0] == 201
    acknowledged = 0
    for number in range(CRASHES):
        connection.close()
        logs = _burst(server, number, made, part)
        acknowledged += sum(len(log.answered) for log in logs)
        assert faults_of(folder) == [], f"after crash {number}"
        assert _lost_adjustments(folder, logs) == [], f"after crash {number}"
        start = time.monotonic()
        server = Server(folder, *options)
        assert time.monotonic() - start < _SECONDS_TO_OPEN
        connection = Connection(server.target)
        for log in logs:
            assert _check(connection, log) == [], f"after crash {number}"
    _await_deliveries(connection)
    connection.close()
    server.stop()
    committed = events_in(folder, _TOPICS)
    assert faults_of(folder) == []
    assert acknowledged > 10 * CRASHES
    told = [request.headers["webhook-id"] for request in receiver.at(_PATH)]
    assert set(told) == committed, "every committed event arrives, and none that was rolled back"
    # What was on its way when the server was killed comes once more, a few at a time; not all of it does.
    assert len(told) < len(committed) + 5 * CRASHES


def _await_deliveries(connection: Connection) -> None:
    """Waits until nothing is on its way any more."""
    end = time.monotonic() + _SECONDS_TO_TELL
    while connection.send("GET", "/webhooks/deliveries?status=pending&limit=1")[1]["deliveries"]:
        assert time.monotonic() < end, "deliveries are still waiting"
        time.sleep(0.05)
