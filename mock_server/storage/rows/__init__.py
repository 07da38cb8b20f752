"""The rows of each kind of record."""
