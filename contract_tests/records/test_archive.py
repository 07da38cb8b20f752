"""Archived BOMs leave the default list, stay readable and come back by restore; the check can fail."""

from __future__ import annotations

import httpx
import pytest

from contract_tests.kit import UNKNOWN, Client, Contract, Fixtures, Record
from contract_tests.planted import FAULTS, planted
from contract_tests.records.archive_machine import ArchiveBroken, explore_archive


def test_archive_and_restore_keep_their_promises(fixtures: Fixtures, pytestconfig: pytest.Config) -> None:
    whole, part = fixtures.item()["id"], fixtures.item()["id"]
    lines = [{"ItemRefId": part, "Quantity": 1}]
    explore_archive(
        fixtures.client,
        lambda: fixtures.bom(ItemRefId=whole, Lines=lines, Notes="kept"),
        pytestconfig.getoption("--max-examples"),
    )


def explore_planted(
    fault: str | None, contract: Contract, http: httpx.Client, max_examples: int = 25
) -> None:
    """Explores a planted server."""
    with planted(contract, fault) as target:
        client = Client(target, contract, http, target.tenant.token)
        body = {
            "Name": "Planted",
            "ItemRefId": UNKNOWN,
            "Lines": [{"ItemRefId": UNKNOWN, "Quantity": 1}],
            "Notes": "kept",
        }

        def create() -> Record:
            record: Record = client.call("createBom", expect=201, json=body).json()
            return record

        explore_archive(client, create, max_examples)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_finds_a_server_on_which(fault: str, contract: Contract, http: httpx.Client) -> None:
    with pytest.raises(ArchiveBroken):
        explore_planted(fault, contract, http)


def test_the_check_finds_nothing_on_a_planted_server_without_a_fault(
    contract: Contract, http: httpx.Client
) -> None:
    explore_planted(None, contract, http, 5)
