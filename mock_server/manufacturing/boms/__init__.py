"""Bills of materials: what they need, what they cost, what uses them."""
