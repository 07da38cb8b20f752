"""Schemathesis over the whole contract, with what it must know and may not send."""
