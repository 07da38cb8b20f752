"""Tests of mock_server.manufacturing.formulas."""
