"""A second factory in plain decimals, written without a look at the first."""
