"""Tests of mock_server.manufacturing.inspections."""
