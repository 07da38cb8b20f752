"""What the sandbox's control plane does to what the public API shows: the clock, vendors."""
