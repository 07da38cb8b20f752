"""Tests of mock_server.manufacturing.reports."""
