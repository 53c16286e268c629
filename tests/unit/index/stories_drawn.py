"""Stories, corrections, withdrawals and questions drawn at random, dense enough that all of them meet."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from schemas.coded import CodedArticle
from schemas.coding import Actor, ActorKind, Coding, Event, Participant, Topic
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry
from schemas.plover import MODES, QUAD_OF, EventType, Quad
from schemas.wire import encode
from streams.counting.ledger import settle
from streams.counting.questions import ALL_DAYS, Basis, DayRange, Filters, ListName, Question

IDS = ("a", "a/b", "a/b/c", "a-b", "b", "b.c", "é", "z" * 40)
ACTORS = {
    "country:RUS": ("country", "RUS", None),
    "gov:RUS": ("organisation", "RUS", "GOV"),
    "country:GEO": ("country", "GEO", None),
    "person:x|y": ("person", "GEO", "GOV"),
    "org:un": ("organisation", None, "IGO"),
    "role::CVL": ("group", None, "CVL"),
}
TOPICS = ("war", "oil", "sport")
TYPES = (EventType.ASSAULT, EventType.COERCE, EventType.AID, EventType.CONSULT)
CONFIDENCES = (0.4, 0.5, 0.75, 0.9000000000000001, 1.0)
START = datetime(2012, 7, 30, tzinfo=UTC)


class Drawn:
    """Everything of one run is drawn from its seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.offset = 0

    def version(self) -> CodedArticle:
        """A new version of some article; None in place of a coding withdraws it."""
        self.offset += 1
        draw = self.draw
        return CodedArticle(
            article_id=draw.choice(IDS),
            article=Coordinates(partition=0, offset=self.offset),
            content_hash=draw.choice(["one", "two", str(self.offset)]),
            coder="drawn",
            title=draw.choice([None, "Rain"]),
            published_at=self._moment(),
            coding=None if draw.random() < 0.1 else self._coding(),
        )

    def _moment(self) -> datetime | None:
        if self.draw.random() < 0.15:
            return None
        day = timedelta(days=self.draw.randrange(4), hours=self.draw.choice([0, 0, 12]))
        return START + day + timedelta(microseconds=self.draw.choice([0, 700_000]))

    def _coding(self) -> Coding:
        present = self.draw.sample(sorted(ACTORS), k=self.draw.randrange(1, 6))
        topics = self.draw.sample(TOPICS, k=self.draw.randrange(3))
        return Coding(
            actors=tuple(map(self._actor, present)),
            topics=tuple(Topic(code=topic, name=f"about {topic}", score=1) for topic in topics),
            events=tuple(self._event(number) for number in range(self.draw.randrange(5))),
        )

    def _actor(self, actor_id: str) -> Actor:
        kind, country, sector = ACTORS[actor_id]
        mentions = self.draw.randrange(1, 4)
        return Actor(
            id=actor_id,
            name=actor_id.upper(),
            kind=ActorKind(kind),
            country=country,
            sector=sector,
            mentions=mentions,
        )

    def _event(self, number: int) -> Event:
        kind = self.draw.choice(TYPES)
        return Event(
            id=self.draw.choice([f"{number}-x", f"x-{10 - number}", ""]),
            type=kind,
            mode=self.draw.choice([None, *sorted(MODES[kind])]),
            quad=QUAD_OF[kind],
            cameo=None,
            source=self._side(),
            target=self._side(),
            sentence="They hit it.",
            trigger="hit",
            start=5,
            end=8,
            date=None,
            historical=self.draw.random() < 0.1,
            hypothetical=self.draw.random() < 0.1,
            confidence=self.draw.choice(CONFIDENCES),
        )

    def _side(self) -> Participant | None:
        actor = self.draw.choice([*ACTORS, None, ""])
        return (
            None
            if actor == ""
            else Participant(actor=actor, code=None, text=self.draw.choice(["it", "they"]))
        )

    def filters(self) -> Filters:
        """Filters of which most are not there."""
        maybe, actors = self._maybe, [*ACTORS, "nobody"]
        return Filters(
            types=frozenset(self.draw.sample(TYPES, k=2)) if self.draw.random() < 0.2 else frozenset(),
            quads=frozenset({self.draw.choice([*Quad])}) if self.draw.random() < 0.15 else frozenset(),
            modes=frozenset({"aerial", "arrest", "no mode"}) if self.draw.random() < 0.1 else frozenset(),
            least_confidence=self.draw.choice(CONFIDENCES) if self.draw.random() < 0.3 else None,
            topic=maybe(*TOPICS, "no topic"),
            actor=maybe(*actors),
            source=maybe(*actors),
            target=maybe(*actors),
            country=maybe("RUS", "GEO", "XXX"),
            sector=maybe("GOV", "IGO", "XXX"),
            kind=maybe("person", "country"),
        )

    def _maybe(self, *words: str) -> str | None:
        return self.draw.choice(words) if self.draw.random() < 0.2 else None

    def days(self) -> DayRange:
        """A range that is open at none, one or both ends."""
        first, last = (START + timedelta(days=self.draw.randrange(-1, 5)) for _ in range(2))
        ends = [None if self.draw.random() < 0.4 else end.date().isoformat() for end in (first, last)]
        return DayRange(*ends)

    def question(self, of: ListName) -> Question:
        """A question that is answered from stories."""
        question = Question(of, self.days(), self.filters(), by_growth=self.draw.random() < 0.3)
        if question.basis is not Basis.STORIES:
            question = replace(question, filters=replace(question.filters, least_confidence=0.0))
        if self.draw.random() < 0.5:
            question = replace(question, before=self.draw.choice([self.days(), ALL_DAYS]))
        return replace(question, sort=self.draw.choice(["", *question.counters]))


class Settled:
    """The ledger of one partition: its entries as bytes, and the changes of each batch."""

    def __init__(self) -> None:
        self.entries: dict[bytes, bytes] = {}
        self._entries: dict[str, LedgerEntry] = {}

    def settle(self, versions: Iterable[CodedArticle]) -> dict[bytes, bytes | None]:
        """Take versions; gives the changelog records that they come to, with one that is no story."""
        changes: dict[bytes, bytes | None] = {b"\xffposition": b"7"}
        for version in versions:
            entry = settle(self._entries.get(version.article_id), version, at=version.article).entry
            if entry is not None:
                self._entries[version.article_id] = entry
                changes[version.article_id.encode()] = encode(entry)
        self.entries |= {key: raw for key, raw in changes.items() if raw is not None}
        return changes
