"""Arguments: which phrases of the tree are the source and the target of a candidate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from schemas.plover import EventType
from streams.coding.events.candidates import Candidate
from streams.coding.events.phrases import PRONOUNS, Phrases, is_place_chain
from streams.coding.events.predicates import Predicate
from streams.coding.events.sentence import RELATIVE_PRONOUNS, Word, conjuncts

_OWN = frozenset({"its", "their", "his", "her"})
_GIVERS = ("from", "by", "at", "poss")
_TIMES = frozenset({"DATE", "TIME", "PERCENT", "MONEY"})
_NO_DOERS = frozenset({"anti", "non", "-", "house", "mass"})
_SPARE = ("subj", "obj", "on", "at", "against", "with")
_ANY_TARGET = (
    "against",
    "on",
    "with",
    "to",
    "from",
    "at",
    "over",
    "for",
    "about",
    "of",
    "in",
    "near",
    "into",
)


class Arguments:
    """Picks the phrases for a candidate's roles, best place first."""

    def __init__(self, phrases: Phrases, classes: Mapping[str, frozenset[str]]):
        self._phrases = phrases
        self._assets = classes["troop"] | classes["envoy"]
        self._people = classes["who"]
        self._acts = classes["act"] | classes["projectile"] | classes["arms"]

    def sources(self, candidate: Candidate) -> list[Word]:
        """The heads of the phrases that name who does it."""
        frame = candidate.match.entry.frame
        found = self._pick(candidate, _GIVERS if candidate.undergone else frame.source)
        if not found and candidate.means is not None:
            found = self.sources(candidate.means)
            if not found and candidate.means.match.entry.frame.mutual:
                found = self.targets(candidate.means, [])
        return self._makers(found) or found

    def _makers(self, sources: list[Word]) -> list[Word]:
        """Who makes the one thing that acts: the parliament in 'the parliament passed a law banning'."""
        if len(sources) != 1 or sources[0].pos != "NOUN" or sources[0].dep != "dobj":
            return []
        thing, verb = sources[0], sources[0].head
        if verb is None or self._phrases.names_party(thing):
            return []
        return [maker for maker in verb.childs("nsubj") if self._phrases.names_party(maker)]

    def targets(self, candidate: Candidate, sources: list[Word]) -> list[Word]:
        """The heads of the phrases that name to whom it is done."""
        frame = candidate.match.entry.frame
        found = self._pick(candidate, ("subj",) if candidate.undergone else frame.target, apart=sources)
        if not found and candidate.content is not None:
            found = self._content_targets(candidate.content, sources)
        if not found and candidate.means is not None:
            found = self.targets(candidate.means, sources)
        return found

    def _content_targets(self, content: Candidate, sources: list[Word]) -> list[Word]:
        found = self.targets(content, sources)
        if found:
            return found
        return [word for word in self.sources(content) if not _among(word, sources)]

    def _pick(
        self, candidate: Candidate, roles: tuple[str, ...], apart: list[Word] | None = None
    ) -> list[Word]:
        spare: list[Word] = []
        for role in roles:
            for word in self._fill(role, candidate):
                if word.entity in _TIMES or (apart and _among(word, apart)):
                    continue
                if self._is_named(word):
                    return self._joined(word, apart or [])
                if role in _SPARE and word.pos in ("NOUN", "PROPN", "NUM", "PRON"):
                    spare.append(word)
        return self._joined(spare[0], apart or []) if spare else []

    def _is_named(self, word: Word) -> bool:
        if self._phrases.keys(word) & self._assets and any(
            owner.lower in _OWN for owner in word.childs("poss")
        ):
            return False  # 'its troops': not whom the act is done to, but what with
        return self._phrases.names_party(word)

    def _joined(self, word: Word, apart: list[Word]) -> list[Word]:
        word = _antecedent(word)
        listed = [word] if is_place_chain(word) else conjuncts(word)
        named = [each for each in listed if each.pos != "VERB"]
        parties = [party for each in named for party in self._phrases.parties(each)]
        known = {mention.actor.id for each in apart if (mention := self._phrases.mention(each))}
        return [party for party in parties if not _among(party, apart) and not self._is_one_of(party, known)]

    def _is_one_of(self, word: Word, actors: set[str]) -> bool:
        """Whether the words themselves, not a modifier, name an actor already taken: 'its', 'the country'."""
        return word.mention is not None and word.mention.actor.id in actors

    def _fill(self, role: str, candidate: Candidate) -> Iterator[Word]:
        filler = _ROLES.get(role)
        if filler is not None:
            yield from filler(self, candidate)
        elif role == "any":
            for preposition in _ANY_TARGET:
                yield from self._prepositional(candidate, preposition)
        else:
            yield from self._prepositional(candidate, role)

    def _prepositional(self, candidate: Candidate, preposition: str) -> Iterator[Word]:
        for predicate in (candidate.predicate, *candidate.lenders):
            for each in predicate.complements:
                fits = each.preposition == preposition and _is_noun(each.head)
                if (
                    fits
                    and each.head.entity not in _TIMES
                    and not self._belongs_to_pattern(each.head, candidate)
                ):
                    yield each.head

    def subject(self, candidate: Candidate) -> Iterator[Word]:
        """Who acts: a verb's subject or by-phrase; a noun's light verb, owner, by-phrase or modifier."""
        predicate = candidate.predicate
        if predicate.part != "noun":
            yield from _agents(predicate)
            return
        for lender in candidate.lenders:
            if lender.subject is None or not self._tells_itself(candidate.word, lender.subject):
                yield from _agents(lender)
        yield from (owner for owner in predicate.word.childs("poss") if owner.tag != "PRP$" or owner.mention)
        yield from (each.head for each in predicate.complements if each.preposition == "by")
        yield from self._modifiers(predicate.word)

    def _tells_itself(self, noun: Word, subject: Word) -> bool:
        """Whether a light verb's subject is the act: 'protests erupted', 'a series of raids began'."""
        named = [subject, *self._phrases.counted(subject)]
        return _among(noun, [each for word in named for each in conjuncts(word)])

    def _modifiers(self, noun: Word) -> Iterator[Word]:
        for child in noun.childs("amod", "compound", "nmod"):
            opposed = child.compound.startswith(("anti-", "non-")) or child.lower in _NO_DOERS
            if not opposed and (child.mention is not None or "&who" in self._phrases.keys(child)):
                yield child

    def object(self, candidate: Candidate) -> Iterator[Word]:
        """Who is acted on directly; an object that the pattern names is none, unless it is somebody."""
        for word in candidate.predicate.objects:
            if not self._belongs_to_pattern(word, candidate) or self._is_struck(word, candidate):
                yield word

    def _belongs_to_pattern(self, word: Word, candidate: Candidate) -> bool:
        if not _among(word, candidate.match.taken):
            return False
        return word.lemma in self._acts - self._people or not self._is_named(word)

    def _is_struck(self, word: Word, candidate: Candidate) -> bool:
        """Whether an act of force falls on the thing itself: 'attacked a camp', not 'launched an attack'."""
        forceful = candidate.match.entry.type in (EventType.ASSAULT, EventType.COERCE)
        return forceful and not self._phrases.keys(word) & self._acts

    def owner(self, candidate: Candidate) -> Iterator[Word]:
        """Whose the object is: 'Ukraine' in 'rejected Ukraine's demand'."""
        nominal = candidate.predicate.part == "noun"
        nouns = [candidate.word] if nominal else [*candidate.predicate.objects, *candidate.match.taken]
        for noun in nouns:
            yield from (owner for owner in noun.childs("poss") if owner.tag != "PRP$" or owner.mention)
            yield from self._modifiers(noun)
            if nominal:
                continue
            for prep in noun.childs("prep"):
                if prep.lower in ("of", "by", "from"):
                    yield from prep.childs("pobj")

    def clause_subject(self, candidate: Candidate) -> Iterator[Word]:
        """Who is to act in the complement clause."""
        for clause in candidate.predicate.clauses:
            if clause.dep in ("ccomp", "advcl", "xcomp", "acl"):
                yield from (
                    word
                    for word in clause.childs("nsubj", "nsubjpass")
                    if word.lower not in RELATIVE_PRONOUNS
                )

    def speaker(self, candidate: Candidate) -> Iterator[Word]:
        """Who says it: the subject of the report above."""
        word = candidate.word
        for _ in range(4):
            if word.head is None or word.dep not in ("ccomp", "acomp", "xcomp", "conj"):
                return
            word = word.head
            if word.dep in ("ROOT", "ccomp", "conj", "advcl") and word.pos == "VERB":
                yield from word.childs("nsubj")
                return


