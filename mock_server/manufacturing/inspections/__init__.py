"""Quality inspections, and the gate that they are for orders."""
