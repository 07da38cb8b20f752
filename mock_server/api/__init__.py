"""One module per resource: a checked call in, an answer out."""
