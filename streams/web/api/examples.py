"""Answers as the document shows them: made by what makes the real ones, of one pair and one event."""

from datetime import date
from typing import Any, Final

from schemas.coding import Event, Participant
from schemas.plover import EventType, Quad
from schemas.tally import COUNTERS, TableName
from streams.counting.questions import ListName, Question
from streams.index.parts import DaysOfThing, EventRow, Label, Row
from streams.web.answers import ByDay, Found, Ranked, Recent, Standing
from streams.web.api.asking import Sheet
from streams.web.api.days import sheet_of_days
from streams.web.api.events import sheet_of_event, sheet_of_events
from streams.web.api.lists import Listing
from streams.web.api.search import sheet_of_found
from streams.web.api.shapes import event_item, ranked_items, thing_item
from streams.web.api.things import sheet_of

_ALL: Final = Standing((0, 1, 2, 3))
_TOPIC: Final = "medtop:20000056"
_SYRIA: Final[Label] = {
    "name": "Syria",
    "kind": "country",
    "country": "SYR",
    "sector": None,
    "code": "SYR",
}
_KEYS: Final[dict[ListName, str]] = {
    ListName.ACTORS: "country:SYR",
    ListName.TOPICS: _TOPIC,
    ListName.ACTOR_TOPICS: f"country:SYR|{_TOPIC}",
    ListName.PAIRS: "country:SYR|country:TUR",
    ListName.EVENT_TYPES: "ASSAULT",
}
_LABELS: Final[dict[ListName, Label]] = {
    ListName.ACTORS: _SYRIA,
    ListName.TOPICS: {"name": "armed conflict"},
    ListName.ACTOR_TOPICS: {**_SYRIA, "topic": _TOPIC, "topic_name": "armed conflict"},
    ListName.PAIRS: {
        "source": "country:SYR",
        "source_name": "Syria",
        "source_code": "SYR",
        "source_country": "SYR",
        "target": "country:TUR",
        "target_name": "Turkey",
        "target_code": "TUR",
        "target_country": "TUR",
    },
    ListName.EVENT_TYPES: {"name": "Assault", "quad": "material-conflict"},
}
_COUNTS: Final = {"articles": 4, "mentions": 9, "events": 5, "source": 3, "target": 2, "ASSAULT": 5}
_DAY: Final = "2012-08-02"


def list_example(of: ListName) -> Sheet:
    """A list of one thing."""
    question = Question(of)
    return Listing.of(question, Ranked((_row(of),), 1, _ALL), 0).sheet(_ALL, "")


def thing_example(of: ListName) -> Sheet:
    """One thing."""
    return sheet_of(of, _thing(of), _ALL)


def events_example() -> Sheet:
    """A list of one event."""
    return sheet_of_events(Recent((_event_row(),), _ALL), "")


def event_example() -> Sheet:
    """One event."""
    return sheet_of_event(Recent((_event_row(),), _ALL))


def days_example() -> Sheet:
    """One day."""
    return sheet_of_days(ByDay({_DAY: {"articles": 4, "events": 5, "ASSAULT": 5}}, _ALL))


def search_example() -> Sheet:
    """One actor that was found."""
    return sheet_of_found(Found(((_row(ListName.ACTORS), "Syrian"),), _ALL))


def profile_example() -> Sheet:
    """A profile."""
    document = {
        "actor": _thing(ListName.ACTORS),
        "partners": [_ranked(ListName.PAIRS)],
        "types": {"as_source": {"ASSAULT": 3}, "as_target": {"ACCUSE": 2}},
        "topics": [_ranked(ListName.ACTOR_TOPICS)],
        "also_called": ["Damascus"],
        "events": [event_item(_event_row())],
    }
    return Sheet(document, _ALL)


def history_example() -> Sheet:
    """A history."""
    document = {
        "pair": _thing(ListName.PAIRS),
        "reverse": None,
        "events": [event_item(_event_row())],
    }
    return Sheet(document, _ALL)


def _row(of: ListName) -> Row:
    return Row(_KEYS[of], _LABELS[of], _counted(of))


def _counted(of: ListName) -> dict[str, int]:
    counters = Question(of).counters if of is ListName.EVENT_TYPES else COUNTERS[TableName(of.value)]
    return {name: _COUNTS[name] for name in counters if name in _COUNTS}


def _ranked(of: ListName) -> dict[str, Any]:
    return ranked_items(Question(of), [_row(of)])[0]


def _thing(of: ListName) -> dict[str, Any]:
    return thing_item(of, DaysOfThing(_KEYS[of], _LABELS[of], {_DAY: _counted(of)}))


def _event_row() -> EventRow:
    event = Event(
        id="0-assault",
        type=EventType.ASSAULT,
        mode="heavy-weapons",
        quad=Quad.MATERIAL_CONFLICT,
        cameo="194",
        source=Participant(actor="country:SYR", code="SYR", text="Syria", start=0, end=5),
        target=Participant(actor="country:TUR", code="TUR", text="Turkish town", start=16, end=28),
        sentence="Syria shelled a Turkish town on Thursday.",
        trigger="shelled",
        start=6,
        end=13,
        date=date(2012, 8, 2),
        confidence=0.91,
        sentence_start=0,
    )
    return EventRow(
        key="story-1/0-assault",
        article_id="story-1",
        title="Shells fall over the border",
        url="https://news.example/story-1",
        source="News Example",
        published_at="2012-08-02T16:30:00Z",
        day=_DAY,
        topics=((_TOPIC, "armed conflict"),),
        event=event,
        names={"country:SYR": "Syria", "country:TUR": "Turkey"},
    )
