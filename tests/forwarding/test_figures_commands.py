"""`explain` and `journal` print what the page on figures shows, and say in a sentence what they cannot."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contract_tests.kit import PROJECT
from tests.forwarding.machine import Factory, run, sentence

PAGE = PROJECT / "docs" / "figures.md"
EXAMPLE = re.compile(r"```sh\nhellobooks-sandbox ([^\n]+)\n```\n\n```\n(.+?)```\n", re.DOTALL)


@pytest.fixture
def url(served: Factory) -> tuple[str, str]:
    """The options that name the sandbox."""
    return "--url", served.target.origin


def test_the_examples_of_the_page_are_what_the_commands_print(url: tuple[str, str], home: Path) -> None:
    examples = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    assert [command.split()[0] for command, _ in examples] == ["explain", "explain", "journal"]
    for command, printed in examples:
        done = run(home, *command.split(), *url)
        assert done.returncode == 0
        assert done.stdout + done.stderr == printed


def test_a_tree_can_be_had_as_json(url: tuple[str, str], home: Path) -> None:
    tree = json.loads(run(home, "explain", "WO-0005", "/Variance/Total", "--json", *url).stdout)
    assert (tree["record"]["number"], tree["figure"]["value"]) == ("WO-0005", "1387.5")
    report = ("explain", "getJobCostingReport", "/totals/Variance/Total", "--from", "2026-04-01", "--json")
    told = json.loads(run(home, *report, *url).stdout)
    assert told["report"]["from"] == "2026-04-01"


def test_the_journal_can_be_had_as_json(url: tuple[str, str], home: Path) -> None:
    done = run(home, "journal", "--json", "--to", "2026-04-30", *url)
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(entries) > 30
    assert max(entry["posting_date"] for entry in entries) <= "2026-04-30"


def test_what_is_no_figure_is_said_in_a_sentence(url: tuple[str, str], home: Path) -> None:
    assert sentence(run(home, "explain", "WO-0005", "/Variance/Nothing", *url)) == (
        "404 WO-0005 has no figure /Variance/Nothing."
    )
    assert sentence(run(home, "explain", "WO-0005", *url)) == (
        "Name the figure of WO-0005 too, such as /Variance/Total."
    )
    assert sentence(run(home, "journal", "WO-9999", *url)) == "404 There is no record WO-9999 in this entity."
