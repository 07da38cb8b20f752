"""Faults hold at all servers, and what is counted of them is counted once."""

from __future__ import annotations

import httpx

from contract_tests.kit import Fixtures, Record
from contract_tests.many_servers.test_shared_state import callers, control_of, eventually, in_parallel


def test_a_fault_that_is_set_at_one_is_met_at_the_other_until_it_is_ended(pair: list[Fixtures]) -> None:
    install, (_, second) = callers(pair)
    control = control_of(pair[0])
    body = {"kind": "status", "status": 503, "install_id": install}
    fault: Record = control.send("POST", "/faults", body)
    assert eventually(lambda: second.call("listBoms").status_code == 503)
    shown = control_of(pair[1]).send("GET", f"/faults/{fault['id']}")
    assert shown["fired"] == shown["matched"] >= 1
    control.send("DELETE", f"/faults/{fault['id']}")
    assert eventually(lambda: second.call("listBoms").status_code == 200)


def test_parallel_requests_at_both_come_to_it_so_often_as_it_says(pair: list[Fixtures]) -> None:
    install, both = callers(pair)
    control = control_of(pair[0])
    other = control.send("POST", "/faults", {"kind": "latency", "milliseconds": 0, "install_id": install})
    assert eventually(lambda: _matched(pair, other, both[1].call("listBoms")) > 0)
    body = {"kind": "status", "status": 503, "count": 7, "install_id": install}
    fault = control.send("POST", "/faults", body)
    assert eventually(lambda: _matched(pair, fault, both[1].call("listRecipes")) > 0)
    answers = in_parallel(40, lambda place: both[place % 2].call("listBoms"))
    shown = control.send("GET", f"/faults/{fault['id']}")
    assert (shown["fired"], shown["matched"] >= 40) == (7, True)
    assert [answer.status_code for answer in answers].count(503) <= 7
    for each in (fault, other):
        control.send("DELETE", f"/faults/{each['id']}")


def _matched(pair: list[Fixtures], fault: Record, answer: httpx.Response) -> int:
    """How many requests a fault has met, the one that was just answered too."""
    assert answer.status_code in (200, 503)
    count: int = control_of(pair[0]).send("GET", f"/faults/{fault['id']}")["matched"]
    return count


def test_a_dry_run_is_remembered_by_the_server_that_answered_it(pair: list[Fixtures]) -> None:
    first, second = pair
    answer = first.client.call(
        "createBom", expect=201, json=first.body(), headers={"X-Sandbox-Dry-Run": "true"}
    )
    path = f"/dry-runs/{answer.headers['x-request-id']}"
    assert control_of(first).send("GET", path)["operation_id"] == "createBom"
    elsewhere = httpx.get(f"{second.client.target.control}{path}", trust_env=False)
    assert elsewhere.status_code == 404
    assert answer.json()["id"] not in [each["id"] for each in second.client.every("listBoms")]
