"""Stock and its movements: the ledger."""
