"""Who is meant: spans of a text to canonical actors with country and sector."""
