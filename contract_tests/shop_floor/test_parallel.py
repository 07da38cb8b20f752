"""Requests at the same time, 32 of them: exactly as many succeed as fit (DEC-15), and the books balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from contract_tests.factory import Answer, Api, Record
from contract_tests.shop_floor.floor import PLACES, Floor, held, line, moved

AT_ONCE = 32
Outcomes = Counter[tuple[int, str]]


def at_once(floor: Floor, request: Callable[[Api, int], Answer]) -> Outcomes:
    """Sends a request 32 times at the same moment, each on its own connection; counts what came of it."""
    gate = Barrier(AT_ONCE)

    def send(place: int) -> tuple[int, str]:
        api = floor.api.at(floor.api.tenant)
        api.read("healthCheck")
        gate.wait(60)
        answer = request(api, place)
        api.close()
        return answer.status, answer.code if answer.status >= 400 else ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(send, range(AT_ONCE)))


def receive(order: Record, quantity: int) -> Callable[[Api, int], Answer]:
    """The receipt of a quantity of an order."""
    body = {"AcceptedQuantity": quantity}
    return lambda api, _: api.call("receiveSubcontractGoods", body, id=order["id"])


def balances(floor: Floor, *items: str) -> None:
    """An item holds, at each place, what its movements say, and the store's value with it."""
    for item in items:
        found = floor.stock(item)
        moves = floor.api.movements(itemRefId=item)
        for place, member in PLACES.items():
            assert held(moves, place) == found[member], place
        assert held(moves, "Store", "Value") == found["StockValue"]


def test_parallel_releases_take_no_more_than_there_is(floor: Floor) -> None:
    frame, bolts = floor.stocked(39), floor.stocked(9000)
    made = floor.bom([line(bolts, 4), line(frame)])["ItemRefId"]
    ids = [floor.order(ItemRefId=made, PlannedQuantity=7)["id"] for _ in range(AT_ONCE)]
    outcomes = at_once(floor, lambda api, place: api.call("releaseWorkOrder", None, id=ids[place]))
    assert outcomes == {(200, ""): 5, (409, "insufficient_stock"): 27}
    found = floor.stock(frame)
    assert (found["OnHandQuantity"], found["AllocatedQuantity"], found["AvailableQuantity"]) == (39, 35, 4)
    # A release that is short of frames takes no bolts either.
    assert floor.stock(bolts)["AllocatedQuantity"] == 5 * 7 * 4
    balances(floor, frame, bolts)


def test_of_parallel_completions_of_one_order_one_succeeds(floor: Floor) -> None:
    order = floor.released()
    done = {"CompletedQuantity": 10}
    outcomes = at_once(floor, lambda api, _: api.call("completeWorkOrder", done, id=order["id"]))
    assert outcomes == {(200, ""): 1, (409, "invalid_state_transition"): 31}
    [used] = order["Materials"]
    assert floor.stock(order["ItemRefId"])["OnHandQuantity"] == 10
    assert (
        floor.stock(used["ItemRefId"])["OnHandQuantity"],
        len(floor.api.movements(documentRefId=order["id"])),
    ) == (90, 2)
    balances(floor, order["ItemRefId"], used["ItemRefId"])


def test_of_parallel_receipts_only_what_was_ordered_comes_in(floor: Floor) -> None:
    # Ordered are 10, so that three receipts of 3 fit and one is left over: others exceed the order.
    order = floor.issued()
    outcomes = at_once(floor, receive(order, 3))
    assert outcomes == {(200, ""): 3, (422, "quantity_exceeds_ordered"): 29}
    after = floor.do("getSubcontractOrder", id=order["id"])
    assert (after["AcceptedQuantity"], after["PendingQuantity"], len(after["Receipts"])) == (9, 1, 3)
    [material] = after["Materials"]
    assert (material["ConsumedQuantity"], material["BalanceQuantity"]) == (9, 1)
    assert floor.stock(order["ItemRefId"])["OnHandQuantity"] == 9
    balances(floor, order["ItemRefId"], material["ItemRefId"])


def test_parallel_receipts_use_no_more_material_than_the_subcontractor_has(floor: Floor) -> None:
    # All 100 could still come, but material for 7 is there.
    plate = floor.stocked(200, 3)
    made = floor.job_bom([line(plate)])["ItemRefId"]
    order = floor.job(ItemRefId=made, OrderedQuantity=100)
    floor.do("issueSubcontractMaterials", {"Materials": [moved(plate, 7)]}, id=order["id"])
    outcomes = at_once(floor, receive(order, 1))
    assert outcomes == {(200, ""): 7, (409, "insufficient_material_at_subcontractor"): 25}
    after = floor.do("getSubcontractOrder", id=order["id"])
    assert (after["AcceptedQuantity"], len(after["Receipts"])) == (7, 7)
    assert (after["Materials"][0]["BalanceQuantity"], after["Materials"][0]["BalanceValue"]) == (0, 0)
    assert sum(each["MaterialCost"] for each in after["Receipts"]) == 21
    assert floor.stock(plate)["AtSubcontractorQuantity"] == 0
    balances(floor, made, plate)


def test_of_parallel_receipts_when_all_is_pending_one_takes_everything(floor: Floor) -> None:
    order = floor.issued()
    outcomes = at_once(floor, receive(order, 10))
    assert outcomes == {(200, ""): 1, (409, "invalid_state_transition"): 31}
    assert floor.stock(order["ItemRefId"])["OnHandQuantity"] == 10
    balances(floor, order["ItemRefId"])
