"""Every check of the house rules, by the id that its rule file has."""

from __future__ import annotations

from scripts.contract.rules import (
    answers,
    clients,
    examples,
    labels,
    layout,
    naming,
    published,
    questions,
    requests,
    shapes,
)
from scripts.contract.rules.rules import Check

CHECKS: dict[str, Check] = {
    **layout.CHECKS,
    **naming.CHECKS,
    **shapes.CHECKS,
    **answers.CHECKS,
    **labels.CHECKS,
    **clients.CHECKS,
    **examples.CHECKS,
    **published.CHECKS,
    **requests.CHECKS,
    **questions.CHECKS,
}
