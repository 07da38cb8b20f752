"""Black-box tests: whatever speaks the contract over HTTP, the sandbox or a gateway."""
