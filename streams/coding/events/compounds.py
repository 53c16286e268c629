"""Verbs that a parser joined to the names beside them: 'President Jane Roe pardons John Doe'."""

from __future__ import annotations

from streams.coding.events.modality import is_infinitive
from streams.coding.events.sentence import Word

_BODIES = frozenset({"court", "judge", "parliament", "assembly", "government", "ministry", "council"})
_ORDERING = frozenset({"order", "vote", "plan", "rule"})
_NOMINAL = ("NOUN", "PROPN", "ADJ")
_AFTER = ("PROPN", "NUM", "DET", "ADJ")


def free_verb(words: list[Word], verbs: frozenset[str]) -> bool:
    """Put a known verb that stands small between two names on top of a sentence without any verb."""
    root = next((word for word in words if word.head is None and word.pos in ("NOUN", "PROPN")), None)
    if root is not None and free_report(root):
        return True
    if root is None or any(word.pos in ("VERB", "AUX") and word.head is root for word in words):
        return False
    for before, verb, after in zip(words, words[1:], words[2:], strict=False):
        lemma = _known_form(verb, before, verbs)
        named = before.pos == "PROPN" and after.pos in _AFTER and after.text[:1].isupper()
        if lemma is not None and named and verb is not root:
            _put_on_top(verb, root, words)
            verb.lemma = lemma
            return True
    return False


def free_report(root: Word) -> bool:
    """Read 'A court rules that ...' as a report where the parser saw rules of a court."""
    clause = root.child("ccomp", "acl", "xcomp", "relcl")
    doer = next((word for word in root.childs("compound") if word.index == root.index - 1), None)
    if root.tag != "NNS" or clause is None or doer is None:
        return False
    reported = any(mark.lower == "that" for mark in clause.childs("mark"))
    ordered = root.lemma in _ORDERING and doer.lemma in _BODIES and is_infinitive(clause)
    if not (reported or ordered):
        return False
    root.pos, root.tag, doer.dep = "VERB", "VBZ", "nsubj"
    clause.dep = "ccomp" if reported else "xcomp"
    told = root.child("appos")
    if ordered and told is not None and told.index < clause.index:
        told.dep = "dobj"
    for part in [child for child in root.children if child.index < doer.index]:
        _move(part, doer)
    return True


def _known_form(word: Word, before: Word, verbs: frozenset[str]) -> str | None:
    """The verb that a word in small letters may be: 'pardons', or 'expel' after joined names."""
    if word.pos not in _NOMINAL or not word.lower.isalpha() or word.text != word.lower:
        return None
    if word.lower in verbs and before.dep == "conj":
        return word.lower
    for ending, stem in (("ies", "y"), ("es", ""), ("s", "")):
        if word.lower.endswith(ending) and word.lower.removesuffix(ending) + stem in verbs:
            return word.lower.removesuffix(ending) + stem
    return None


def _put_on_top(verb: Word, root: Word, words: list[Word]) -> None:
    """Names before the verb become its subject, the noun that it was a part of its object."""
    obj = verb.head if verb.head is not None and verb.head.index > verb.index else None
    subject = root if root.index < verb.index else words[words.index(verb) - 1]
    _move(verb, None)
    verb.dep, verb.pos, verb.tag = "ROOT", "VERB", "VBZ"
    for part in [child for child in root.children if child.index < verb.index and subject is not root]:
        _move(part, subject)
    _move(subject, verb)
    subject.dep = "nsubj"
    if obj is not None:
        _move(obj, verb)
        obj.dep = "dobj"
    if root.head is None and root is not verb:
        _move(root, verb)
        root.dep = "dep"


def _move(word: Word, head: Word | None) -> None:
    if word is head:
        return
    if word.head is not None:
        word.head.children.remove(word)
    word.head = head
    if head is not None:
        head.children.append(word)
