"""The event extractor: a parsed text and its actors in, PLOVER events out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc

from schemas.coding import Event, Participant
from schemas.plover import QUAD_OF, EventType
from streams.coding.events.arguments import Arguments
from streams.coding.events.candidates import Candidate
from streams.coding.events.confidence import score
from streams.coding.events.dating import find_day
from streams.coding.events.lexicon import Lexicon, Operator
from streams.coding.events.modality import is_historical
from streams.coding.events.phrases import Phrases, phrase_span
from streams.coding.events.plausibility import Plausibility
from streams.coding.events.predicates import Match, Matcher, Predicate
from streams.coding.events.reciprocity import pair_up
from streams.coding.events.reversals import Act, requested
from streams.coding.events.scope import Scope, absorb
from streams.coding.events.sentence import Sentence, Word, conjuncts, first_conjunct, read_sentences
from streams.coding.events.setting import read_in_setting
from streams.coding.mentions import Resolution

LEAST_CONFIDENCE = 0.4
MAX_TRIGGER_WORDS = 5


class EventExtractor:
    """Reads events out of parsed texts; holds nothing but the lexicon."""

    def __init__(self, lexicon: Lexicon | None = None):
        self._lexicon = lexicon if lexicon is not None else Lexicon.packaged()

    def extract(self, doc: Doc, resolution: Resolution, *, on: datetime.date | None) -> tuple[Event, ...]:
        """Read the events of a text, most certain first; `on` is the day of the story."""
        found: dict[tuple[object, ...], Event] = {}
        for sentence in read_sentences(doc, resolution):
            for event in self._read_sentence(doc, sentence, on):
                key = (event.source, event.type, event.target, event.date)
                if key not in found or found[key].confidence < event.confidence:
                    found[key] = event
        return tuple(sorted(found.values(), key=lambda event: (-event.confidence, event.start)))

    def _read_sentence(self, doc: Doc, sentence: Sentence, on: datetime.date | None) -> Iterator[Event]:
        reading = Reading(self._lexicon, sentence)
        historical = is_historical(sentence.text, on=on)
        for candidate in reading.candidates():
            yield from reading.write(candidate, doc.text, on=on, historical=historical)

    def explain(self, doc: Doc, resolution: Resolution) -> Iterator[Candidate]:
        """The candidates behind the events of a text, with the entry, path and rules of each."""
        for sentence in read_sentences(doc, resolution):
            yield from Reading(self._lexicon, sentence).candidates()


class Reading:
    """One sentence being read."""

    def __init__(self, lexicon: Lexicon, sentence: Sentence):
        self._sentence = sentence
        self._lexicon = lexicon
        self._phrases = Phrases(lexicon.classes)
        self._arguments = Arguments(self._phrases, lexicon.classes)
        self._plausibility = Plausibility(lexicon.classes, sentence)

    def candidates(self) -> list[Candidate]:
        """The events of the sentence, deepest predicates first, so that governors see their contents."""
        matches = self._match()
        scope = Scope(matches, self._lexicon.classes["quantity"])
        contents: dict[int, list[Candidate]] = {}
        means: dict[int, Candidate] = {}
        found: list[Candidate] = []
        for predicate, match in sorted(matches.values(), key=lambda each: -each[0].word.depth):
            index = predicate.word.index
            for candidate in _begin(
                predicate, match, contents.get(index, []), _shared(means, predicate.word)
            ):
                settled = scope.settle(candidate)
                if settled.event is None:
                    continue
                if settled.content_of is not None:
                    contents.setdefault(settled.content_of, []).append(settled.event)
                elif settled.means_of is not None:
                    means[settled.means_of] = settled.event
                else:
                    found.append(settled.event)
        return [candidate for candidate in found if candidate.act is not None]

    def _match(self) -> dict[int, tuple[Predicate, Match]]:
        matcher = Matcher(self._lexicon, self._phrases)
        found: dict[int, tuple[Predicate, Match]] = {}
        for word in self._sentence.words:
            match = matcher.match(word)
            if match is not None:
                found[word.index] = match
        return found

    def write(
        self, candidate: Candidate, text: str, *, on: datetime.date | None, historical: bool
    ) -> Iterator[Event]:
        """Write a candidate as events, one for each pair of source and target."""
        sources = self._arguments.sources(candidate)
        candidate = read_in_setting(candidate, self._sentence, sources, self._phrases)
        act = candidate.act
        if act is None:
            return
        targets = self._arguments.targets(candidate, sources)
        if self._plausibility.doubts(candidate, sources):
            return
        start, end = _trigger_span(candidate)
        day = on if "future" in candidate.rules else find_day(self._sentence.text, on=on)
        for source, target in pair_up(sources, targets, mutual=_is_mutual(candidate)):
            participants = [word for word in (source, target) if word is not None]
            confidence = score(
                candidate,
                named=sum(self._phrases.names_somebody(word) for word in participants),
                filled=len(participants),
                historical=historical,
            )
            if confidence < LEAST_CONFIDENCE:
                continue
            yield Event(
                type=act.type,
                mode=act.mode,
                quad=QUAD_OF[act.type],
                cameo=act.cameo,
                source=self._participant(source, text),
                target=self._participant(target, text),
                sentence=self._sentence.text,
                trigger=text[start:end],
                start=start,
                end=end,
                date=day,
                hypothetical=candidate.hypothetical,
                historical=historical,
                confidence=confidence,
            )

    def _participant(self, word: Word | None, text: str) -> Participant | None:
        if word is None:
            return None
        start, end = phrase_span(word)
        mention = self._phrases.mention(word)
        if mention is None:
            return Participant(actor=None, code=None, text=text[start:end])
        return Participant(actor=mention.actor.id, code=mention.actor.code, text=text[start:end])


def _begin(
    predicate: Predicate, match: Match, contents: list[Candidate], means: Candidate | None
) -> list[Candidate]:
    entry = match.entry
    own = Act(entry.type, entry.mode, entry.cameo) if entry.type is not None else None
    bare = Candidate(predicate, match, own, means=means)
    if entry.operator is Operator.WANT:
        return _wanted(bare, contents)
    if entry.operator is None or not contents:
        return [bare if not contents else replace(bare, content=contents[0])] if own else []
    if entry.operator in (Operator.DO, Operator.UNDERGO):
        return [bare] if own else []
    taken = [absorb(bare, content) for content in contents]
    if own and entry.operator in (Operator.COMMIT, Operator.REQUEST) and not any(taken):
        return [bare]
    acts: dict[object, Candidate] = {}
    for candidate in taken:
        if candidate is not None and candidate.act is not None:
            acts.setdefault(candidate.act.type, candidate)
    return list(acts.values())


def _is_mutual(candidate: Candidate) -> bool:
    """Whether an event is told of both sides; an agreement of several is, whatever it is about."""
    agreed = candidate.act is not None and candidate.act.type is EventType.AGREE
    content = candidate.content
    return candidate.match.entry.frame.mutual or (
        agreed and (content is None or content.match.entry.frame.mutual) and candidate.word.lemma == "agree"
    )


def _shared(means: dict[int, Candidate], word: Word) -> Candidate | None:
    """The means of a harm, told with any of joined verbs: 'one was killed and six wounded in a strike'."""
    joined = (word, *conjuncts(first_conjunct(word)))
    return next((means[each.index] for each in joined if each.index in means), None)


def _wanted(bare: Candidate, contents: list[Candidate]) -> list[Candidate]:
    """A wish that somebody else act is a request; a wish for oneself is none."""
    clauses = bare.predicate.clauses
    if not any(
        clause.child("nsubj", "nsubjpass") or (clause.dep == "xcomp" and _told(bare)) for clause in clauses
    ):
        return []
    content = next((each.act for each in contents if each.act is not None), None)
    mode, cameo = requested(content)
    return [replace(bare, act=Act(EventType.REQUEST, mode, cameo), content=contents[0] if contents else None)]


def _told(candidate: Candidate) -> bool:
    return any(word.dep == "dobj" for word in candidate.predicate.objects)


def _trigger_span(candidate: Candidate) -> tuple[int, int]:
    """The trigger with what its pattern took, if they stand close together; else the head word."""
    nouns = [word for word in candidate.match.taken if word.pos in ("NOUN", "ADP", "ADV")]
    words = sorted([candidate.word, *nouns], key=lambda word: word.index)
    if words[-1].index - words[0].index < MAX_TRIGGER_WORDS:
        return words[0].start, words[-1].end
    return candidate.word.start, candidate.word.end
