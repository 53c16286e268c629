"""How found terms become log-odds, and log-odds a score.

Each topic has the prior `PRIOR`; each term adds its weight, saturating with how often and how
prominently it occurs, in the manner of BM25F (Robertson and Zaragoza 2009, sections 3.4, 3.5).
"""

import math

PRIOR = -3.0
DECISIVE, STRONG, WEAK, AGAINST = 3.0, 2.0, 1.0, -1.5

TITLE, LEAD, BODY = 3.0, 2.0, 1.0
LEAD_WORDS = 60

EVENTS_AT_MOST = 2.5  # with PRIOR this stays below even odds, so events alone make no topic

_SATURATION = 1.2
_LENGTH_SHARE = 0.75
_USUAL_WORDS = 300


def saturated(prominence: float, *, words: int) -> float:
    """How much of a term's weight counts, 0 to 2.2: `prominence` sums TITLE, LEAD, BODY over its places."""
    length = 1 - _LENGTH_SHARE + _LENGTH_SHARE * words / _USUAL_WORDS
    return prominence * (_SATURATION + 1) / (prominence + _SATURATION * length)


def rarity(listings: int, *, topics: int) -> float:
    """1 for a term that one topic lists, less for a term that says less because many do."""
    return math.log1p(topics / listings) / math.log1p(topics)


def events_saturated(count: int) -> float:
    """The share of an event type's weight that `count` events bring, below 1."""
    return count / (count + 1)


def probability(log_odds: float) -> float:
    """Log-odds as a score from 0 to 1."""
    return 1 / (1 + math.exp(-max(-30.0, log_odds)))
