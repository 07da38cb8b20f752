"""Bytes, bodies, headers and paths that nobody should send."""
