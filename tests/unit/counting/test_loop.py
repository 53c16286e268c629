"""The plain loop that says what the tables must hold."""

from hand_made import TUESDAY, actor, at, coded, coding, topic

from schemas.tally import TableName
from streams.counting.loop import count, day_counts, newest_versions

ONE = coding(topics=[topic("war")])
TWO = coding(topics=[topic("oil")])


def test_articles_add_up() -> None:
    """Two stories about one thing on one day make two, and another day is counted apart."""
    totals = count(
        [
            coded("a", offset=0, says=ONE),
            coded("b", offset=1, says=ONE),
            coded("c", offset=2, says=ONE, published_at=TUESDAY),
        ]
    )
    assert totals[TableName.TOPICS] == {"war@2012-07-30": {"articles": 2}, "war@2012-07-31": {"articles": 1}}
    assert totals[TableName.ACTORS] == {}


def test_only_the_newest_version_counts() -> None:
    """The version at the highest article offset counts, in whatever order versions were coded."""
    old, new = coded(offset=1, says=ONE), coded(offset=2, content="two", says=TWO)
    for order in ([old, new], [new, old]):
        assert count(order)[TableName.TOPICS] == {"oil@2012-07-30": {"articles": 1}}


def test_a_version_coded_twice_counts_as_first_coded() -> None:
    """The first coding of a version counts, also where its content comes again at a later offset."""
    first, second = coded(offset=1, says=ONE), coded(offset=1, says=TWO)
    again = coded(offset=2, says=TWO)
    assert newest_versions([first, second]) == [first]
    (kept,) = newest_versions([first, again])
    assert (kept.coding, kept.article) == (ONE, at(2))


def test_a_withdrawn_story_counts_nothing() -> None:
    """A story whose newest version is a withdrawal is in no table."""
    story, gone = coded(offset=1, says=ONE), coded(offset=2, content="gone", says=None)
    assert set(map(len, count([story, gone]).values())) == {0}


def test_tables_keep_labels() -> None:
    """The loop's tables hold what a reader is shown, as the service's own do."""
    table = day_counts([coded(says=coding(actors=[actor("a", code="RUS")]))])[TableName.ACTORS]
    assert table[b"a@2012-07-30"].label["code"] == "RUS"
