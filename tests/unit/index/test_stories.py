"""The index of stories answers what the plain loop answers, whatever came and went."""

from collections.abc import Iterator

import pytest
from stories_drawn import Drawn, Settled

from schemas.coded import CodedArticle
from streams.counting.asked import answer, answer_days, answer_events
from streams.counting.questions import ALL_DAYS, NO_FILTERS, ListName
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
