"""Reciprocal events: a meeting, a treaty or a clash is written from each side."""

from streams.coding.events.sentence import Word

Pair = tuple[Word | None, Word | None]
MAX_PAIRS = 12


def pair_up(sources: list[Word], targets: list[Word], *, mutual: bool) -> list[Pair]:
    """Every source with every target; a mutual act both ways, and among its sources where no target stands."""
    if mutual and not targets and len(sources) > 1:
        return [(one, other) for one in sources for other in sources if one is not other][:MAX_PAIRS]
    pairs: list[Pair] = [(one, other) for one in sources or [None] for other in targets or [None]]
    if mutual and sources and targets:
        pairs += [(other, one) for one, other in pairs]
    return pairs[:MAX_PAIRS]
