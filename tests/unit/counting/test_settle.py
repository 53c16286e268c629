"""What the ledger makes of a coded article, case by case."""

from hand_made import MONDAY, TUESDAY, actor, at, coded, coding, counters_of, topic

from schemas.coded import CodedArticle
from schemas.ledger import LedgerEntry
from schemas.tally import TableName
from streams.counting.contributions import contributions_of
from streams.counting.ledger import Outcome, Settlement, is_newer, settle

ONE = coding(actors=[actor("a", mentions=2)])
TWO = coding(actors=[actor("b")])


def told(entry: LedgerEntry | None, coded_article: CodedArticle, offset: int) -> Settlement:
    return settle(entry, coded_article, at=at(offset))


def settled(*versions: tuple[CodedArticle, int]) -> LedgerEntry:
    """The entry after these versions at these coded offsets."""
    entry: LedgerEntry | None = None
    for version, offset in versions:
        entry = told(entry, version, offset).entry or entry
    assert entry is not None
    return entry


def test_the_first_version_is_sent_as_it_is() -> None:
    """A new story is counted: all that it contributes, each with the coordinates of the coded record."""
    story = coded(offset=4, says=ONE)
    done = settle(None, story, at=at(9, partition=3))
    assert done.outcome is Outcome.COUNTED
    assert counters_of(done.tallies) == counters_of(contributions_of(story))
    assert {tally.coded for tally in done.tallies} == {at(9, partition=3)}
    assert done.entry is not None
    assert (done.entry.article, done.entry.content_hash) == (at(4), "one")
    assert done.entry.contributions == contributions_of(story)


def test_a_duplicate_sends_nothing_and_advances_the_article_offset() -> None:
    """The same content at a later article offset changes no count, and stands where the story now stands."""
    entry = settled((coded(offset=4, says=ONE), 9))
    done = told(entry, coded(offset=6, says=ONE), 12)
    assert (done.outcome, done.tallies) == (Outcome.DUPLICATE, ())
    assert done.entry is not None
    assert done.entry.article == at(6)
    assert done.entry.contributions == entry.contributions


def test_a_version_older_than_a_duplicate_is_superseded() -> None:
    """X, Y, X of which Y is coded last leaves X: that is why a duplicate advances the article offset."""
    entry = settled((coded(offset=1, says=ONE), 1), (coded(offset=3, says=ONE), 2))
    late = told(entry, coded(offset=2, content="two", says=TWO), 3)
    assert (late.outcome, late.entry, late.tallies) == (Outcome.SUPERSEDED, None, ())


def test_the_same_article_offset_coded_twice_counts_once() -> None:
    """A second coding of the same version sends nothing, whatever it says."""
    entry = settled((coded(offset=4, says=ONE), 9))
    again = told(entry, coded(offset=4, content="one", says=TWO), 10)
    other = told(entry, coded(offset=4, content="other", says=TWO), 10)
    assert (again.outcome, again.entry, again.tallies) == (Outcome.SUPERSEDED, None, ())
    assert other == again


def test_a_correction_sends_the_difference() -> None:
    """New content takes back what the story said before and says the new, on the day of each."""
    entry = settled((coded(offset=4, says=ONE, published_at=MONDAY), 9))
    fixed = coded(offset=5, content="two", says=TWO, published_at=TUESDAY)
    done = told(entry, fixed, 11)
    assert done.outcome is Outcome.CORRECTION
    assert counters_of(done.tallies) == {
        (TableName.ACTORS, "a"): {"2012-07-30": {"articles": -1, "mentions": -2}},
        (TableName.ACTORS, "b"): {"2012-07-31": {"articles": 1, "mentions": 1}},
    }
    assert done.entry is not None
    assert done.entry.contributions == contributions_of(fixed)


def test_a_correction_without_a_difference_sends_nothing() -> None:
    """New words that say the same advance the story, and send no tally."""
    entry = settled((coded(offset=4, says=ONE), 9))
    done = told(entry, coded(offset=5, content="reworded", says=ONE), 11)
    assert (done.outcome, done.tallies) == (Outcome.CORRECTION, ())
    assert done.entry is not None
    assert (done.entry.content_hash, done.entry.article) == ("reworded", at(5))


def test_a_withdrawal_takes_everything_back() -> None:
    """A withdrawn story contributes nothing any more, and can come back as a new version."""
    entry = settled((coded(offset=4, says=ONE), 9))
    gone = told(entry, coded(offset=5, content="withdrawn", says=None, published_at=None), 11)
    assert gone.outcome is Outcome.WITHDRAWAL
    assert counters_of(gone.tallies) == {
        (TableName.ACTORS, "a"): {"2012-07-30": {"articles": -1, "mentions": -2}}
    }
    back = told(gone.entry, coded(offset=6, says=ONE), 12)
    assert counters_of(back.tallies) == counters_of(contributions_of(coded(says=ONE)))


def test_the_withdrawal_of_an_unknown_story_is_remembered() -> None:
    """A withdrawal that is coded before the story that it withdraws keeps that story out."""
    gone = told(None, coded(offset=5, content="withdrawn", says=None), 3)
    assert (gone.outcome, gone.tallies) == (Outcome.WITHDRAWAL, ())
    late = told(gone.entry, coded(offset=4, says=ONE), 4)
    assert (late.outcome, late.tallies) == (Outcome.SUPERSEDED, ())


def test_an_older_version_is_superseded() -> None:
    """A dead letter that is replayed after a newer version has been counted changes nothing."""
    entry = settled((coded(offset=4, content="two", says=TWO), 9))
    late = told(entry, coded(offset=3, says=ONE), 12)
    assert (late.outcome, late.entry, late.tallies) == (Outcome.SUPERSEDED, None, ())


def test_versions_of_other_partitions_come_in_their_order() -> None:
    """Where the articles' partitions were changed, offsets do not compare: what comes later is newer."""
    entry = settled((coded(offset=40, partition=1, says=ONE), 9))
    done = told(entry, coded(offset=3, partition=2, content="two", says=TWO), 12)
    assert done.outcome is Outcome.CORRECTION
    assert done.entry is not None
    assert done.entry.article == at(3, 2)


def test_newer_is_strictly_newer() -> None:
    """The same offset again is no newer version; a higher one is, and any of another partition."""
    here = at(4, 1)
    versions = [at(3, 1), at(4, 1), at(5, 1), at(0, 2)]
    assert [is_newer(version, here) for version in versions] == [False, False, True, True]


def test_settling_changes_nothing_in_place() -> None:
    """Settling twice from the same entry gives the same: the ledger is a function of the log."""
    entry = settled((coded(offset=1, says=coding(actors=[actor("a")], topics=[topic("war")])), 3))
    before = entry.model_dump()
    fixed = coded(offset=2, content="two", says=TWO)
    assert told(entry, fixed, 5) == told(entry, fixed, 5)
    assert entry.model_dump() == before
