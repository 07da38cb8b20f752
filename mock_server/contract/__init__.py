"""The contract: reads the OpenAPI sources, builds the published forms and checks the house rules."""
