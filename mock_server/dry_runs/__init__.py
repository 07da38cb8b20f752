"""Writes that are only tried: they are done, looked at, and taken back."""

from mock_server.dry_runs.dry_runs import DryRuns
