"""Servers with one planted fault each: they show that a check can fail."""

from contract_tests.planted.archive import FAULTS, planted
