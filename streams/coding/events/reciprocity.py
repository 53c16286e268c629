"""Reciprocal events: a meeting, a treaty or a clash is written from each side."""

from collections.abc import Sequence

from streams.coding.events.sentence import Word

Pair = tuple[Word | None, Word | None]
MAX_PAIRS = 12
_NOBODY: tuple[None] = (None,)


def pair_up(sources: Sequence[Word], targets: Sequence[Word], *, mutual: bool) -> list[Pair]:
    """Every source with every target; a mutual act both ways, or among its sources where no target stands."""
    pairs: list[Pair]
    if mutual and not targets and len(sources) > 1:
        pairs = [(one, other) for one in sources for other in sources if one is not other]
        return pairs[:MAX_PAIRS]
    pairs = [(one, other) for one in sources or _NOBODY for other in targets or _NOBODY]
    if mutual and sources and targets:
        pairs += [(other, one) for one, other in pairs]
    return pairs[:MAX_PAIRS]
