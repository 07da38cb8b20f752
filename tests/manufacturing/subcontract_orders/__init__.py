"""Tests of mock_server.manufacturing.subcontract_orders."""
