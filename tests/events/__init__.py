"""Events on their way out: attempts, their order, and what is kept of them."""
