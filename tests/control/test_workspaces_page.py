"""What the page on workspaces shows is as it says."""

from __future__ import annotations

from pathlib import Path

from contract_tests.kit import sandbox
from tests.worked_examples import printed


def test_its_worked_example_runs(tmp_path: Path) -> None:
    with sandbox() as target:
        ran, said = printed("workspaces.md", target, tmp_path)
    assert ran == said