_ROLES: dict[str, Callable[[Arguments, Candidate], Iterator[Word]]] = {
    "subj": Arguments.subject,
    "obj": Arguments.object,
    "poss": Arguments.owner,
    "clause": Arguments.clause_subject,
    "speaker": Arguments.speaker,
}


def _agents(predicate: Predicate) -> Iterator[Word]:
    if predicate.passive:
        yield from (
            each.head for each in predicate.complements if each.preposition == "by" and _is_noun(each.head)
        )
        return
    deeds = [predicate.subject] if predicate.subject is not None else predicate.word.childs("csubj")
    for deed in deeds:  # 'shelling by the army killed ten': the army did
        yield from (
            doer for by in deed.childs("prep", "agent") if by.lower == "by" for doer in by.childs("pobj")
        )
    if predicate.subject is not None:
        yield predicate.subject


def _is_noun(word: Word) -> bool:
    return word.pos in ("NOUN", "PROPN", "PRON", "NUM", "ADJ")


def _antecedent(word: Word) -> Word:
    """Read 'it', 'he', 'they' under a report as the one who reports: 'the army said it attacked'."""
    if word.lower not in PRONOUNS or word.mention is not None:
        return word
    clause = word.head
    for _ in range(4):
        if clause is None or clause.dep not in ("ccomp", "advcl", "xcomp", "conj") or clause.head is None:
            return word
        clause = clause.head
        told = clause.child("nsubj", "nsubjpass")
        if (
            told is not None
            and told is not word
            and told.lower not in PRONOUNS
            and told.lower not in RELATIVE_PRONOUNS
        ):
            return told
    return word


def _among(word: Word, others: Sequence[Word]) -> bool:
    return any(word is other for other in others)
