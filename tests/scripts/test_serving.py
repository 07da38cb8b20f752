"""`scripts/serve` serves a contract that is as new as its sources."""

from __future__ import annotations

import pytest

from mock_server import cli
from scripts import serving
from scripts.contract import ContractError


def test_what_is_stale_is_built_before_the_command_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(serving, "ensure", lambda: done.append("built"))
    monkeypatch.setattr(cli, "main", lambda: done.append("served"))
    serving.main()
    assert done == ["built", "served"]


def test_a_faulty_contract_is_told_and_not_served(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty() -> None:
        raise ContractError("there is no such file", "openapi/openapi.yaml", 3)

    monkeypatch.setattr(serving, "ensure", faulty)
    monkeypatch.setattr(cli, "main", lambda: pytest.fail("served"))
    with pytest.raises(SystemExit) as ended:
        serving.main()
    assert ended.value.code == "openapi/openapi.yaml:3: there is no such file"
