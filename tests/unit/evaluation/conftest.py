"""Makes the hand-made labels and codings in this folder importable."""
