"""Two servers are replaced one after the other under load, and no client notices but by a cut socket."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx

from contract_tests.kit import Target, sandbox

_CLIENTS = 4


class Fleet:
    """The addresses of the servers, as a load balancer knows them."""

    def __init__(self, urls: list[str]) -> None:
        self.urls = urls
        self.outcomes: Counter[int] = Counter()
        self.made: list[str] = []
        self.cut = 0

    def send(self, http: httpx.Client, place: int, method: str, path: str, **options: Any) -> httpx.Response:
        """Sends to one server, and to the next one where the socket is cut."""
        for turn in range(20):
            urls = self.urls
            try:
                return http.request(method, urls[(place + turn) % len(urls)] + path, **options)
            except httpx.TransportError:
                self.cut += 1
        raise AssertionError("no server answers")


def test_a_rolling_restart_loses_no_request(schema: str) -> None:
    with ExitStack() as first, ExitStack() as second:
        one = first.enter_context(sandbox(database=schema, clock=None))
        two = second.enter_context(sandbox(database=schema, clock=None))
        fleet = Fleet([one.url, two.url])
        with load(fleet, one):
            for place, running in enumerate((first, second)):
                settled(fleet)
                with sandbox(database=schema, clock=None) as new:
                    # The old one is stopped while it is still asked.
                    running.close()
                    fleet.urls = [new.url if each == place else url for each, url in enumerate(fleet.urls)]
                    settled(fleet)
                    running.enter_context(_kept(schema, fleet, place))
            settled(fleet)
        assert set(fleet.outcomes) == {200, 201}, fleet.outcomes
        with httpx.Client(headers=headers(one)) as http:
            found = every_bom(http, fleet.urls[0] + place_of(one))
        assert Counter(fleet.made) == Counter(bom["Name"] for bom in found if bom["Name"] in set(fleet.made))


@contextmanager
def _kept(schema: str, fleet: Fleet, place: int) -> Iterator[None]:
    with sandbox(database=schema, clock=None) as new:
        fleet.urls = [new.url if each == place else url for each, url in enumerate(fleet.urls)]
        yield


def settled(fleet: Fleet) -> None:
    """Waits until the clients have done a good deal more."""
    seen = fleet.outcomes.total()
    while fleet.outcomes.total() < seen + 60:
        threading.Event().wait(0.01)


@contextmanager
def load(fleet: Fleet, target: Target) -> Iterator[None]:
    """Clients that read and write all the time."""
    is_over = threading.Event()
    path = place_of(target)
    failures: list[BaseException] = []

    def work(place: int) -> None:
        with httpx.Client(headers=headers(target), timeout=60) as http:
            boms = fleet.send(http, place, "GET", f"{path}/boms", params={"limit": 1}).json()["boms"]
            lines = [{"ItemRefId": line["ItemRefId"], "Quantity": 1} for line in boms[0]["Lines"]]
            count = 0
            while not is_over.is_set():
                count += 1
                name = f"ROLL-{place}-{count}"
                body = {"Name": name, "ItemRefId": boms[0]["ItemRefId"], "Lines": lines}
                key = {"Idempotency-Key": name}
                answer = fleet.send(http, place, "POST", f"{path}/boms", json=body, headers=key)
                fleet.outcomes[answer.status_code] += 1
                fleet.made.append(name)
                answer = fleet.send(http, place + 1, "GET", f"{path}/boms/{answer.json()['id']}")
                fleet.outcomes[answer.status_code] += 1

    def guarded(place: int) -> None:
        try:
            work(place)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=guarded, args=(place,)) for place in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert not failures, failures


def headers(target: Target) -> dict[str, str]:
    """The token."""
    return {"Authorization": f"Bearer {target.tenant.token}"}


def place_of(target: Target) -> str:
    """The path of the entity."""
    return f"/orgs/{target.tenant.org}/entities/{target.tenant.entity}"


def every_bom(http: httpx.Client, base: str) -> list[dict[str, Any]]:
    """All BOMs of the entity."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = http.get(f"{base}/boms", params={"limit": 200, **after}).raise_for_status().json()
        found += page["boms"]
        if not page["has_more"]:
            return found
        after = {"after": page["next_cursor"]}
