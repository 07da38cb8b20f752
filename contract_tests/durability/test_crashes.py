"""A server killed at any moment of mixed load: what was acknowledged is there, and everything is whole."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

from contract_tests.durability.ledger import faults_of, movements_in
from contract_tests.durability.load import Connection, Log, Worker, last_answers
from contract_tests.durability.server import Server

# How many times the server is killed.
CRASHES = int(os.environ.get("CRASHES", "5"))
_CONNECTIONS = 4
_SECONDS_TO_OPEN = 30


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
    delay = random.Random(f"crash {number}").uniform(0.02, 0.3)
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
    server = Server(tmp_path)
    connection = Connection(server.target)
    made, part = _furnish(connection)
    acknowledged = 0
    for number in range(CRASHES):
        connection.close()
        logs = _burst(server, number, made, part)
        acknowledged += sum(len(log.answered) for log in logs)
        assert faults_of(tmp_path) == [], f"after crash {number}"
        assert _lost_adjustments(tmp_path, logs) == [], f"after crash {number}"
        start = time.monotonic()
        server = Server(tmp_path)
        assert time.monotonic() - start < _SECONDS_TO_OPEN
        connection = Connection(server.target)
        for log in logs:
            assert _check(connection, log) == [], f"after crash {number}"
    connection.close()
    server.stop()
    assert faults_of(tmp_path) == []
    assert acknowledged > 10 * CRASHES
