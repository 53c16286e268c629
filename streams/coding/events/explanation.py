"""Explanations: why an event was coded as it was, for an analyst who reads it beside its sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from streams.coding.encoder.reading import NO_EVENT, TYPES, Floats, Role, SentenceReading
from streams.coding.events.candidates import Candidate, Draft
from streams.coding.events.hearing import Judged
from streams.coding.events.phrases import phrase_span
from streams.coding.events.sentence import Sentence, Word

SHOWN: Final = 3  # of the types that the encoder thinks of


@dataclass(frozen=True, slots=True)
class Explanation:
    """What led to an event; probabilities are None where the encoder had no say.

    entry, frame, rule: of the lexicon (rule: the CAMEO code or PLOVER section that the entry follows).
    path: the words climbed over, and how each party hangs together with the trigger. changed: the rules
    that changed the act. ruled: the type by rules alone.
    """

    trigger: str
    part: str
    entry: str
    frame: str
    rule: str
    path: tuple[str, ...]
    changed: tuple[str, ...]
    ruled: str | None
    strength: float
    source_path: str | None
    target_path: str | None
    sentence_types: dict[str, float] | None
    trigger_types: dict[str, float] | None
    source_support: float | None
    target_support: float | None
    verdict: float | None

    def as_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return asdict(self)


def explain(draft: Draft, judged: Judged, sentence: Sentence, reading: SentenceReading | None) -> Explanation:
    """Explain one draft by its candidate, its judgement and what the encoder read."""
    candidate, case = draft.candidate, judged.case
    entry = candidate.match.entry
    heard = reading if judged.verdict is not None else None
    at = _place(candidate.word, sentence)
    told = heard.types_at(*at) if heard is not None else None
    return Explanation(
        trigger=candidate.word.text,
        part=entry.part,
        entry=entry.entry,
        frame=_frame(candidate),
        rule=entry.source,
        path=candidate.path,
        changed=candidate.rules,
        ruled=case.ruled.value if case.ruled is not None else None,
        strength=round(case.strength, 3),
        source_path=_path(candidate.word, draft.source),
        target_path=_path(candidate.word, draft.target),
        sentence_types=_likeliest(heard.types) if heard is not None else None,
        trigger_types=_likeliest(told) if told is not None else None,
        source_support=_support(Role.SOURCE, draft.source, at, sentence, heard),
        target_support=_support(Role.TARGET, draft.target, at, sentence, heard),
        verdict=judged.probability,
    )


def _frame(candidate: Candidate) -> str:
    frame = candidate.match.entry.frame
    return f"{','.join(frame.source)}{'<>' if frame.mutual else '>'}{','.join(frame.target)}"


def _likeliest(odds: Floats) -> dict[str, float]:
    best = np.argsort(odds)[::-1][:SHOWN]
    return {_name(int(index)): round(float(odds[index]), 3) for index in best}


def _name(index: int) -> str:
    kind = TYPES[index]
    return "no event" if index == NO_EVENT or kind is None else kind.value


def _place(word: Word, sentence: Sentence) -> tuple[int, int]:
    return word.start - sentence.start, word.end - sentence.start


def _support(
    role: Role, party: Word | None, at: tuple[int, int], sentence: Sentence, reading: SentenceReading | None
) -> float | None:
    piece = reading.piece_at(*at) if reading is not None else None
    if reading is None or piece is None:
        return None
    if party is None:
        return round(reading.nobody(role, piece), 3)
    start, end = phrase_span(party)
    return round(reading.party(role, piece, start - sentence.start, end - sentence.start), 3)


def _path(trigger: Word, party: Word | None) -> str | None:
    """The way in the tree from a trigger to a party: 'accused -dobj-> Syria'."""
    if party is None:
        return None
    above = _way_up(party)
    meeting = {id(word): at for at, word in enumerate(above)}
    up: list[Word] = []
    node: Word | None = trigger
    while node is not None and id(node) not in meeting:
        up.append(node)
        node = node.head
    if node is None:
        return None
    climb = "".join(f"{word.text} <-{word.dep}- " for word in up)
    descent = "".join(f" -{word.dep}-> {word.text}" for word in reversed(above[: meeting[id(node)]]))
    return f"{climb}{node.text}{descent}"


def _way_up(word: Word) -> list[Word]:
    way: list[Word] = []
    node: Word | None = word
    while node is not None:
        way.append(node)
        node = node.head
    return way
