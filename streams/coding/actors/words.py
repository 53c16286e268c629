"""A parsed document as plain lists: spaCy's tokens read once, so that the rules look at cheap values."""

from dataclasses import dataclass, field
from typing import Final

from spacy.tokens import Doc

from streams.coding.actors.names import cased, fold

# An emoji may end in a selector or a joiner, which spaCy leaves with the word behind it.
_INVISIBLE: Final = "\ufe0f\u200d\u200b\ufeff"


@dataclass(slots=True)
class Words:
    """Parallel lists by token, and the pieces of names that the tokens are made of."""

    text: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    lemma: list[str] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)
    dep: list[str] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    entity: list[str] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    entity_at: dict[int, tuple[int, int, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.text)

    def is_proper(self, token: int) -> bool:
        """Whether a token is tagged as a name and looks like one."""
        return self.tag[token] in ("NNP", "NNPS") and self.text[token][:1].isupper()

    def same_sentence(self, one: int, other: int) -> bool:
        """Whether two tokens stand in one sentence."""
        return self.sentence[one] == self.sentence[other]

    def head_of(self, start: int, end: int) -> int:
        """The token of a stretch that hangs on a word outside it; the last such, as names end in it."""
        for token in range(end - 1, start - 1, -1):
            if not start <= self.head[token] < end or self.head[token] == token:
                return token
        return end - 1


def read_words(doc: Doc) -> Words:
    """Read a document; without a parse every token is its own head, in one sentence."""
    words = Words(entities=[(span.start, span.end, span.label_) for span in doc.ents])
    words.entity_at = {token: entity for entity in words.entities for token in range(entity[0], entity[1])}
    sentence = -1
    for index, token in enumerate(doc):
        sentence += bool(token.is_sent_start) or index == 0
        text = token.text.lstrip(_INVISIBLE) or token.text
        words.text.append(text)
        words.lower.append(text.lower())
        words.lemma.append(token.lemma_.lower())
        words.tag.append(token.tag_)
        words.dep.append(token.dep_)
        words.head.append(token.head.i)
        words.entity.append(token.ent_type_)
        words.sentence.append(sentence)
        pieces = fold(text)
        words.pieces.extend(pieces)
        words.written.extend(cased(text))
        words.owner.extend([index] * len(pieces))
    return words
