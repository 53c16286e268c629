"""Makes the neighbours in this folder importable for its tests."""
