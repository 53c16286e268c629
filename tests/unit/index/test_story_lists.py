"""Lists over the stories of several partitions: summed in arrays, and kept while nothing changes."""

from dataclasses import replace

import pytest
from hand_made import actor, coded, coding, event, topic
from stories_drawn import IDS, Drawn, Settled

from schemas.plover import EventType
from streams.counting.asked import answer
from streams.counting.questions import ALL_DAYS, ListName, Question
from streams.index.stories import StoryIndex
from streams.index.story_lists import StoryLists

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_partitions_are_summed(seed: int) -> None:
    """Over several partitions a list is that of all their stories, the period before in every one of them."""
    drawn, lists = Drawn(seed), StoryLists()
    partitions = [(Settled(), lists.open(lambda _: None)) for _ in range(3)]
    versions = [drawn.version() for _ in range(25)]
    for at, (settled, index) in enumerate(partitions):
        index.apply(settled.settle(each for each in versions if IDS.index(each.article_id) % 3 == at))
    for of in (*ListName, *ListName):
        question = drawn.question(of)
        part = lists.ranked(question, [index for _, index in partitions])
        listed = [(row.key, row.counters, row.before) for row in part.rows if row.counters]
        assert listed == answer(versions, question)
        assert part.total == len(listed)
        lost = {row.key for row in part.rows if not row.counters}
        assert not lost or lost == {
            key
            for key, *_ in answer(versions, replace(question, days=question.before or ALL_DAYS))
            if key not in {row[0] for row in listed}
        }
    assert lists.ranked(Question(ListName.PAIRS), []).rows == ()


SAYS = coding(actors=[actor("rus")], topics=[topic("war")], events=[event("rus", EventType.AID, None)])
TYPES = Question(ListName.EVENT_TYPES)


def of_one(lists: StoryLists) -> StoryIndex:
    index = lists.open(lambda _: None)
    index.apply(Settled().settle([coded(says=SAYS)]))
    return index


def test_a_list_is_kept_while_nothing_changes() -> None:
    """The same question of the same moment and partitions is answered once; after a change anew."""
    lists = StoryLists()
    one, other = of_one(lists), of_one(lists)
    part = lists.ranked(TYPES, [one])
    assert lists.ranked(Question(ListName.EVENT_TYPES), [one]) is part
    assert lists.ranked(TYPES, [one, other]).rows[0].counters == {"articles": 2, "events": 2}
    again = lists.ranked(TYPES, [one])
    one.apply(Settled().settle([coded("b", says=SAYS)]))
    assert (again, lists.ranked(TYPES, [one]).rows[0].counters["articles"]) == (part, 2)


def test_lists_unused_for_longest_go_first() -> None:
    """There is room for so many rows; the last list stays though it alone is larger."""
    lists = StoryLists(most_kept_rows=2)
    index = of_one(lists)
    questions = [TYPES, Question(ListName.TOPICS), Question(ListName.ACTORS)]
    first, second = (lists.ranked(question, [index]) for question in questions[:2])
    assert lists.ranked(TYPES, [index]) is first
    lists.ranked(questions[2], [index])
    assert lists.ranked(TYPES, [index]) is first
    assert lists.ranked(questions[1], [index]) is not second
    tight = StoryLists(most_kept_rows=0)
    alone = of_one(tight)
    assert tight.ranked(TYPES, [alone]) is tight.ranked(TYPES, [alone])
