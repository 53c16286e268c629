"""What a coded article changes, given what the story has contributed before (architecture, guarantee 3)."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry, Sent
from schemas.tally import Contribution, Tally
from streams.counting.contributions import contributions_of, difference


class Outcome(StrEnum):
    """What became of a coded article: a closed set, fit for a metric's label."""

    COUNTED = "counted"
    DUPLICATE = "duplicate"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    REREAD = "reread"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The ledger's next value (None where it stays as it is), the tallies to send, and the outcome."""

    entry: LedgerEntry | None
    tallies: tuple[Tally, ...]
    outcome: Outcome


def settle(entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates, committed: int) -> Settlement:
    """Settle the coded record at these coordinates; `committed` is the next offset known to be committed.

    A coded offset read again sends the same again; an article offset at or before the one that counts
    sends nothing; the same content again only advances the article offset; other content sends the
    difference.
    """
    if entry is not None and at.offset <= entry.seen:
        return Settlement(None, _tallies(_sent_before(entry, at.offset), at), Outcome.REREAD)
    if entry is not None and coded.article.offset <= entry.article.offset:
        return Settlement(None, (), Outcome.SUPERSEDED)
    if entry is not None and coded.content_hash == entry.content_hash:
        same = entry.model_copy(update={"article": coded.article, "seen": at.offset})
        return Settlement(_forget(same, committed), (), Outcome.DUPLICATE)
    return _change(entry, coded, at=at, committed=committed)


def _change(entry: LedgerEntry | None, coded: CodedArticle, *, at: Coordinates, committed: int) -> Settlement:
    new = contributions_of(coded)
    sending = difference(new, entry.contributions if entry else ())
    changed = LedgerEntry(
        article=coded.article,
        content_hash=coded.content_hash,
        contributions=new,
        sent=(
            *(entry.sent if entry else ()),
            *([Sent(offset=at.offset, contributions=sending)] if sending else []),
        ),
        seen=at.offset,
    )
    return Settlement(_forget(changed, committed), _tallies(sending, at), _outcome(entry, coded))


def _outcome(entry: LedgerEntry | None, coded: CodedArticle) -> Outcome:
    if coded.coding is None:
        return Outcome.WITHDRAWAL
    return Outcome.CORRECTION if entry else Outcome.COUNTED


def _sent_before(entry: LedgerEntry, offset: int) -> tuple[Contribution, ...]:
    return next((sent.contributions for sent in entry.sent if sent.offset == offset), ())


def _forget(entry: LedgerEntry, committed: int) -> LedgerEntry:
    """Drop what a committed offset sent: it is never read again."""
    kept = tuple(sent for sent in entry.sent if sent.offset >= committed)
    return entry.model_copy(update={"sent": kept})


def _tallies(contributions: tuple[Contribution, ...], at: Coordinates) -> tuple[Tally, ...]:
    return tuple(
        Tally(table=row.table, key=row.key, label=row.label, days=row.days, coded=at) for row in contributions
    )
