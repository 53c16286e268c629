"""A parsed sentence as light words: spaCy's tree read once, so that the rules walk plain objects."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from spacy.tokens import Doc

from streams.coding.mentions import ActorMention, Resolution

CLAUSE_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom", "whose"})
MAX_CONJUNCTS = 6


@dataclass(slots=True, eq=False)
class Word:
    """A token with its place in the tree; `start` counts characters of the document."""

    index: int
    text: str
    lower: str
    lemma: str
    pos: str
    tag: str
    dep: str
    start: int
    entity: str
    mention: ActorMention | None
    compound: str = ""
    head: Word | None = None
    children: list[Word] = field(default_factory=list)
    depth: int = 0

    @property
    def end(self) -> int:
        """The character past the word's last."""
        return self.start + len(self.text)

    def child(self, *deps: str) -> Word | None:
        """The first child with one of these relations."""
        return next((word for word in self.children if word.dep in deps), None)

    def childs(self, *deps: str) -> Iterator[Word]:
        """All children with one of these relations, in text order."""
        return (word for word in self.children if word.dep in deps)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence, its exact text, and the character of the document where that starts."""

    words: tuple[Word, ...]
    text: str
    start: int


def read_sentences(
    doc: Doc, resolution: Resolution, mend: Callable[[list[Word]], None]
) -> Iterator[Sentence]:
    """Read a parsed document sentence by sentence; `mend` may repair a sentence's tree before it is used.

    Without a parse there is nothing to read.
    """
    if not doc.has_annotation("DEP"):
        return
    for start, end in _spans(doc):
        words = _read_words(doc, start, end, resolution)
        mend(words)
        _measure_depths(words)
        yield Sentence(tuple(words), doc[start:end].text, doc[start].idx)


def _spans(doc: Doc) -> Iterator[tuple[int, int]]:
    """Sentences by their tokens; an empty line ends one too, as after a title without a full stop."""
    spaces = (int(at) for at in np.flatnonzero(doc.to_array(["IS_SPACE"])))
    breaks = deque(at for at in spaces if doc[at].text.count("\n") > 1)
    for span in doc.sents:
        start, end = span.start, span.end
        while breaks and breaks[0] < end:
            at = breaks.popleft()
            if at > start:
                yield start, at
            start = at + 1
        if start < end:
            yield start, end


def _read_words(doc: Doc, start: int, end: int, resolution: Resolution) -> list[Word]:
    tokens = doc[start:end]
    words = [
        Word(
            index=token.i,
            text=token.text,
            lower=token.lower_,
            lemma=token.lemma_.lower(),
            pos=token.pos_,
            tag=token.tag_,
            dep=token.dep_,
            start=token.idx,
            entity=token.ent_type_,
            mention=resolution.at(token.i),
        )
        for token in tokens
    ]
    for token, word in zip(tokens, words, strict=True):
        head = token.head.i - start
        if head != token.i - start and 0 <= head < len(words):
            word.head = words[head]
            words[head].children.append(word)
    _join_hyphens(words)
    _bind_names(words, start)
    return words


def _bind_names(words: list[Word], start: int) -> None:
    """Hang the words of one name on its head: for a parser 'Trinidad and Tobago' are two that are joined."""
    for head in words:
        mention = head.mention
        if mention is None or mention.end - mention.start < 2:
            continue
        for word in words[max(0, mention.start - start) : mention.end - start]:
            governor = word.head
            if word is head or governor is None or word.pos == "PUNCT" or _is_above(word, head):
                continue
            astray = not mention.start <= governor.index < mention.end
            joined = word.dep == "conj" and "NORP" not in (word.entity, governor.entity)
            if word.pos == "PROPN" and word.mention is None and (astray or joined):
                governor.children.remove(word)
                word.head, word.dep = head, "compound"
                head.children.append(word)


def _is_above(word: Word, other: Word) -> bool:
    """Whether a word is above another in the tree: to hang it there would close a circle."""
    node: Word | None = other
    while node is not None:
        if node is word:
            return True
        node = node.head
    return False


def _join_hyphens(words: list[Word]) -> None:
    """Give 'sit-in' or 'test-fired', which spaCy splits, back to the half that the sentence hangs on."""
    for left, hyphen, right in zip(words, words[1:], words[2:], strict=False):
        if hyphen.text == "-" and left.end == hyphen.start and hyphen.end == right.start:
            bearer = left if right.head in (left, hyphen) else right
            bearer.compound = f"{left.lower}-{right.lemma}"


def _measure_depths(words: list[Word]) -> None:
    """Number the levels from the roots down; a loop, for ugly text parses into very deep trees."""
    level = [word for word in words if word.head is None]
    depth = 0
    while level:
        for word in level:
            word.depth = depth
        level = [child for word in level for child in word.children]
        depth += 1


def conjuncts(word: Word) -> list[Word]:
    """The word and what is joined to it by 'and', at most MAX_CONJUNCTS."""
    found = [word]
    for member in found:
        found.extend(member.childs("conj"))
        if len(found) >= MAX_CONJUNCTS:
            break
    return found[:MAX_CONJUNCTS]


def first_conjunct(word: Word) -> Word:
    """The word that opens the conjunction."""
    for _ in range(MAX_CONJUNCTS):
        if word.dep != "conj" or word.head is None:
            break
        word = word.head
    return word
