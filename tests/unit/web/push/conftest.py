"""Makes the fakes in this folder importable for its tests, and what the index's tests draw."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "index"))
