"""Predicates: a word that may tell an event, its neighbourhood in the tree, and the entry that fits best."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from streams.coding.events.lexicon import Element, Entry, Lexicon, Slot
from streams.coding.events.modality import is_infinitive, read_outlook
from streams.coding.events.phrases import Phrases
from streams.coding.events.sentence import CLAUSE_SUBJECTS, RELATIVE_PRONOUNS, Word, first_conjunct

_OBJECTS = ("dobj", "attr", "oprd", "dative")
_ADJECTIVES = ("advmod", "attr", "amod", "advcl")
_MEASURED = frozenset({"dollar", "euro", "pound", "$", "tonne", "ton", "series", "round", "package", "worth"})
_MEASURES = frozenset({"DATE", "TIME", "PERCENT", "QUANTITY"})
_HARM = frozenset({"injure", "wound", "kill", "hurt"})
_SET_PHRASES = frozenset({"according", "due", "because", "thanks", "owing", "prior", "instead", "such", "as"})
_PARTING = frozenset({"off", "up", "down", "out", "back", "away", "ahead", "over", "alongside"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "SYM", "X"})


@dataclass(frozen=True, slots=True)
class Complement:
    """A prepositional phrase: its preposition, the head of its phrase, and the word it hangs on."""

    preposition: str
    head: Word
    bearer: Word


@dataclass(slots=True)
class Predicate:
    """A verb, noun or adjective with its arguments, as its sentence's parser attached them."""

    word: Word
    part: str
    passive: bool
    subject: Word | None
    objects: list[Word]
    complements: list[Complement] = field(default_factory=list)
    particles: frozenset[str] = frozenset()
    clauses: list[Word] = field(default_factory=list)
    adjectives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that fits a predicate, and the words that its elements took."""

    entry: Entry
    taken: tuple[Word, ...]


def part_of(word: Word) -> str | None:
    """Which part of the lexicon a word is looked up in."""
    if word.pos in ("VERB", "AUX") and word.dep not in ("aux", "auxpass", "amod", "compound"):
        return "verb"
    if (
        word.pos == "NOUN"
        and word.dep in ("ROOT", "conj")
        and word.child("nsubj")
        and not word.child("det", "cop")
    ):
        return "verb"  # a headline's verb read as a noun: 'thousands march in Spain'
    if (word.pos in ("NOUN", "PROPN") or word.compound) and word.dep not in ("compound", "nmod"):
        return "noun"
    if word.pos == "ADJ" and word.dep in ("acomp", "oprd", "conj", "ROOT", "advcl", "xcomp", "ccomp", "acl"):
        return "adjective"
    return None


def is_passive(word: Word) -> bool:
    """Whether a verb's subject is the one acted on."""
    if word.child("auxpass") is not None or word.child("nsubjpass") is not None:
        return True
    if word.tag not in ("VBN", "VBD") or word.child("aux") is not None:
        return False
    if word.dep == "acl" or word.child("agent") is not None:
        return True
    if word.tag == "VBN" and word.dep in ("ROOT", "advcl", "relcl", "ccomp"):
        return word.child("dobj") is None
    if word.dep == "conj" and word.child("dobj") is None and (word.tag == "VBN" or word.lemma in _HARM):
        return is_passive(first_conjunct(word))
    return False


def read_predicate(word: Word, part: str) -> Predicate:
    """Read a word's arguments from the tree."""
    objects = [child for child in word.childs(*_OBJECTS) if child.pos in _NOMINAL]
    objects += [child for child in word.childs("ccomp") if child.pos in ("NOUN", "PROPN")]
    objects += _mistaken_appositions(word)
    if part == "verb" and not objects:
        objects = _shared_objects(word)
    passive = part == "verb" and is_passive(word)
    subject = surface_subject(word) if part != "noun" else None
    if passive and subject is not None:
        objects = [subject, *objects]
    bearers = [word, *word.childs("prt", "advmod"), *objects] if part == "verb" else [word]
    if part == "adjective" and word.head is not None and word.dep in ("acomp", "oprd"):
        bearers.append(word.head)
    return Predicate(
        word=word,
        part=part,
        passive=passive,
        subject=subject,
        objects=objects,
        complements=[found for bearer in bearers for found in _complements(bearer)],
        particles=frozenset(_particles(word)),
        clauses=[clause for bearer in bearers for clause in bearer.childs("xcomp", "ccomp", "advcl", "acl")],
        adjectives=frozenset(_adjectives(word)),
    )


