"""What a coded article changes, given what the story has contributed before (architecture, guarantee 3)."""

from dataclasses import dataclass

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry, Outcome
from schemas.tally import Contribution, Tally
from streams.counting.contributions import contributions_of, difference
from streams.counting.story import story_of


@dataclass(frozen=True, slots=True)
class Settlement:
    """The ledger's next value (None where it stays as it is), the tallies to send, and the outcome."""

    entry: LedgerEntry | None
    tallies: tuple[Tally, ...]
    outcome: Outcome


def settle(entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates) -> Settlement:
    """Settle the coded record at these coordinates.

    A version that is not newer than the one that counts sends nothing; the same content again only advances
    the article's coordinates; other content sends the difference.
    """
    if entry is not None and not is_newer(coded.article, entry.article):
        return Settlement(None, (), Outcome.SUPERSEDED)
    if entry is not None and coded.content_hash == entry.content_hash:
        return _duplicate(entry, coded)
    outcome, new = _outcome(entry, coded), contributions_of(coded)
    changed = LedgerEntry(
        article=coded.article,
        content_hash=coded.content_hash,
        contributions=new,
        story=story_of(coded),
        outcome=outcome,
    )
    sending = difference(new, entry.contributions if entry else ())
    return Settlement(changed, _tallies(sending, at), outcome)


def _duplicate(entry: LedgerEntry, coded: CodedArticle) -> Settlement:
    """The entry at its new coordinates; its facts (title, url) stay those of the first coding."""
    told = {"article": coded.article, "outcome": Outcome.DUPLICATE}
    return Settlement(entry.model_copy(update=told), (), Outcome.DUPLICATE)


def is_newer(version: Coordinates, than: Coordinates) -> bool:
    """Whether a version was published later than another.

    What a rebuild brought from another log is older than what was published here; apart from that, versions
    of different partitions are taken in the order they come in.
    """
    if version.log != than.log:
        return version.log is None or than.log is not None
    return version.partition != than.partition or version.offset > than.offset


def _outcome(entry: LedgerEntry | None, coded: CodedArticle) -> Outcome:
    if coded.coding is None:
        return Outcome.WITHDRAWAL
    return Outcome.CORRECTION if entry else Outcome.COUNTED


def _tallies(contributions: tuple[Contribution, ...], at: Coordinates) -> tuple[Tally, ...]:
    return tuple(
        Tally(table=row.table, key=row.key, label=row.label, days=row.days, coded=at) for row in contributions
    )
