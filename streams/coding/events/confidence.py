"""Confidence: how certain an event is, from its entry, its arguments and the way to it."""

from streams.coding.events.candidates import Candidate

_BARE, _WEAK, _RICH = 0.8, 0.5, 0.95


def score(candidate: Candidate, *, named: int, filled: int, historical: bool) -> float:
    """A number between 0 and 1: specificity x completeness x modality x the path's certainty."""
    completeness = (0.5, 0.85, 1.0)[named] if named else (0.45, 0.55, 0.6)[filled]
    modality = (0.6 if candidate.hypothetical else 1.0) * (0.45 if historical else 1.0)
    depth = max(0.7, 1.0 - 0.03 * candidate.word.depth)
    certainty = _specificity(candidate) * completeness * modality * candidate.certainty * depth
    return round(min(certainty, 1.0), 3)


def _specificity(candidate: Candidate) -> float:
    entry = candidate.match.entry
    if entry.weak:
        return _WEAK
    return min(_RICH, _BARE + 0.05 * entry.specificity)
