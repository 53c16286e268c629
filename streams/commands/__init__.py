"""The commands: each reads the settings, calls the parts, and shows what came of it."""
