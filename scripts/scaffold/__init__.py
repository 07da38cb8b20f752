"""Writes what a new operation begins with: its contract and a test, in the style of the house."""

from scripts.scaffold.contract import Contract, ScaffoldError
from scripts.scaffold.operation import KINDS, Wanted, scaffold
