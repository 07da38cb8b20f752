"""What every request passes: tokens, tenants, scopes, limits, envelopes."""
