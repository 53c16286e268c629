"""One document while it is read: its words, what was spotted in them, what the story has told."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.coding import Actor
from streams.coding.actors.lexicon import ActorLexicon
from streams.coding.actors.person_names import NameSpan
from streams.coding.actors.spotting import Hit
from streams.coding.actors.story import Story
from streams.coding.actors.word_classes import COUNTING
from streams.coding.actors.words import Words
from streams.coding.mentions import ActorMention

_NOUN_PREMODIFIERS = frozenset(
    {"JJ", "JJR", "JJS", "NN", "NNP", "NNS", "NNPS", "VBN", "VBG", "CD", "HYPH", "POS", "AFX", "ADD"}
)
LONGEST_PHRASE = 12
_NOT_FIRST = frozenset({"POS", "HYPH", "CD"})


@dataclass(slots=True)
class Reading:
    """What the rules share; mentions are added in text order."""

    words: Words
    lexicon: ActorLexicon
    story: Story
    hit_at: dict[int, Hit] = field(default_factory=dict)
    name_at: dict[int, NameSpan] = field(default_factory=dict)
    places: dict[int, frozenset[str]] = field(default_factory=dict)
    towns: frozenset[str] | None = None
    mentions: list[ActorMention] = field(default_factory=list)
    mention_at: dict[int, ActorMention] = field(default_factory=dict)

    def add(self, start: int, end: int, head: int, actor: Actor) -> ActorMention:
        """Note a mention; its tokens are taken from then on."""
        mention = ActorMention(start, end, head, actor)
        self.mentions.append(mention)
        for token in range(start, end):
            self.mention_at[token] = mention
        return mention

    def is_free(self, start: int, end: int) -> bool:
        """Whether no mention holds any of these tokens."""
        return not any(token in self.mention_at for token in range(start, end))

    def hits_between(self, start: int, end: int) -> Iterator[Hit]:
        """Hits that lie in a stretch, the last first."""
        token = end - 1
        while token >= start:
            hit = self.hit_at.get(token)
            if hit is not None:
                yield hit
                token = hit.start
            token -= 1

    def phrase_start(self, first: int, head: int) -> int:
        """Where the noun phrase of a head begins, its determiner left out."""
        words = self.words
        start = first
        furthest = max(0, first - LONGEST_PHRASE)
        while (
            start > furthest
            and words.same_sentence(start - 1, head)
            and self._belongs(start - 1, start, head)
        ):
            start -= 1
        while start < first and self._is_no_first(start):
            start += 1
        return start

    def _is_no_first(self, token: int) -> bool:
        """Whether a phrase cannot begin with a token: a sign, a number, the halves of a flag."""
        words = self.words
        if words.tag[token] in _NOT_FIRST or words.lower[token] in COUNTING:
            return True
        return not any(letter.isalnum() for letter in words.text[token])

    def _belongs(self, token: int, right: int, head: int) -> bool:
        words = self.words
        if words.tag[token] in ("VBN", "VBG") and words.dep[token] not in ("amod", "compound"):
            return False
        if words.tag[token] not in _NOUN_PREMODIFIERS and token not in self.hit_at:
            return self._joins_demonyms(token)
        if words.tag[token] in ("POS", "HYPH") or words.lower[token] in ("-", "'s"):
            return True
        hit = self.hit_at.get(token)
        if hit is not None and hit.end == right and is_adjective(hit):
            return True
        return token < words.head[token] <= head or words.head[token] == right

    def _joins_demonyms(self, token: int) -> bool:
        """'Russian and Ukrainian officials': the adjectives left of 'and' belong to the phrase too."""
        if self.words.lower[token] != "and" or token == 0:
            return False
        before, after = self.hit_at.get(token - 1), self.hit_at.get(token + 1)
        return before is not None and after is not None and is_adjective(before) and is_adjective(after)


def is_adjective(hit: Hit) -> bool:
    """Whether a hit may be a nationality adjective."""
    return any(meaning.kind.value in ("demonym", "regional") for meaning in hit.meanings)
