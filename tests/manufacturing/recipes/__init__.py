"""Tests of mock_server.manufacturing.recipes."""
