"""A sandbox of the HelloBooks manufacturing API, served from its OpenAPI contract."""
