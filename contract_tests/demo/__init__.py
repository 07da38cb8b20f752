"""What the demo seed is and how its figures come out, over HTTP."""
