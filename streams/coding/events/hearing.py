"""A hearing: the cases of one sentence judged by rules and encoder together, and their parties settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from schemas.plover import EventType
from streams.coding.encoder.reading import Role, SentenceReading
from streams.coding.events.candidates import Candidate, Case, Draft
from streams.coding.events.judging import Judge, Verdict, Weights
from streams.coding.events.linking import Linker
from streams.coding.events.phrases import Phrases
from streams.coding.events.proposals import propose
from streams.coding.events.reversals import Act
from streams.coding.events.sentence import Sentence, Word
from streams.coding.events.writing import EventWriter

LEAST_BESIDE: Final = 0.5
_RULED: Final = 0.5  # what the rules' type is worth beside the encoder's probability at the trigger
_STRENGTH: Final = 0.2


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, the verdict on it and its probability; None where the encoder had no say."""

    case: Case
    verdict: Verdict | None
    probability: float | None = None


class Hearing:
    """Hears the candidates of one sentence; without a reading the rules alone decide."""

    def __init__(self, sentence: Sentence, phrases: Phrases, writer: EventWriter):
        self._sentence = sentence
        self._phrases = phrases
        self._writer = writer

    def cases(self, candidates: Sequence[Candidate], reading: SentenceReading | None) -> Iterator[Case]:
        """The candidates of the rules, and the encoder's proposals, each with its parties."""
        found = [case for candidate in candidates for case in self._writer.cases(candidate)]
        yield from found
        if reading is not None:
            triggers = [each for case in found for each in _trigger_words(case.candidate)]
            for candidate in propose(self._sentence, triggers, reading):
                yield self._writer.proposal(candidate)

    def drafts(
        self, cases: Sequence[Case], reading: SentenceReading | None, weights: Weights | None
    ) -> Iterator[tuple[Draft, Judged]]:
        """The events that are found to have been told, the main one first."""
        if reading is None or weights is None:
            judged: Iterable[Judged] = (Judged(case, None) for case in cases if case.ruled is not None)
        else:
            judged = self._judge(cases, Judge(weights, reading, self._sentence.start))
            linker = Linker(self._phrases, self._sentence, reading)
            judged = (replace(each, case=linked(each.case, linker)) for each in judged)
        for each in judged:
            for draft in self._writer.drafts(each.case, each.probability):
                yield draft, each

    def _judge(self, cases: Sequence[Case], judge: Judge) -> Iterator[Judged]:
        """The main event, then what is told beside it; a sentence that tells none has neither."""
        main = judge.main(cases)
        if main.type is None or not cases:
            return
        first = _bearer(cases, main.type, judge)
        yield Judged(_as_type(first, main.type), main, main.probability)
        for case in cases:
            verdict = judge.beside(case) if case is not first else None
            if verdict is not None and verdict.type is not None and verdict.probability >= LEAST_BESIDE:
                likely = min(verdict.probability, main.probability)
                yield Judged(_as_type(case, verdict.type), verdict, likely)


def _bearer(cases: Sequence[Case], kind: EventType, judge: Judge) -> Case:
    """The case that tells the main event: by the encoder's probability at its trigger, and by the rules."""

    def likelihood(case: Case) -> float:
        return judge.told(case, kind) + _RULED * (case.ruled is kind) + _STRENGTH * case.strength

    return max(cases, key=likelihood)


def _as_type(case: Case, kind: EventType) -> Case:
    """The case as of a type; another than the rules' has no mode and no CAMEO code."""
    act = case.candidate.act
    if act is not None and act.type is kind:
        return case
    rule = f"encoder {act.type.value}" if act is not None else "encoder"
    changed = replace(case.candidate, act=Act(kind), rules=(*case.candidate.rules, rule))
    return replace(case, candidate=changed)


def linked(case: Case, linker: Linker) -> Case:
    """The case with the parties that rules and encoder agree on."""
    word = case.candidate.word
    sure = linker.supports(Role.SOURCE, case.sources, word)
    targets = linker.choose(Role.TARGET, case.targets, word, apart=case.sources if sure else ())
    sources = linker.choose(Role.SOURCE, case.sources, word, apart=targets)
    return replace(case, sources=tuple(sources), targets=tuple(targets))


def _trigger_words(candidate: Candidate) -> list[Word]:
    return [candidate.word, *(word for word in candidate.match.taken if word.pos != "VERB")]
