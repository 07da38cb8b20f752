"""Reading values off samples: what counts as a number, what passes, and what a whole inspection comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from mock_server.manufacturing.inspections.records import (
    CHOICE,
    FAILED,
    NUMERIC,
    PASS_FAIL,
    PASSED,
    PENDING,
    Inspection,
    InspectionCriterion,
    InspectionReading,
)
from mock_server.manufacturing.refusals import listed
from mock_server.refused import Refused

# ASCII digits only: a superscript or an Arabic digit is a digit to Python, but no plain number to a reader.
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
_PASS, _FAIL = "Pass", "Fail"


def said(text: str) -> str:
    """A text as it is compared: without case and outer blanks."""
    return text.strip().casefold()


def numeric_value(text: str) -> Decimal | None:
    """The number that a reading writes in plain digits, or none where it is anything else."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def result_of(criterion: InspectionCriterion, value: str) -> str:
    """Judges one value: limits are inclusive and open where absent, text is compared without case and blanks.

    An empty value is Pending and passes nothing.
    """
    if not said(value):
        return PENDING
    return PASSED if _passes(criterion, value) else FAILED


def _passes(criterion: InspectionCriterion, value: str) -> bool:
    if criterion.type == NUMERIC:
        measured = numeric_value(value)
        if measured is None:
            return False
        low, high = criterion.min_value, criterion.max_value
        return (low is None or low <= measured) and (high is None or measured <= high)
    return said(value) == said((criterion.expected_text or "") if criterion.type == CHOICE else _PASS)


def check_understood(criterion: InspectionCriterion, value: str, pointer: str) -> None:
    """Refuses a number that is none (`reading_not_numeric`) and a text that is none of the words.

    The latter is `reading_not_understood` (DEC-25); a choice without a list takes any text.
    """
    if criterion.type == NUMERIC:
        if value and numeric_value(value) is None:
            raise Refused(
                "reading_not_numeric",
                f"'{value}' is not a plain number. Write digits with a decimal point.",
                pointer=pointer,
            )
        return
    words = [_PASS, _FAIL] if criterion.type == PASS_FAIL else criterion.choices
    if words is not None and said(value) and said(value) not in map(said, words):
        raise Refused(
            "reading_not_understood",
            f"{criterion.name} was read as '{value}': it can be {listed(words, ' or ')}.",
            pointer=pointer,
        )


def first_unread(inspection: Inspection) -> tuple[InspectionCriterion, int] | None:
    """The first mandatory criterion with a sample that has no value, and that sample."""
    read = {(each.criterion_id, each.sample_number) for each in inspection.readings if each.result != PENDING}
    for criterion in inspection.criteria:
        if not criterion.is_mandatory:
            continue
        for sample in range(1, inspection.sample_size + 1):
            if (criterion.id, sample) not in read:
                return criterion, sample
    return None


def verdict(criteria: Sequence[InspectionCriterion], readings: Iterable[InspectionReading]) -> str:
    """Failed where a reading of a mandatory criterion failed, else Passed."""
    mandatory = {criterion.id for criterion in criteria if criterion.is_mandatory}
    has_failed = any(each.result == FAILED and each.criterion_id in mandatory for each in readings)
    return FAILED if has_failed else PASSED
