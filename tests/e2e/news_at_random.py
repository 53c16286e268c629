"""Coded stories and questions about them, drawn from a seed: all filters of the API, in any mixture."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.coded import CodedArticle
from schemas.coding import Actor, ActorKind, Coding, Event, Participant, Topic
from schemas.coordinates import Coordinates
from schemas.plover import MODES, QUAD_OF, EventType, Quad
from streams.counting.questions import DayRange, Filters, ListName, Question

COUNTRIES = ("USA", "RUS", "CHN", "DEU", "SYR", "MEX", "IND", "NGA")
SECTORS = (None, "GOV", "MIL", "REB", "BUS", "CVL")
KINDS = tuple(ActorKind)
FIRST_DAY, DAYS = date(2012, 8, 1), 14
TOPICS = tuple(Topic(code=f"medtop:{n}", name=f"Topic {n}", score=0.9) for n in range(9))


def _actor(number: int) -> Actor:
    country, sector = COUNTRIES[number % 8], SECTORS[number % 6]
    code = country + (sector or "")
    kind = KINDS[number % 4]
    return Actor(
        id=f"{kind.value}:{number}|é" if number % 17 == 0 else f"{kind.value}:{number}",
        name=f"Name {number}",
        kind=kind,
        country=country,
        sector=sector,
        code=code,
        mentions=1 + number % 3,
    )


ACTORS = tuple(_actor(number) for number in range(70))

_NOT_OF: dict[ListName, tuple[str, ...]] = {
    ListName.ACTORS: ("source", "target"),
    ListName.TOPICS: ("kind", "source", "target"),
    ListName.ACTOR_TOPICS: ("source", "target"),
    ListName.PAIRS: ("kind",),
    ListName.EVENT_TYPES: ("kind",),
}


@dataclass
class News:
    """Stories and questions of one seed."""

    seed: int
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)

    # --- stories ---------------------------------------------------------------------------------------

    def stories(self, numbers: range) -> list[CodedArticle]:
        """A version of each of these stories; that of a number told before corrects or withdraws it."""
        return [self._story(number) for number in numbers]

    def correction(self, number: int, version: int) -> CodedArticle:
        """A later version of a story; one of ten withdraws it."""
        later = self._story(number).model_copy(
            update={
                "article": Coordinates(partition=0, offset=1_000_000 * version + number, log="drawn"),
                "content_hash": f"{number}-{version}",
            }
        )
        return later.model_copy(update={"coding": None}) if self.draw.random() < 0.1 else later

    def _story(self, number: int) -> CodedArticle:
        day = FIRST_DAY + timedelta(days=self.draw.randrange(DAYS))
        moment = datetime(day.year, day.month, day.day, self.draw.randrange(24), tzinfo=UTC)
        return CodedArticle(
            article_id=f"drawn/{number}",
            article=Coordinates(partition=0, offset=number, log="drawn"),
            content_hash=str(number),
            coder="drawn",
            title=f"Story {number}",
            published_at=None if self.draw.random() < 0.05 else moment,
            coding=self._coding(),
        )

    def _coding(self) -> Coding:
        actors = self.draw.sample(ACTORS, k=self.draw.randrange(1, 6))
        return Coding(
            actors=tuple(actors),
            topics=tuple(self.draw.sample(TOPICS, k=self.draw.randrange(4))),
            events=tuple(self._event(number, actors) for number in range(self.draw.randrange(5))),
        )

    def _event(self, number: int, actors: list[Actor]) -> Event:
        kind = self.draw.choice(tuple(EventType))
        return Event(
            id=f"e{number}",
            type=kind,
            mode=self.draw.choice([None, *sorted(MODES[kind])]),
            quad=QUAD_OF[kind],
            cameo=None,
            source=self._side(actors),
            target=self._side(actors),
            sentence="They did it.",
            trigger="did",
            start=5,
            end=8,
            date=None,
            historical=False,
            hypothetical=False,
            confidence=round(self.draw.random(), 2),
        )

    def _side(self, actors: list[Actor]) -> Participant | None:
        actor = self.draw.choice([*actors, None])
        return actor and Participant(actor=actor.id, code=actor.code, text="they")

    # --- questions -------------------------------------------------------------------------------------

    def question(self) -> Question:
        """A list with filters, over some days, perhaps compared with those before them."""
        of = self.draw.choice(tuple(ListName))
        filters = self.filters(_NOT_OF[of])
        days = self.days()
        by_growth = before = None
        if days.first and days.last and self.draw.random() < 0.5:
            before, by_growth = period_before(days), self.draw.random() < 0.5
        plain = Question(of, days, filters)
        sort = self.draw.choice(["", *plain.counters]) if not by_growth else ""
        return Question(of, days, filters, sort, bool(by_growth), before)

    def days(self) -> DayRange:
        """Any range of days, open at either end."""
        first, last = sorted(
            (FIRST_DAY + timedelta(days=self.draw.randrange(-1, DAYS + 1))).isoformat() for _ in range(2)
        )
        return DayRange(self.draw.choice([None, first, first]), self.draw.choice([None, last, last]))

    def filters(self, left_out: tuple[str, ...] = ("kind",)) -> Filters:
        """Filters of which most are not there."""
        kinds = tuple(EventType)
        some: dict[str, Any] = {
            "types": lambda: frozenset(self.draw.sample(kinds, k=4)),
            "quads": lambda: frozenset({self.draw.choice(tuple(Quad))}),
            "modes": lambda: frozenset(self.draw.sample(sorted(frozenset().union(*MODES.values())), k=5)),
            "least_confidence": lambda: self.draw.choice([0.0, 0.3, 0.62, 0.9]),
            "topic": lambda: self.draw.choice(TOPICS).code,
            "actor": lambda: self.draw.choice(ACTORS).id,
            "source": lambda: self.draw.choice(ACTORS).id,
            "target": lambda: self.draw.choice(ACTORS).id,
            "country": lambda: self.draw.choice(COUNTRIES),
            "sector": lambda: self.draw.choice(SECTORS[1:]),
            "kind": lambda: self.draw.choice(KINDS).value,
        }
        chosen = {name: draw() for name, draw in some.items() if self.draw.random() < 0.15}
        return Filters(**{name: value for name, value in chosen.items() if name not in left_out})


def period_before(days: DayRange) -> DayRange:
    """As many days before a range that is closed."""
    first, last = date.fromisoformat(days.first or ""), date.fromisoformat(days.last or "")
    length = last - first + timedelta(days=1)
    return DayRange((first - length).isoformat(), (first - timedelta(days=1)).isoformat())


def parameters(question: Question) -> dict[str, Any]:
    """A question as the API takes it."""
    asked = {**filter_parameters(question.filters, question.days)}
    if question.by_growth:
        asked["sort"] = "growth"
    elif question.sort:
        asked["sort"] = question.sort
    if question.before and not question.by_growth:
        asked["compare"] = True
    return asked


def filter_parameters(filters: Filters, days: DayRange) -> dict[str, Any]:
    """Filters and days as the API takes them."""
    asked: dict[str, Any] = {
        "from": days.first,
        "to": days.last,
        "type": sorted(filters.types),
        "quad": sorted(filters.quads),
        "mode": sorted(filters.modes),
    }
    for name in ("least_confidence", "topic", "actor", "source", "target", "country", "sector", "kind"):
        asked[name] = getattr(filters, name)
    return {name: value for name, value in asked.items() if value not in (None, [])}
