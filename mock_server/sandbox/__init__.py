"""The sandbox around the contract: its state, its seed, its control plane."""
