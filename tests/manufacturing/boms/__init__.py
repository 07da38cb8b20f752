"""Tests of mock_server.manufacturing.boms."""
