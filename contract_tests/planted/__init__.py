"""Servers with one planted fault each: they show that a check can fail."""
