"""Bringing events about."""
