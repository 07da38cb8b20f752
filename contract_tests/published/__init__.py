"""What HelloBooks has published, in our words, and that the contract says the same."""
