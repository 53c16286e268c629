"""Which series an expression of Prometheus asks for."""

import re

_WORDS = {"and", "or", "unless", "offset", "bool"}


def series_in(expression: str) -> frozenset[str]:
    """The names that stand where a series does: not functions, labels, durations or words of the language."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]", "", re.sub(r'"[^"]*"', "", expression))
    selected = re.sub(r"\b(by|on|without|ignoring|group_left) *\([^)]*\)", "", bare)
    return frozenset(re.findall(r"\b[a-zA-Z_][\w:]*\b(?! *\()", selected)) - _WORDS
