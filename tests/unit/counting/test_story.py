"""What the ledger keeps of a story: its facts, its actors that are somebody, its events that are news."""

from datetime import UTC, datetime

from hand_made import actor, at, coded, coding, event, topic

from schemas.ledger import LedgerEntry, Outcome
from schemas.plover import EventType
from schemas.wire import decode, encode
from streams.counting.ledger import settle
from streams.counting.story import key_of_event, story_of

AID = EventType.AID
SAYS = coding(
    actors=[actor("rus", code="RUS"), actor("role::GOV")],
    topics=[topic("war")],
    events=[
        event("rus", AID, "geo", id="3-aid"),
        event("rus", AID, "geo", id="9-aid", historical=True),
        event("rus", AID, "geo", id="12-aid", hypothetical=True),
    ],
)


def test_a_story_has_its_facts_actors_and_news() -> None:
    """Nobody in particular and what is no news stay out; the moment is in whole seconds of UTC."""
    moment = datetime(2012, 8, 2, 23, 30, 5, 250_000, tzinfo=UTC)
    facts = {"title": "Rain", "url": "https://news.example/1", "source": "The Paper"}
    story = story_of(coded(says=SAYS, published_at=moment).model_copy(update=facts))
    assert story is not None
    assert {"title": story.title, "url": story.url, "source": story.source} == facts
    assert (story.day, story.published_at) == ("2012-08-02", moment.replace(microsecond=0))
    assert [(each.code, each.name) for each in story.topics] == [("war", "about war")]
    assert list(story.actors) == ["rus"]
    assert story.actors["rus"]["country"] == "RUS"
    assert [each.id for each in story.events] == ["3-aid"]


def test_a_withdrawn_story_tells_nothing() -> None:
    """There is no story where there is no coding."""
    assert story_of(coded(says=None)) is None


def test_every_event_has_an_id_of_its_own() -> None:
    """Events without an id, and of an id that another has, are numbered; the first keeps its own."""
    ids = ["", "3-aid", "3-aid", "3-1"]
    story = story_of(coded(says=coding(events=[event("rus", AID, "geo", id=each) for each in ids])))
    assert story is not None
    named = [each.id for each in story.events]
    assert len(set(named)) == 4
    assert named[1] == "3-aid"
    assert key_of_event("bbc/17", story.events[1]) == "bbc/17/3-aid"


def test_the_ledger_keeps_story_and_outcome() -> None:
    """An entry tells what its last record came to: a duplicate keeps the story, a withdrawal has none."""
    first = settle(None, coded(offset=1, says=SAYS), at=at(1)).entry
    assert first is not None
    again = settle(first, coded(offset=2, says=SAYS), at=at(2)).entry
    fixed = settle(again, coded(offset=3, content="two", says=coding()), at=at(3)).entry
    gone = settle(fixed, coded(offset=4, content="gone", says=None), at=at(4)).entry
    entries = [first, again, fixed, gone]
    assert [entry and entry.outcome for entry in entries] == [
        Outcome.COUNTED,
        Outcome.DUPLICATE,
        Outcome.CORRECTION,
        Outcome.WITHDRAWAL,
    ]
    assert again is not None
    assert again.story == first.story == story_of(coded(says=SAYS))
    assert gone is not None
    assert gone.story is None
    assert [decode(LedgerEntry, encode(entry)) for entry in entries if entry] == entries