def _mistaken_appositions(word: Word) -> list[Word]:
    """What is given, where a parser hung it on the receiver: 'granted Paul Miller a full pardon'."""
    if word.child("dobj") is not None:
        return []
    named = (child for receiver in word.childs("dative") for child in receiver.childs("appos"))
    return [noun for noun in named if any(child.lower in ("a", "an") for child in noun.childs("det"))]


def _shared_objects(word: Word) -> list[Word]:
    """The object that joined verbs share: 'attacked and looted the camp'."""
    for other in word.childs("conj"):
        if other.pos == "VERB" and other.child("nsubj", "auxpass") is None:
            return [child for child in other.childs("dobj") if other.index - word.index <= 3]
    return []


def _complements(bearer: Word) -> list[Complement]:
    found: list[Complement] = []
    for prep in bearer.childs("prep", "agent", "dative", "prt"):
        found.extend(_prepositional(prep, bearer))
    for each in tuple(found):
        if each.preposition in ("of", "in") and bearer.lemma in _MEASURED:
            found.extend(inner for prep in each.head.childs("prep") for inner in _prepositional(prep, bearer))
    return found


def _prepositional(prep: Word, bearer: Word, level: int = 0) -> list[Complement]:
    found = [Complement(prep.lower, child, bearer) for child in prep.childs("pobj", "pcomp")]
    for child in prep.childs("pobj"):
        found += [Complement(prep.lower, other, bearer) for other in child.childs("conj")][:5]
    if level < 2 and prep.lower not in _SET_PHRASES:
        for inner in prep.childs("prep", "conj"):
            if inner.pos in ("ADP", "SCONJ"):
                found += _prepositional(inner, bearer, level + 1)
    return found


def _adjectives(word: Word) -> list[str]:
    found = [child.lemma for child in word.childs(*_ADJECTIVES)]
    found += [
        _stated(child) for child in word.childs("ccomp", "xcomp", "acomp", "oprd") if child.pos == "ADJ"
    ]
    found += [name for child in word.childs("ccomp") if child.lemma == "be" for name in _predicated(child)]
    return found + [
        inner.lemma for child in word.childs("dobj", "nsubjpass") for inner in child.childs("amod")
    ]


def _predicated(copula: Word) -> Iterator[str]:
    """What a clause with 'be' says of its subject: 'unlawful', 'war_crime'; nothing if denied, or of 'it'."""
    subject = copula.child("nsubj")
    if copula.child("neg") is not None or subject is None or subject.pos == "PRON":
        return
    for each in copula.childs("acomp", "attr"):
        yield each.lemma
        yield from (f"{part.lemma}_{each.lemma}" for part in each.childs("compound", "amod"))


def _stated(adjective: Word) -> str:
    """An adjective as it is meant: 'not guilty' is not 'guilty'."""
    return f"not_{adjective.lemma}" if adjective.child("neg") else adjective.lemma


def _particles(word: Word) -> list[str]:
    """Words beside a verb that may belong to it; a preposition only where it governs nothing or parts."""
    deps = ("prt", "advmod", "npadvmod", "acomp", "oprd", "intj")
    found = [child.lower for child in word.childs(*deps)]
    found += [
        each.lower for each in word.childs("prep") if each.lower in _PARTING or each.child("pobj") is None
    ]
    return found


def surface_subject(word: Word, level: int = 0) -> Word | None:
    """The subject of a verb or adjective, its own or the one that control, joining or a head noun gives."""
    own = word.child(*CLAUSE_SUBJECTS)
    if own is not None and own.lower in RELATIVE_PRONOUNS and word.dep in ("relcl", "ccomp"):
        return word.head
    if own is not None and not (own.dep.startswith("csubj")):
        return own
    head = word.head
    if head is None or level > 6:
        return None
    if word.dep == "conj" and _is_told_beside(word, head):
        return surface_subject(head.head, level + 1) if head.head is not None else None
    if word.dep in ("relcl", "acl"):
        return _noun_controller(word, head, level)
    if word.dep in ("acomp", "oprd", "attr", "conj", "advcl", "ccomp"):
        return surface_subject(head, level + 1)
    if word.dep == "xcomp":
        return _controller(head, level)
    if word.dep == "pcomp":
        return _clause_controller(head, level)
    return None


def _is_told_beside(word: Word, first: Word) -> bool:
    """Whether a past tense was joined to a clause of what should be: 'said it must go and praised'."""
    modal = any(child.tag == "MD" for child in first.childs("aux"))
    return modal and word.tag == "VBD" and first.dep == "ccomp" and word.child("aux") is None


