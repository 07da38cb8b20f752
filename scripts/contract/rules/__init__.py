"""The house rules: read from their files, applied to the contract."""

from scripts.contract.rules.checks import CHECKS
from scripts.contract.rules.rules import Breach, apply, load_rules, read_subject
