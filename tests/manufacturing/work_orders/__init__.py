"""Tests of mock_server.manufacturing.work_orders."""
