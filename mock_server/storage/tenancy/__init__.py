"""Entities, installs, subscriptions, idempotency keys: what belongs to a tenant."""
