"""The index of stories answers what the plain loop answers, whatever came and went."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from hand_made import TUESDAY, actor, coded, coding, event, topic
from stories_drawn import Drawn, Settled

from schemas.coded import CodedArticle
from schemas.coding import Participant
from schemas.plover import EventType
from streams.counting.asked import answer, answer_days, answer_events
from streams.counting.contributions import contributions_of
from streams.counting.questions import ALL_DAYS, NO_FILTERS, Filters, ListName, Question
from streams.index.stories import StoryIndex

SEEDS = range(60)


def grown(seed: int, *, batches: int = 12) -> Iterator[tuple[Drawn, StoryIndex, list[CodedArticle]]]:
    """An index after each of some batches, with all versions that it has been given."""
    drawn, settled = Drawn(seed), Settled()
    index = StoryIndex(settled.entries.get)
    versions: list[CodedArticle] = []
    for _ in range(batches):
        batch = [drawn.version() for _ in range(drawn.draw.randrange(1, 5))]
        versions += batch
        index.apply(settled.settle(batch))
        yield drawn, index, versions


@pytest.mark.parametrize("seed", SEEDS)
def test_lists_are_those_of_the_plain_loop(seed: int) -> None:
    """Groups, their counters, those of the period before, and the order, for any filters."""
    for drawn, index, versions in grown(seed):
        for of in ListName:
            question = drawn.question(of)
            rows = index.ranked(question).rows
            assert [(row.key, row.counters, row.before) for row in rows] == answer(versions, question)


@pytest.mark.parametrize("seed", SEEDS)
def test_stories_and_tables_agree(seed: int) -> None:
    """An unfiltered question has the same pairs from stories as from the tables, and the same sides."""
    for drawn, index, versions in grown(seed, batches=4):
        days = drawn.days()
        pairs = Question(ListName.PAIRS, days)
        assert [(row.key, row.counters, None) for row in index.ranked(pairs).rows] == answer(versions, pairs)
        actors = Question(ListName.ACTORS, days)
        told = {row.key: row.counters for row in index.ranked(actors).rows}
        for key, counters, _ in answer(versions, actors):
            for side in ("source", "target"):
                assert told.get(key, {}).get(side) == counters.get(side)


@pytest.mark.parametrize("seed", SEEDS)
def test_days_and_events_are_those_of_the_plain_loop(seed: int) -> None:
    """Events by day, and events page by page from the newest on, for any filters."""
    for drawn, index, versions in grown(seed):
        filters, days, limit = drawn.filters(), drawn.days(), drawn.draw.randrange(1, 6)
        assert index.by_day(filters, days) == answer_days(versions, filters, days)
        keys, after = list[str](), None
        while page := index.recent(filters, days, limit=limit, after=after):
            assert len(page) <= limit
            keys += [row.key for row in page]
            after = (page[-1].published_at or "", page[-1].key)
        assert keys == answer_events(versions, filters, days)
        assert index.events == len(answer_events(versions, NO_FILTERS, ALL_DAYS))


def test_keys_that_mix_are_in_order() -> None:
    """An article id may begin as another one with a slash: then their events' keys mix, page by page too."""
    first, last = (coding(events=[event("rus", EventType.AID, None, id=each)]) for each in ("0-aid", "x-aid"))
    index = indexed(coded("a", says=last), coded("a/b", says=first), coded("a-b", says=last))
    keys, after = list[str](), None
    while page := index.recent(NO_FILTERS, ALL_DAYS, limit=1, after=after):
        keys.append(page[0].key)
        after = (page[0].published_at or "", page[0].key)
    assert keys == ["a-b/x-aid", "a/b/0-aid", "a/x-aid"]


