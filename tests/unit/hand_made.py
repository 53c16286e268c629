"""Coded articles made by hand: small stories whose counts a reader can do in his head."""

from collections.abc import Iterable
from datetime import UTC, datetime

from schemas.coded import CodedArticle
from schemas.coding import Actor, ActorKind, Coding, Event, Participant, Topic
from schemas.coordinates import Coordinates
from schemas.plover import QUAD_OF, EventType
from schemas.tally import Contribution, TableName

MONDAY = datetime(2012, 7, 30, 9, 30, tzinfo=UTC)
TUESDAY = datetime(2012, 7, 31, 23, 59, tzinfo=UTC)


def actor(actor_id: str, *, mentions: int = 1, code: str | None = None) -> Actor:
    return Actor(
        id=actor_id, name=actor_id.upper(), kind=ActorKind.COUNTRY, country=code, code=code, mentions=mentions
    )


def topic(code: str) -> Topic:
    return Topic(code=code, name=f"about {code}", score=0.5)


def side(actor_id: str | None) -> Participant:
    return Participant(actor=actor_id, code=None, text="somebody")


def event(
    source: str | None, kind: EventType, target: str | None, *, sentence: str = "It hit.", **fields: object
) -> Event:
    told: dict[str, object] = {
        "mode": None,
        "cameo": None,
        "sentence": sentence,
        "trigger": "hit",
        "start": 3,
        "end": 6,
        "date": None,
        "confidence": 0.5,
        **fields,
    }
    sides = {"source": side(source) if source else None, "target": side(target) if target else None}
    return Event.model_validate({"type": kind, "quad": QUAD_OF[kind], **sides, **told})


def coding(
    *, actors: Iterable[Actor] = (), topics: Iterable[Topic] = (), events: Iterable[Event] = ()
) -> Coding:
    return Coding(actors=tuple(actors), topics=tuple(topics), events=tuple(events))


def coded(
    article_id: str = "a",
    *,
    offset: int = 0,
    partition: int = 0,
    content: str = "one",
    published_at: datetime | None = MONDAY,
    says: Coding | None,
) -> CodedArticle:
    return CodedArticle(
        article_id=article_id,
        article=Coordinates(partition=partition, offset=offset),
        content_hash=content,
        coder="rules",
        published_at=published_at,
        coding=says,
    )


def at(offset: int, partition: int = 0) -> Coordinates:
    return Coordinates(partition=partition, offset=offset)


def counters_of(rows: Iterable[Contribution]) -> dict[tuple[TableName, str], dict[str, dict[str, int]]]:
    """What contributions or tallies count, by table and key."""
    return {(row.table, row.key): row.days for row in rows}
