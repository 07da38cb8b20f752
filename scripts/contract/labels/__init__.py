"""What readers see of where a contract comes from, and of what is asked about it."""

from scripts.contract.labels.effective import (
    BOUNDS,
    CONSTRAINT,
    OURS,
    SCOPES,
    SOURCE,
    add_labels,
    inside,
    is_ours,
)
from scripts.contract.labels.marks import show_labels
from scripts.contract.labels.questions import by_place, is_merged, names, read_questions
