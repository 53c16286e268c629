"""What a coded article changes, given what the story has contributed before (architecture, guarantee 3)."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry
from schemas.tally import Contribution, Tally
from streams.counting.contributions import contributions_of, difference


class Outcome(StrEnum):
    """What became of a coded article: a closed set, fit for a metric's label."""

    COUNTED = "counted"
    DUPLICATE = "duplicate"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    SUPERSEDED = "superseded"


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
        return Settlement(entry.model_copy(update={"article": coded.article}), (), Outcome.DUPLICATE)
    new = contributions_of(coded)
    changed = LedgerEntry(article=coded.article, content_hash=coded.content_hash, contributions=new)
    sending = difference(new, entry.contributions if entry else ())
    return Settlement(changed, _tallies(sending, at), _outcome(entry, coded))


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
