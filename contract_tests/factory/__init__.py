"""Manufacturing over HTTP, held against a model of its own."""
