"""All figures of a set of labelled texts, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.plover import EventType
from streams.evaluation.confusion import KINDS, Confusion, confusion, name_of
from streams.evaluation.parties import CodesRight, actors_right, sides_right
from streams.evaluation.reliability import Bin, calibration_error, reliability
from streams.evaluation.scoring import (
    PARTS,
    Hits,
    Reading,
    Share,
    false_events,
    hits_by_type,
    interval_95,
    macro_f1,
    missed_texts,
    mode_accuracy,
    quad_accuracy,
    triple_hits,
    type_accuracy,
    with_events,
)
from streams.evaluation.topics import hits_by_topic, topic_hits, topic_names

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """How well the type of a text's main event is read."""

    texts: int
    accuracy: Share
    interval: tuple[float, float]
    macro_f1: float
    quad: Share
    false: Share
    missed: Share


@dataclass(frozen=True, slots=True)
class PartyFigures:
    """How well it is read who did it to whom, and by which means."""

    triples: Mapping[str, Hits]
    modes: Share
    sides: CodesRight


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """How well topics are read; `names` are the coder's."""

    texts: int
    micro: Hits
    by_topic: Mapping[str, Hits]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything measured; None is what nothing was labelled for, or what the coder does not tell."""

    types: TypeFigures
    by_type: Mapping[EventType, Hits]
    confusion: Confusion
    reliability: tuple[Bin, ...]
    calibration_error: float
    parties: PartyFigures | None
    actors: CodesRight | None
    topics: TopicFigures | None


def figures_of(readings: Sequence[Reading], *, types_only: bool = False) -> Figures:
    """Measure; `types_only` for a reader that names nobody and tells no topics."""
    labelled = with_events(readings)
    bins = reliability(labelled)
    return Figures(
        types=type_figures(readings),
        by_type=hits_by_type(labelled),
        confusion=confusion(labelled),
        reliability=bins,
        calibration_error=calibration_error(bins),
        parties=None if types_only else _parties(labelled),
        actors=None if types_only else _actors(readings),
        topics=None if types_only else _topics(readings),
    )


def type_figures(readings: Sequence[Reading]) -> TypeFigures:
    """The figures of the main type, of the texts whose events were labelled."""
    labelled = with_events(readings)
    accuracy = type_accuracy(labelled)
    return TypeFigures(
        texts=len(labelled),
        accuracy=accuracy,
        interval=interval_95(accuracy),
        macro_f1=macro_f1(labelled),
        quad=quad_accuracy(labelled),
        false=false_events(labelled),
        missed=missed_texts(labelled),
    )


def _parties(labelled: Sequence[Reading]) -> PartyFigures:
    return PartyFigures(
        triples={name: triple_hits(labelled, part) for name, part in PARTS.items()},
        modes=mode_accuracy(labelled),
        sides=sides_right(labelled),
    )


def _actors(readings: Sequence[Reading]) -> CodesRight | None:
    right = actors_right(readings)
    return right if right.code.of else None


def _topics(readings: Sequence[Reading]) -> TopicFigures | None:
    texts = [each for each in readings if each.label.labels.topics is not None]
    if not texts:
        return None
    return TopicFigures(len(texts), topic_hits(texts), hits_by_topic(texts), topic_names(texts))


def as_json(figures: Figures) -> Json:
    """Shares and F1 between 0 and 1, each with the counts behind it."""
    types, parties, actors, topics = figures.types, figures.parties, figures.actors, figures.topics
    return {
        "texts": types.texts,
        "type": _share(types.accuracy) | {"interval_95": list(types.interval)},
        "macro_f1": types.macro_f1,
        "quad": _share(types.quad),
        "false_events": _share(types.false),
        "missed": _share(types.missed),
        "by_type": {kind.value: _hits(each) for kind, each in figures.by_type.items()},
        "triples": {name: _hits(each) for name, each in parties.triples.items()} if parties else None,
        "modes": _share(parties.modes) if parties else None,
        "sides": _codes(parties.sides) if parties else None,
        "actors": _codes(actors) if actors else None,
        "topics": _topics_json(topics) if topics else None,
        "reliability": [
            {"low": each.low, "confidence": each.confidence, **_share(each.right)}
            for each in figures.reliability
        ],
        "calibration_error": figures.calibration_error,
        "confusion": {
            "kinds": [name_of(kind) for kind in KINDS],
            "labelled_by_coded": figures.confusion.counts,
        },
    }


def _topics_json(topics: TopicFigures) -> Json:
    by_topic = {code: _hits(each) for code, each in topics.by_topic.items()}
    return {"texts": topics.texts, "micro": _hits(topics.micro), "by_topic": by_topic}


def _codes(right: CodesRight) -> Json:
    return {"country": _share(right.country), "code": _share(right.code)}


def _share(share: Share) -> dict[str, object]:
    return {"share": share.value, "right": share.right, "of": share.of}


def _hits(hits: Hits) -> dict[str, object]:
    return {
        "labelled": hits.labelled,
        "right": hits.right,
        "wrong": hits.wrong,
        "missed": hits.missed,
        "precision": hits.precision,
        "recall": hits.recall,
        "f1": hits.f1,
    }
