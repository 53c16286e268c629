"""'The agency', 'the bloc', 'the party': the last body named to which the word can refer."""

from collections.abc import Iterator
from typing import Final

from schemas.coding import Actor, ActorKind
from streams.coding.actors.names import fold
from streams.coding.actors.reading import Reading

_ANY: Final = frozenset({"*"})
_SECTORS_OF: Final = {
    "agency": frozenset({"IGO", "GOV", "SPY", "COP", "NGO", "MED"}),
    "watchdog": frozenset({"IGO", "GOV", "NGO"}),
    "bloc": frozenset({"IGO"}),
    "alliance": frozenset({"IGO"}),
    "organisation": _ANY,
    "organization": _ANY,
    "group": frozenset({"REB", "PRM", "SEP", "NGO", "SOC", "CRM", "OPP", "NONE"}),
    "movement": frozenset({"REB", "PRM", "SEP", "OPP", "SOC", "PTY", "NONE"}),
    "party": frozenset({"PTY"}),
    "company": frozenset({"BUS"}),
    "firm": frozenset({"BUS"}),
    "carmaker": frozenset({"BUS"}),
    "union": frozenset({"LAB"}),
    "court": frozenset({"JUD"}),
    "charity": frozenset({"NGO"}),
    "bank": frozenset(),
    "council": frozenset(),
    "commission": frozenset(),
    "league": frozenset(),
    "front": frozenset(),
    "ministry": frozenset(),
    "committee": frozenset(),
    "initiative": frozenset(),
}
_LONGEST_REACH_SENTENCES: Final = 4
_LONGEST_REACH_MENTIONS: Final = 30


def short_forms(reading: Reading) -> Iterator[int]:
    """The tokens that may refer to a body by its class."""
    words = reading.words
    for token, lower in enumerate(words.lower):
        if lower in _SECTORS_OF and token > 0 and words.lower[token - 1] == "the":
            yield token


def resolve_short_form(reading: Reading, token: int) -> None:
    """Add the mention if a body named shortly before fits the word, by sector or by name."""
    hit = reading.hit_at.get(token)
    if not reading.is_free(token, token + 1) or (hit is not None and hit.end > token + 1):
        return
    words = reading.words
    if words.dep[token] == "compound":
        return
    for mention in reversed(reading.mentions[-_LONGEST_REACH_MENTIONS:]):
        if mention.end > token:
            continue
        if words.sentence[token] - words.sentence[mention.start] > _LONGEST_REACH_SENTENCES:
            return
        if _fits(mention.actor, words.lower[token]):
            reading.add(token, token + 1, token, mention.actor)
            return


def _fits(actor: Actor, word: str) -> bool:
    if actor.kind not in (ActorKind.ORGANISATION, ActorKind.GROUP) or actor.id.startswith(("gov:", "role:")):
        return False
    sectors = _SECTORS_OF[word]
    return sectors is _ANY or (actor.sector or "NONE") in sectors or word in fold(actor.name)
