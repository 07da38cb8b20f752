"""Tests of mock_server.manufacturing.stock."""
