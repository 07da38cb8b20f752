"""Writes that are only tried."""
