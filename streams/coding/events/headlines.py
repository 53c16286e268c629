"""Headlines and the telegraphic present, where a parser takes verbs for nouns: 'Bandits attack villages'."""

from __future__ import annotations

from itertools import pairwise

from streams.coding.events.compounds import free_verb
from streams.coding.events.sentence import Word

_NAMING = ("compound", "nmod", "npadvmod", "dep", "nummod")
_NOUNS = ("NOUN", "PROPN", "NUM")
_FINITE = ("VBZ", "VBP", "VBD", "VB")


def mend(words: list[Word], verbs: frozenset[str]) -> None:
    """Put subjects and verbs back where the parser took them for parts of a noun phrase."""
    _join_names(words)
    _adopt(words)
    for word in words:
        if word.pos == "VERB" and word.tag in _FINITE and word.dep in ("ROOT", "ccomp"):
            _give_subject(word)
    root = next((word for word in words if word.head is None and word.pos == "NOUN"), None)
    if root is None or not (_turn_into_verb(root, verbs) or _lift_verb(root, verbs)):
        free_verb(words, verbs)


def _join_names(words: list[Word]) -> None:
    """Read the comma of a headline as 'and': 'Iran, Turkey hold talks'."""
    if len(words) < 4 or words[1].text != "," or words[2].pos != "PROPN" or words[3].pos != "VERB":
        return
    first, second, verb = words[0], words[2], words[3]
    if first.pos != "PROPN" or first.head is not verb or second.head not in (first, verb):
        return
    if second.head is verb:
        _move(second, first)
    first.dep, second.dep = "nsubj", "conj"


def _adopt(words: list[Word]) -> None:
    """Give a verb the noun before it that the parser hung on another sentence, a title's most often."""
    roots = [word for word in words if word.head is None]
    for noun, verb in pairwise(roots):
        if noun.pos in _NOUNS and verb.pos == "VERB" and verb.child("nsubj", "nsubjpass", "expl") is None:
            _move(noun, verb)
            noun.dep = "nsubjpass" if verb.child("auxpass") else "nsubj"


def _give_subject(verb: Word) -> None:
    """Take a noun that hangs before a verb without a subject for its subject."""
    if verb.child("nsubj", "nsubjpass", "csubj", "expl", "auxpass") is not None:
        return
    before = [word for word in verb.childs(*_NAMING) if word.index < verb.index and word.pos in _NOUNS]
    named = [word for word in before if word.entity not in ("DATE", "TIME")]
    if named:
        named[0].dep = "nsubj"
        for other in named[1:]:
            _move(other, named[0])
            other.dep = "conj"


def _turn_into_verb(root: Word, verbs: frozenset[str]) -> bool:
    """'The rebels attack a base', read as an attack with a base beside it."""
    beside = root.child("appos", "dobj")
    doer = next((word for word in root.childs(*_NAMING) if word.index < root.index), None)
    if root.lemma not in verbs or beside is None or doer is None or beside.child("det", "nummod") is None:
        return False
    root.pos, root.tag = "VERB", "VBP"
    beside.dep, doer.dep = "dobj", "nsubj"
    return True


def _lift_verb(root: Word, verbs: frozenset[str]) -> bool:
    """'Bandits attack villages', read as villages of a kind."""
    parts = list(root.childs("compound", "nmod"))
    for doer, verb in pairwise(parts):
        plural = doer.tag in ("NNS", "NNP", "NNPS") and verb.tag == "NN"
        if plural and verb.lemma in verbs and root.tag == "NNS" and doer.index == verb.index - 1:
            _put_on_top(verb, root)
            _move(doer, verb)
            doer.dep = "nsubj"
            return True
    return False


def _put_on_top(verb: Word, root: Word) -> None:
    root.children.remove(verb)
    root.head, root.dep = verb, "dobj"
    verb.head, verb.dep, verb.pos, verb.tag = None, "ROOT", "VERB", "VBP"
    verb.children.append(root)


def _move(word: Word, head: Word) -> None:
    if word.head is not None:
        word.head.children.remove(word)
    word.head = head
    head.children.append(word)
