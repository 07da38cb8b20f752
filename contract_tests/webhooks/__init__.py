"""Subscriptions and topics."""
