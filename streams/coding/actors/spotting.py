"""Names and roles of the lexicon in a text: longest match first, and only where they can mean it."""

from dataclasses import dataclass
from typing import Final

from streams.coding.actors.lexicon import ActorLexicon
from streams.coding.actors.meanings import Meaning, MeaningKind
from streams.coding.actors.words import Words

_OPPOSED: Final = frozenset(
    {"pro", "anti", "non", "ex", "un", "pan", "inter", "trans", "afro", "post", "mid"}
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens that match a phrase, with the meanings that its capitals allow."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]

    def meaning(self, *kinds: MeaningKind) -> Meaning | None:
        """The first meaning of one of these kinds."""
        for meaning in self.meanings:
            if meaning.kind in kinds:
                return meaning
        return None


def spot(words: Words, lexicon: ActorLexicon) -> list[Hit]:
    """Find all phrases, none inside another; masks are found so that they hide what they hold."""
    hits: list[Hit] = []
    at, size = 0, len(words.pieces)
    while at < size:
        end, hit = _longest(words, lexicon, at)
        if hit is not None:
            hits.append(hit)
        at = end
    return [hit for hit in hits if not hit.meaning(MeaningKind.MASK)]


def _longest(words: Words, lexicon: ActorLexicon, at: int) -> tuple[int, Hit | None]:
    for end, meanings in lexicon.tree.find(words.pieces, at):
        written = tuple(words.written[at:end])
        fitting = tuple(meaning for meaning in meanings if meaning.fits(written))
        start_token, last_token = words.owner[at], words.owner[end - 1]
        if fitting and words.same_sentence(start_token, last_token):
            hit = Hit(start_token, last_token + 1, fitting)
            if not is_opposed(words, start_token):
                return end, hit
    return at + 1, None


def is_opposed(words: Words, token: int) -> bool:
    """Whether 'pro-' or 'anti-' stands before: 'pro-Russian' does not mean Russia's."""
    return token >= 2 and words.text[token - 1] == "-" and words.lower[token - 2] in _OPPOSED
