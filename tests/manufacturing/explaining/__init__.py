"""Tests of mock_server.manufacturing.explaining."""
