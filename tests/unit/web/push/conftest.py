"""Makes the fakes in this folder importable for its tests."""
