"""What the ledger makes of a coded article, case by case."""

from hand_made import MONDAY, TUESDAY, actor, at, coded, coding, counters_of, topic

from schemas.coded import CodedArticle
from schemas.ledger import LedgerEntry
from schemas.tally import TableName
from streams.counting.contributions import contributions_of
from streams.counting.ledger import Outcome, Settlement, settle

ONE = coding(actors=[actor("a", mentions=2)])
TWO = coding(actors=[actor("b")])


def told(
    entry: LedgerEntry | None, coded_article: CodedArticle, offset: int, *, committed: int = 0
) -> Settlement:
    return settle(entry, coded_article, at=at(offset), committed=committed)


def settled(*versions: tuple[CodedArticle, int]) -> LedgerEntry:
    """The entry after these versions at these coded offsets, nothing of it committed."""
    entry: LedgerEntry | None = None
    for version, offset in versions:
        entry = told(entry, version, offset).entry or entry
    assert entry is not None
    return entry


def test_the_first_version_is_sent_as_it_is() -> None:
    """A new story is counted: all that it contributes, each with the coordinates of the coded record."""
    story = coded(offset=4, says=ONE)
    done = settle(None, story, at=at(9, partition=3), committed=0)
    assert done.outcome is Outcome.COUNTED
    assert counters_of(done.tallies) == counters_of(contributions_of(story))
    assert {tally.coded for tally in done.tallies} == {at(9, partition=3)}
    assert done.entry is not None
    assert (done.entry.article, done.entry.content_hash, done.entry.seen) == (at(4), "one", 9)
    assert done.entry.contributions == contributions_of(story)


def test_a_duplicate_sends_nothing_and_advances_the_article_offset() -> None:
    """The same content at a later article offset changes no count, and stands where the story now stands."""
    entry = settled((coded(offset=4, says=ONE), 9))
    done = told(entry, coded(offset=6, says=ONE), 12)
    assert (done.outcome, done.tallies) == (Outcome.DUPLICATE, ())
    assert done.entry is not None
    assert (done.entry.article, done.entry.seen) == (at(6), 12)
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
    assert (done.entry.content_hash, [sent.offset for sent in done.entry.sent]) == ("reworded", [9])


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


def test_a_coded_offset_read_again_sends_the_same_again() -> None:
    """After a crash every coded offset sends what it sent before, also where later versions followed."""
    versions = [
        (coded(offset=1, says=ONE), 3),
        (coded(offset=2, says=ONE), 4),
        (coded(offset=3, content="two", says=TWO), 6),
        (coded(offset=4, content="gone", says=None), 8),
    ]
    entry: LedgerEntry | None = None
    first = []
    for version, offset in versions:
        done = told(entry, version, offset)
        first.append(done.tallies)
        entry = done.entry
    assert entry is not None
    assert [len(tallies) for tallies in first] == [1, 0, 2, 1]
    again = [told(entry, version, offset) for version, offset in versions]
    assert [done.tallies for done in again] == first
    assert {done.outcome for done in again} == {Outcome.REREAD}
    assert {done.entry for done in again} == {None}


def test_what_is_committed_is_forgotten() -> None:
    """What a committed offset sent is dropped with the next change; what is not yet committed stays."""
    entry = settled((coded(offset=1, says=ONE), 3), (coded(offset=2, content="two", says=TWO), 5))
    assert [sent.offset for sent in entry.sent] == [3, 5]
    for committed, kept in ((3, [3, 5, 8]), (4, [5, 8]), (6, [8]), (8, [8])):
        done = told(entry, coded(offset=3, content="three", says=ONE), 8, committed=committed)
        assert done.entry is not None
        assert [sent.offset for sent in done.entry.sent] == kept, committed


def test_a_duplicate_forgets_too() -> None:
    """Also a duplicate, which sends nothing, drops what committed offsets sent."""
    entry = settled((coded(offset=1, says=ONE), 3))
    done = told(entry, coded(offset=2, says=ONE), 8, committed=5)
    assert done.entry is not None
    assert done.entry.sent == ()


def test_a_ledger_entry_does_not_grow_with_versions() -> None:
    """A story that is corrected a hundred times keeps only what is not yet committed."""
    entry: LedgerEntry | None = None
    for number in range(100):
        says = ONE if number % 2 else TWO
        entry = told(
            entry, coded(offset=number, content=str(number), says=says), number, committed=number
        ).entry
    assert entry is not None
    assert [sent.offset for sent in entry.sent] == [99]


def test_settling_changes_nothing_in_place() -> None:
    """Settling twice from the same entry gives the same: the ledger is a function of the log."""
    entry = settled((coded(offset=1, says=coding(actors=[actor("a")], topics=[topic("war")])), 3))
    before = entry.model_dump()
    fixed = coded(offset=2, content="two", says=TWO)
    assert told(entry, fixed, 5) == told(entry, fixed, 5)
    assert entry.model_dump() == before
