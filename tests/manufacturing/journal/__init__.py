"""Tests of mock_server.manufacturing.journal."""
