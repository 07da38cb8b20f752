"""Bytes, bodies, headers and paths that nobody should send."""

from contract_tests.hostile.lines import Line
