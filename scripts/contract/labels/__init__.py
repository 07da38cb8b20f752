"""What readers see of where a contract comes from, and of what is asked about it."""

from scripts.contract.labels.marks import show_labels
from scripts.contract.labels.questions import by_place, is_merged, names, read_questions
