"""Labels and codings made by hand, short to write in a table."""

from schemas.coding import Actor, ActorKind, Coding, Event, Participant, Topic
from schemas.plover import QUAD_OF, EventType
from streams.evaluation.corpora import LabelledText
from streams.evaluation.gold import GoldLine, LabelledEvent, LabelledParty
from streams.evaluation.scoring import Reading


def labelled(
    kind: EventType,
    source: str | None = None,
    target: str | None = None,
    *,
    mode: str | None = None,
    trigger: str = "did",
) -> LabelledEvent:
    """An event as a reader labels it; sides by code."""
    one, other = (LabelledParty(text="x", code=code) if code else None for code in (source, target))
    return LabelledEvent(type=kind, mode=mode, trigger=trigger, source=one, target=other)


def coded(
    kind: EventType,
    source: str | None = None,
    target: str | None = None,
    *,
    mode: str | None = None,
    confidence: float = 1.0,
) -> Event:
    """An event as a coder writes it; sides by code."""
    one, other = (Participant(actor=None, code=code, text="x") if code else None for code in (source, target))
    return Event(
        type=kind, mode=mode, quad=QUAD_OF[kind], cameo=None, source=one, target=other,
        sentence="x", trigger="did", start=0, end=1, date=None, confidence=confidence,
    )  # fmt: skip


def reading(
    labels: tuple[LabelledEvent, ...] | None,
    *events: Event,
    topics: tuple[str, ...] | None = None,
    found: tuple[str, ...] = (),
    actors: tuple[tuple[str, str], ...] | None = None,
    known: tuple[tuple[str, str | None], ...] = (),
) -> Reading:
    """Labels beside a coding: events, topics by code, actors as (words, code)."""
    line = GoldLine(
        text="x",
        events=labels,
        topics=topics,
        actors=None if actors is None else tuple(LabelledParty(text=t, code=c) for t, c in actors),
    )
    coding = Coding(
        events=events,
        topics=tuple(Topic(code=code, name=f"name of {code}", score=1) for code in found),
        actors=tuple(
            Actor(id=f"id:{name}", name=name, kind=ActorKind.PERSON, code=code) for name, code in known
        ),
    )
    return Reading(LabelledText("labels.jsonl, line 1", "x", line), coding)
