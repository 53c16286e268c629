"""Imports faust with the command line out of sight: it takes `--loop` and others for its own."""

import sys

_ours = sys.argv
sys.argv = sys.argv[:1]
import faust  # noqa: E402, F401 - imported for the effect, before anything else imports it

sys.argv = _ours
