"""One state machine over the whole factory: stock, documents and every invariant after each step.

`FACTORY_STEPS` says how many steps it takes, `FACTORY_SEED` which ones: the same seed takes the same steps.
`FACTORY_DETOURS=0` leaves snapshots and copies out. A failure is told as it was found, with the requests that
led to it; `FACTORY_SHRINK=1` looks for a shorter way to it, which takes minutes.
"""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from contract_tests.factory.api import Api, Record
from contract_tests.factory.explained import check_explained, check_journal
from contract_tests.factory.invariants import INVARIANTS
from contract_tests.factory.machine import TOPICS, Event, FactoryMachine, Run
from contract_tests.kit import Contract, Target

STEPS = int(os.environ.get("FACTORY_STEPS", "400"))
SEED = int(os.environ.get("FACTORY_SEED", "20260615"))
IS_SHRUNK = os.environ.get("FACTORY_SHRINK") == "1"
STEPS_OF_ONE = 250


def _events(api: Api) -> Callable[[], list[tuple[Event, Record]]] | None:
    """Reads what a pull subscription has got since the last call; none where pulling is not built."""
    body = {"topics": list(TOPICS.values()), "delivery_mode": "pull"}
    answer = api.call("createWebhookSubscription", body)
    assert answer.status == 201, answer.raw
    subscription = answer.body["id"]
    state: dict[str, str] = {}
    if api.call("listPullEvents", id=subscription).status == 501:
        return None

    def read() -> list[tuple[Event, Record]]:
        found: list[tuple[Event, Record]] = []
        while True:
            page = api.read("listPullEvents", {"limit": 200, **state}, id=subscription)
            for event in page["events"]:
                data = json.loads(event["body"], parse_float=Decimal)["data"]
                [record] = data.values()
                found.append(((event["topic"], record["id"], record["Revision"]), record))
            if page["next_cursor"] is not None:
                state["after"] = page["next_cursor"]
            if not page["has_more"]:
                return found

    return read


@pytest.fixture
def run(factory: Target, contract: Contract) -> Iterator[Run]:
    """What the examples share."""
    api = Api(factory, contract, factory.tenant)
    stranger = api.at(factory.others[0])
    vendors = api.every("listVendor")
    yield Run(
        api,
        stranger,
        stranger.every("listItem")[0]["id"],
        [each["id"] for each in vendors if each["IsSubcontractor"]],
        next(each["id"] for each in vendors if not each["IsSubcontractor"]),
        _events(api),
    )
    api.close()
    stranger.close()


def test_the_factory_is_what_the_model_says_after_every_step(
    run: Run, record_walk: Callable[[str], None]
) -> None:
    class Machine(FactoryMachine):
        pass

    Machine.run = run
    # Each round has a seed of its own; those of neighbouring seeds do not meet.
    rounds = itertools.count(SEED * 1000)
    try:
        while run.steps < STEPS:
            steps_left = STEPS - run.steps
            run_state_machine_as_test(seed(next(rounds))(Machine), settings=_settings(steps_left))
    except Exception:
        print(f"Seed {SEED}, after {run.steps} steps. The last requests:", *run.api.journal, sep="\n")
        raise
    else:
        assert check_explained(run.api)
        assert check_journal(run.api)
    finally:
        refused = Counter({case: count for case, count in run.outcomes.items() if case[2]})
        told = f"{refused.total()} of them refused for {len(refused)} reasons"
        record_walk(f"{run.steps} steps of the factory with FACTORY_SEED={SEED}, {told}")


def _settings(steps_left: int) -> settings:
    return settings(
        max_examples=max(2, steps_left // STEPS_OF_ONE),
        stateful_step_count=STEPS_OF_ONE,
        database=None,
        phases=[Phase.generate, Phase.shrink] if IS_SHRUNK else [Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal if IS_SHRUNK else Verbosity.quiet,
        print_blob=IS_SHRUNK,
    )


def test_the_invariants_are_those_of_the_rules() -> None:
    groups = {id[4] for id in INVARIANTS}
    assert groups == {"A", "B", "C", "D", "E", "F"}
