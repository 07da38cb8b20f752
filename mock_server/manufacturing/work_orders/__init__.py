"""Work orders: planned, released, completed, costed."""
