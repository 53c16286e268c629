"""From candidates to events: participants, trigger, day and confidence."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from schemas.coding import ActorKind, Event, Participant
from schemas.plover import QUAD_OF, EventType
from streams.coding.events.arguments import Arguments
from streams.coding.events.candidates import Candidate, Case, Draft
from streams.coding.events.confidence import score
from streams.coding.events.dating import find_day
from streams.coding.events.lexicon import Lexicon
from streams.coding.events.modality import is_historical
from streams.coding.events.phrases import Phrases, phrase_span
from streams.coding.events.places import Ground, find_country
from streams.coding.events.plausibility import Plausibility
from streams.coding.events.reciprocity import Pair, pair_up
from streams.coding.events.reversals import Act
from streams.coding.events.sentence import Sentence, Word
from streams.coding.events.setting import read_in_setting

LEAST_CONFIDENCE = 0.4
MAX_TRIGGER_WORDS = 5
_STATELESS = frozenset({"IGO", "NGO"})
_CUSTODY = frozenset({"arrest", "convict"})
_GUARDS = frozenset({"COP", "JUD", "GOV", "MIL"})
_WILLED = frozenset(
    {
        EventType.AGREE,
        EventType.AID,
        EventType.CONCEDE,
        EventType.CONSULT,
        EventType.COOPERATE,
        EventType.REJECT,
        EventType.REQUEST,
        EventType.RETREAT,
        EventType.SUPPORT,
    }
)
_STRANGERS = frozenset({"PERSON", "ORG", ""})
_STATE = frozenset({None, "MIL", "GOV"})
_SUFFERED = frozenset({EventType.ASSAULT, EventType.COERCE, EventType.AID})


class EventWriter:
    """Writes the events of one sentence; `text` is the document's."""

    def __init__(
        self,
        sentence: Sentence,
        lexicon: Lexicon,
        phrases: Phrases,
        *,
        text: str,
        ground: Ground,
        on: datetime.date | None,
    ):
        self._sentence = sentence
        self._phrases = phrases
        self._text = text
        self._on = on
        self._arguments = Arguments(phrases, lexicon.classes)
        self._plausibility = Plausibility(lexicon.classes, sentence)
        self._historical = is_historical(sentence.text, on=on)
        self._ground = ground
        self._sojourners = lexicon.classes["sojourner"]
        self._missiles = lexicon.classes["projectile"] | {"drone", "missile"}

    def cases(self, candidate: Candidate) -> Iterator[Case]:
        """The acts that the sentence around a candidate makes of it, each with its parties."""
        sources = self._arguments.sources(candidate)
        for reading in read_in_setting(candidate, self._sentence, sources, self._phrases):
            if reading.act is not None:
                doubted = self._plausibility.doubts(reading, sources)
                doubted = doubted or self._is_done_by_things(reading.act, sources)
                yield self._case(reading, sources, None if doubted else reading.act.type)

    def proposal(self, candidate: Candidate) -> Case:
        """A candidate of the encoder's with its parties."""
        return self._case(candidate, self._arguments.sources(candidate), None)

    def _case(self, candidate: Candidate, sources: list[Word], ruled: EventType | None) -> Case:
        targets = self._arguments.targets(candidate, sources)
        if _is_mutual(candidate):  # what is discussed takes no part
            targets = [word for word in targets if self._phrases.names_party(word)]
        sides = (sources, targets)
        named = sum(any(map(self._phrases.names_somebody, side)) for side in sides)
        filled = sum(map(bool, sides))
        strength = score(candidate, named=named, filled=filled, historical=False)
        return Case(candidate, tuple(sources), tuple(targets), ruled, named, strength)

    def drafts(self, case: Case, confidence: float | None = None) -> Iterator[Draft]:
        """One draft for each pair of a source and a target; without a confidence, by the rules' own."""
        candidate = case.candidate
        if candidate.act is None:
            return
        for pair in self._pairs(case):
            if confidence is not None:
                yield Draft(candidate, candidate.act, *pair, confidence=round(confidence, 3))
            elif (certainty := self._score(candidate, pair)) >= LEAST_CONFIDENCE:
                yield Draft(candidate, candidate.act, *pair, confidence=certainty)

    def _pairs(self, case: Case) -> Iterator[Pair]:
        """Who did it to whom; nobody does what takes two with himself."""
        shared = self._is_shared(case)
        targets = () if shared else case.targets
        pairs = pair_up(case.sources, targets, mutual=shared or _is_mutual(case.candidate))
        apart = [pair for pair in pairs if not self._is_one(*pair)]
        yield from apart or [(source, None) for source, _ in pairs[:1]]

    def _is_shared(self, case: Case) -> bool:
        """Whether several do something with one another, whatever it is done to.

        'Iran and Pakistan plan to build a railway', 'French and Malian troops together chased rebels'.
        """
        kind = case.candidate.act.type if case.candidate.act is not None else None
        if len(case.sources) < 2 or kind not in (EventType.COOPERATE, EventType.AGREE):
            return False
        return kind is EventType.COOPERATE or not case.targets

    def _is_one(self, source: Word | None, target: Word | None) -> bool:
        """Whether both sides are the same actor."""
        if source is None or target is None:
            return False
        one, other = self._phrases.mention(source), self._phrases.mention(target)
        return one is not None and other is not None and one.actor.id == other.actor.id

    def _is_done_by_things(self, act: Act, sources: list[Word]) -> bool:
        """Whether nobody but a thing does what takes a will: 'the law gives', 'the fraud justifies'."""
        things = [word for word in sources if word.pos == "NOUN" and not self._phrases.names_party(word)]
        return act.type in _WILLED and bool(things) and len(things) == len(sources)

    def _score(self, candidate: Candidate, pair: Pair) -> float:
        participants = [word for word in pair if word is not None]
        named = sum(self._phrases.names_somebody(word) for word in participants)
        return score(candidate, named=named, filled=len(participants), historical=self._historical)

    def write(self, draft: Draft) -> Event:
        """Write a draft as an event: its day, its trigger's characters, its parties with their codes."""
        candidate, act, source, target = draft.candidate, draft.act, draft.source, draft.target
        start, end = trigger_span(candidate)
        future = "future" in candidate.rules
        return Event(
            type=act.type,
            mode=act.mode,
            quad=QUAD_OF[act.type],
            cameo=act.cameo,
            source=self._participant(source, self._home_of_source(source, target, candidate)),
            target=self._participant(target, self._home_of_target(target, source, candidate)),
            sentence=self._sentence.text,
            trigger=self._text[start:end],
            start=start,
            end=end,
            date=self._on if future else find_day(self._sentence.text, on=self._on),
            hypothetical=candidate.hypothetical,
            historical=self._historical,
            confidence=draft.confidence,
            sentence_start=self._sentence.start,
        )

    def _participant(self, word: Word | None, home: str | None) -> Participant | None:
        if word is None:
            return None
        start, end = phrase_span(word)
        mention = self._phrases.mention(word)
        actor = mention.actor if mention is not None else None
        code = actor.code if actor else None
        if actor is None or (actor.country is None and actor.sector not in _STATELESS):
            code = f"{home or ''}{code or ''}" or None
        said = self._text[start:end]
        return Participant(actor=actor.id if actor else None, code=code, text=said, start=start, end=end)

    def _home_of_source(self, word: Word | None, other: Word | None, candidate: Candidate) -> str | None:
        """The country of a source that names none itself: people and police are taken to be of the place."""
        if word is None or word.pos == "PRON":
            return None
        own = self._home_by_name(word)
        if own is not None:
            return own
        local = self._is_role(word) or self._lives_there(word)
        place = find_country(candidate, self._ground) if local else None
        company = None if self._is_abroad(other) else self._home_in_company(word, other)
        return self._home_beside(word) or place or company

    def _is_abroad(self, target: Word | None) -> bool:
        """Whether a target may well be foreign to a source without a country: a state, or its army."""
        mention = self._phrases.mention(target) if target is not None else None
        if target is None or mention is None or mention.actor.country is None:
            return False
        return mention.actor.sector in (None, "MIL") and mention.actor.kind is ActorKind.COUNTRY

    def _home_of_target(self, word: Word | None, source: Word | None, candidate: Candidate) -> str | None:
        """The country of a target that names none itself: its own if a place, the court's, the setting's."""
        if word is None or word.pos == "PRON":
            return None
        own = self._home_by_name(word)
        if own is not None:
            return own
        struck = candidate.act is not None and candidate.act.type in _SUFFERED
        struck = struck and not self._phrases.keys(word) & self._missiles
        local = struck or self._is_role(word) or self._lives_there(word)
        setting = find_country(candidate, self._ground) if local else None
        guards = self._home_of_guards(source, candidate)
        company = None if self._is_enemy(source, candidate) else self._home_in_company(word, source)
        return self._home_beside(word) or setting or guards or company

    def _is_enemy(self, source: Word | None, candidate: Candidate) -> bool:
        """Whether a state strikes: whom it kills is more often another's."""
        mention = self._phrases.mention(source) if source is not None else None
        assault = candidate.act is not None and candidate.act.type is EventType.ASSAULT
        return assault and mention is not None and mention.actor.sector in _STATE

    def _home_by_name(self, word: Word) -> str | None:
        """The country of the place that a party is, or of whom its phrase says it belongs to."""
        owner = self._phrases.owner(word)
        if owner is not None and owner.actor.country is not None:
            return owner.actor.country
        return self._ground.country_of(word) if word.entity not in ("PERSON", "ORG") else None

    def _is_role(self, word: Word) -> bool:
        mention = self._phrases.mention(word)
        return mention is not None and mention.actor.id.startswith("role:")

    def _home_in_company(self, word: Word, other: Word | None) -> str | None:
        """The country of people who name none: the only one that the sentence names, else the other side's.

        'Iranian MPs took the foreign minister to task over Moscow': he is Iran's.
        """
        if self._phrases.keys(word) & self._sojourners or _is_of_a_region(word):
            return None
        stranger = word.entity in _STRANGERS and word.pos == "PROPN" and self._phrases.mention(word) is None
        if not (self._is_role(word) or self._lives_there(word) or stranger):
            return None
        return self._ground.only_country() or self._country_of(other)

    def _country_of(self, word: Word | None) -> str | None:
        mention = self._phrases.mention(word) if word is not None else None
        return mention.actor.country if mention is not None else None

    def _home_beside(self, word: Word) -> str | None:
        """The country that an apposition tells of a person: 'Jan Kos, a Polish activist'."""
        for beside in word.childs("appos"):
            inner = [each for prep in beside.childs("prep") for each in prep.childs("pobj")]
            for mention in map(self._phrases.mention, (beside, *inner)):
                if mention is not None and mention.actor.country is not None:
                    return mention.actor.country
        return None

    def _home_of_guards(self, source: Word | None, candidate: Candidate) -> str | None:
        """The country whose police or court holds somebody of no named country."""
        if candidate.act is None or candidate.act.mode not in _CUSTODY:
            return None
        if source is None:
            return self._ground.only_country()
        mention = self._phrases.mention(source)
        return mention.actor.country if mention is not None and mention.actor.sector in _GUARDS else None

    def _lives_there(self, word: Word) -> bool:
        """Whether a phrase names people by number or trade, who are taken to be of the place."""
        common = word.pos in ("NOUN", "NUM") and word.entity not in ("PERSON", "ORG", "GPE", "NORP")
        return common and self._phrases.names_somebody(word)


def _is_of_a_region(word: Word) -> bool:
    """Whether a phrase names people of more than one country: 'Western countries', 'Arab leaders'."""
    return any(
        child.mention is None and child.entity in ("NORP", "LOC") for child in word.childs("amod", "compound")
    )


def _is_mutual(candidate: Candidate) -> bool:
    """Whether an event is told of both sides; what several agree on is, if what they agree on is."""
    if candidate.match.entry.frame.mutual:
        return True
    if candidate.act is None or candidate.act.type is not EventType.AGREE:
        return False
    content = candidate.content
    if candidate.word.lemma != "agree":
        return content is not None and content.match.entry.frame.mutual
    return content is None or content.match.entry.frame.mutual


def trigger_span(candidate: Candidate) -> tuple[int, int]:
    """The trigger with what its pattern took, if they stand close together; else the head word."""
    taken = [word for word in candidate.match.taken if word.pos in ("NOUN", "ADP", "ADV")]
    words = sorted([candidate.word, *taken], key=lambda word: word.index)
    if words[-1].index - words[0].index < MAX_TRIGGER_WORDS:
        return words[0].start, words[-1].end
    return candidate.word.start, candidate.word.end
