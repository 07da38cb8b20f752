"""Tries tools of others on the contract: generators of clients, validators, bridges."""
