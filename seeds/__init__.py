"""Articles of our own, shipped with the package."""
