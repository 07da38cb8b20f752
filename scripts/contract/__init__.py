"""The workshop of the contract: reads the sources, bundles, converts, checks."""
