from __future__ import annotations

from pathlib import Path

import pytest

from scripts.contract import SOURCES, ContractError
from scripts.contract.rules import CHECKS
from scripts.contract.rules.rules import Rule, apply, load_rules, read_fixture, read_subject

FOLDER = SOURCES / "rules"
RULES = load_rules(FOLDER)
BY_ID = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


def fixture(rule: Rule, name: str) -> Path:
    return FOLDER / "fixtures" / rule.id / f"{name}.yaml"


def test_rules_checks_and_fixtures_are_the_same_set() -> None:
    ids = {rule.id for rule in RULES}
    assert ids == set(CHECKS)
    assert ids == {folder.name for folder in (FOLDER / "fixtures").iterdir()}
    for rule in RULES:
        assert {file.name for file in fixture(rule, "pass").parent.iterdir()} == {"pass.yaml", "fail.yaml"}


@BY_ID
def test_what_follows_the_rule_passes(rule: Rule) -> None:
    assert apply([rule], CHECKS, read_fixture(fixture(rule, "pass"), rule)) == []


@BY_ID
def test_what_breaks_the_rule_fails_at_a_line(rule: Rule) -> None:
    breaches = apply([rule], CHECKS, read_fixture(fixture(rule, "fail"), rule))
    assert breaches
    assert all(breach.line > 0 and breach.file for breach in breaches)


@BY_ID
def test_a_failing_fixture_says_why(rule: Rule) -> None:
    assert fixture(rule, "fail").read_text().startswith("# Fails: ")


@pytest.mark.parametrize("fault", ["severity: MAY", "applies_to: everything", "id: other"])
def test_a_rule_file_that_is_no_rule_is_refused(tmp_path: Path, fault: str) -> None:
    lines = {
        "id": "id: it",
        "severity": "severity: MUST",
        "summary": "summary: s",
        "reason": "reason: r",
        "applies_to": "applies_to: bundle",
    }
    lines[fault.partition(":")[0]] = fault
    (tmp_path / "it.yaml").write_text("\n".join(lines.values()))
    with pytest.raises(ContractError, match="is one of"):
        load_rules(tmp_path)


def test_the_contract_keeps_every_house_rule() -> None:
    breaches = apply(RULES, CHECKS, read_subject(SOURCES))
    assert [str(breach) for breach in breaches] == []