@pytest.mark.parametrize("seed", SEEDS)
def test_replaced_stories_are_swept(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays that are rid of replaced stories answer as before, and do not grow with corrections."""
    monkeypatch.setattr("streams.index.stories._LEAST_DEAD", 1)
    for drawn, index, versions in grown(seed, batches=30):  # noqa: B007 - the last ones are asked
        assert len(index._writer.ids) <= 2 * index.stories + 5
    for of in ListName:
        question = drawn.question(of)
        assert [row.key for row in index.ranked(question).rows] == [
            row[0] for row in answer(versions, question)
        ]
    told = [row.key for row in index.recent(NO_FILTERS, ALL_DAYS, limit=1000, after=None)]
    assert told == answer_events(versions, NO_FILTERS, ALL_DAYS)


def indexed(*versions: CodedArticle) -> StoryIndex:
    settled = Settled()
    changes = settled.settle(versions)
    index = StoryIndex(settled.entries.get)
    index.apply(changes)
    return index


SAYS = coding(
    actors=[actor("rus", code="RUS"), actor("geo", code="GEO")],
    topics=[topic("war")],
    events=[
        event("rus", EventType.ASSAULT, "geo", id="3-assault"),
        event("rus", EventType.AID, None, id="9-aid"),
    ],
)


def test_an_event_is_found_by_its_key() -> None:
    """An event is shown with its story's facts; an article id may have slashes; what is not there is None."""
    index = indexed(coded("bbc/17", says=SAYS))
    row = index.event("bbc/17/9-aid")
    assert row is not None
    assert (row.article_id, row.event.type, row.day) == ("bbc/17", EventType.AID, "2012-07-30")
    assert (row.published_at, row.topics) == ("2012-07-30T09:30:00Z", (("war", "about war"),))
    assert row.names == {"rus": "RUS", "geo": "GEO"}
    assert [index.event(key) for key in ("bbc/17/no", "bbc/9-aid", "9-aid", "")] == [None] * 4


def test_labels_are_those_that_readers_are_shown() -> None:
    """Each list labels its rows as the tables do."""
    index = indexed(coded(says=SAYS))
    shown = {(of.value, row.key): row.label for of in ListName for row in index.ranked(Question(of)).rows}
    assert shown.pop(("event-types", "AID")) == {"name": "Aid", "quad": "material-cooperation"}
    assert shown.pop(("event-types", "ASSAULT"))["name"] == "Assault"
    assert shown == {(row.table.value, row.key): row.label for row in contributions_of(coded(says=SAYS))}


def test_a_label_is_that_of_the_newest_day() -> None:
    """Who was somebody else in an older story is shown as in the newest, and it is said how new that is."""
    old = coding(actors=[actor("rus", code="OLD")], events=[event("rus", EventType.AID, None)])
    stories = [coded("a", says=SAYS, published_at=TUESDAY), coded("b", says=old), coded("c", says=old)]
    for order in (stories, stories[::-1]):
        (row,) = (row for row in indexed(*order).ranked(Question(ListName.ACTORS)).rows if row.key == "rus")
        assert row.label["country"] == "RUS"
        assert row.label_days == (date(2012, 7, 31).toordinal(), 0)
        (pair,) = indexed(*order).ranked(Question(ListName.PAIRS)).rows[:1]
        assert pair.label_days == (date(2012, 7, 31).toordinal(),) * 2


def test_of_labels_of_one_day_the_fullest_is_shown() -> None:
    """Partitions are read in any order; whichever story comes last, the same label is shown."""
    less = coding(actors=[actor("rus", code=None)], events=[event("rus", EventType.AID, None)])
    more = coding(actors=[actor("rus", code="RUS")], events=[event("rus", EventType.AID, None)])
    stories = [coded("a", says=less), coded("b", says=more), coded("c", says=less)]
    for order in (stories, stories[::-1], stories[:2]):
        (row,) = indexed(*order).ranked(Question(ListName.ACTORS)).rows
        assert row.label["code"] == "RUS"


def test_names_are_what_stories_call_an_actor() -> None:
    """An actor is also called what most stories call it in an event; a withdrawn one calls it nothing."""

    def told(article_id: str, text: str, offset: int = 0) -> CodedArticle:
        named = event("rus", EventType.AID, None).model_copy(
            update={"source": Participant(actor="rus", code=None, text=text)}
        )
        return coded(
            article_id, offset=offset, content=text, says=coding(actors=[actor("rus")], events=[named])
        )

    gone = coded("d", offset=1, content="gone", says=None)
    index = indexed(told("a", "Moscow"), told("b", "Russia"), told("c", "Russia"), told("d", "it"), gone)
    assert index.also_called("rus") == ["Russia", "Moscow"]
    assert index.also_called("rus", most=1) == ["Russia"]
    assert index.also_called("nobody") == index.also_called("") == []
    assert index.names() == {"rus": ["Russia", "Moscow"]}


def test_an_index_tells_how_much_it_has() -> None:
    """Stories, events, first and last day, without what was withdrawn; undated ones are of no day."""
    assert (indexed().stories, indexed().events, indexed().days()) == (0, 0, None)
    undated = coded("c", says=SAYS, published_at=None)
    assert indexed(undated).days() is None
    index = indexed(coded("a", says=SAYS), coded("b", says=SAYS, published_at=TUESDAY), undated)
    assert (index.stories, index.events, index.days()) == (3, 6, ("2012-07-30", "2012-07-31"))
    assert index.nbytes > 0
    index.apply({b"b": None})
    assert (index.stories, index.events, index.days()) == (2, 4, ("2012-07-30", "2012-07-30"))


def test_entries_from_before_stories_are_no_stories() -> None:
    """An old changelog is read: its entries have no events to tell."""
    index = indexed(coded("a", says=SAYS))
    index.apply({b"a": b'{"article":{"partition":0,"offset":1},"content_hash":"x","contributions":[]}'})
    assert (index.stories, index.events) == (0, 0)


def test_what_the_ledger_no_longer_has_is_left_out() -> None:
    """A story that is replaced between index and ledger is not told half old and half new."""
    settled = Settled()
    index = StoryIndex(settled.entries.get)
    index.apply(settled.settle([coded("a", says=SAYS), coded("b", says=SAYS)]))
    settled.settle([coded("b", offset=1, content="two", says=coding())])
    assert [row.article_id for row in index.recent(NO_FILTERS, ALL_DAYS, limit=9, after=None)] == ["a", "a"]


def test_readers_see_one_moment_while_a_writer_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer in another thread is of one state between two batches, while stories come and go."""
    monkeypatch.setattr("streams.index.stories._LEAST_DEAD", 50)
    index, begun, stop = StoryIndex(lambda _: None), threading.Event(), threading.Event()
    seen: set[tuple[int, ...]] = set()

    def read() -> None:
        question = Question(ListName.PAIRS, filters=Filters(least_confidence=0.1))
        while not stop.is_set():
            rows = index.ranked(question).rows
            seen.update((row.counters["articles"], row.counters["events"]) for row in rows)
            days = index.by_day(NO_FILTERS, ALL_DAYS)
            seen.update((counters["articles"], counters["events"] // 2) for counters in days.values())
            begun.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for batch in range(300):
            # Always the same ten stories, so that a moment in between would have fewer or more.
            versions = [coded(f"s{n}", offset=batch, content=str(batch), says=SAYS) for n in range(10)]
            index.apply(Settled().settle(versions))
        assert begun.wait(timeout=60)
    finally:
        stop.set()
        reader.join()
    assert seen == {(10, 10)}