def _noun_controller(word: Word, head: Word, level: int) -> Word | None:
    """Who acts in 'forces advancing on', and in 'its decision to withdraw'."""
    infinitive = any(child.lower == "to" for child in word.childs("aux"))
    if not infinitive:
        return head
    owner = head.child("poss")
    if owner is not None:
        return owner
    if head.dep in ("dobj", "attr") and head.head is not None:
        return surface_subject(head.head, level + 1)
    return None if head.dep in ("nsubj", "pobj", "nsubjpass") else head


SUBJECT_CONTROL = frozenset({"promise", "threaten", "vow", "offer", "pledge", "swear"})


def _controller(head: Word, level: int) -> Word | None:
    told = head.child("dobj")
    if told is not None and told.pos in _NOMINAL and head.lemma not in SUBJECT_CONTROL:
        return told
    return surface_subject(head, level + 1)


def _clause_controller(preposition: Word, level: int) -> Word | None:
    bearer = preposition.head
    if bearer is None:
        return None
    if bearer.pos in ("VERB", "AUX", "ADJ"):
        return surface_subject(bearer, level + 1)
    if bearer.dep == "dobj" and bearer.head is not None and preposition.lower not in ("of", "from"):
        return surface_subject(bearer.head, level + 1)
    return bearer.child("poss") or bearer


def _has_voice(voice: str, predicate: Predicate) -> bool:
    if voice == "conditional":
        outlook = read_outlook(predicate.word)
        return outlook.conditional and outlook.future and not outlook.negated
    return predicate.passive is (voice == "passive")


class Matcher:
    """Finds the entry that fits a word best; the longest match wins, and no match gives nothing."""

    def __init__(self, lexicon: Lexicon, phrases: Phrases):
        self._lexicon = lexicon
        self._phrases = phrases

    def match(self, word: Word) -> tuple[Predicate, Match] | None:
        """The most specific entry for a word, with the predicate that was read for it."""
        part = part_of(word)
        if part is None:
            return None
        rows = self._rows(word, part)
        if not rows:
            return None
        predicate = read_predicate(word, part)
        for entry in rows:
            taken = self._fit(entry, predicate)
            if taken is not None:
                return predicate, Match(entry, tuple(taken))
        return None

    def _rows(self, word: Word, part: str) -> list[Entry]:
        if part != "noun":
            return self._lexicon.rows(part, word.compound or word.lemma)
        keys = sorted(self._phrases.keys(word), key=len, reverse=True)
        own = [key for key in keys if word.lemma in key.split("_") or key == word.compound]
        return [row for key in own for row in self._lexicon.rows(part, key)]

    def _fit(self, entry: Entry, predicate: Predicate) -> list[Word] | None:
        if entry.voice is not None and not _has_voice(entry.voice, predicate):
            return None
        taken: list[Word] = []
        for element in entry.elements:
            found = self._find(element, predicate)
            if element.forbidden is (found is not None):
                return None
            taken += found or []
        return taken

    def _find(self, element: Element, predicate: Predicate) -> list[Word] | None:
        """The words that fill an element, None where nothing does."""
        if element.slot is Slot.PARTICLE:
            return [] if element.words & predicate.particles else None
        if element.slot is Slot.ADJECTIVE:
            return [] if element.words & predicate.adjectives else None
        if element.slot is Slot.COMPLEMENT:
            return self._find_clause(element, predicate)
        return self._find_phrase(element, self._phrases_in(element, predicate))

    def _find_clause(self, element: Element, predicate: Predicate) -> list[Word] | None:
        """A clause of the wanted verb; after 'be' only an infinitive: 'a gift sent' is no promise."""
        clauses = predicate.clauses
        if not element.words or predicate.word.lemma == "be":
            clauses = [clause for clause in clauses if is_infinitive(clause)]
        return next(([each] for each in clauses if not element.words or each.lemma in element.words), None)

    def _phrases_in(self, element: Element, predicate: Predicate) -> list[Word]:
        if element.slot is Slot.OBJECT:
            return predicate.objects
        if element.slot is Slot.PREPOSITION:
            found = [each.head for each in predicate.complements if each.preposition in element.prepositions]
            return found if element.words else [head for head in found if head.entity not in _MEASURES]
        if predicate.passive or predicate.subject is None:
            return [each.head for each in predicate.complements if each.preposition == "by"]
        return [predicate.subject]

    def _find_phrase(self, element: Element, phrases: list[Word]) -> list[Word] | None:
        for phrase in phrases:
            if not element.words or element.words & self._phrases.keys(phrase):
                return [phrase]
        return None
