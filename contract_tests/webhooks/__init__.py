"""Webhook subscriptions, and the events that reach their receivers."""

from contract_tests.webhooks.refusals import REFUSALS
