"""What an article has contributed so far: the value of the ledger's table."""

from schemas.base import Record
from schemas.coordinates import Coordinates
from schemas.tally import Contribution


class Sent(Record):
    """What a coded offset sent, kept until that offset is known to be committed."""

    offset: int
    contributions: tuple[Contribution, ...]


class LedgerEntry(Record):
    """The version of an article that counts, what it contributed, and what may have to be sent again.

    `seen` is the last coded offset that this value has seen: the higher one wins in recovery.
    """

    article: Coordinates
    content_hash: str
    contributions: tuple[Contribution, ...]
    sent: tuple[Sent, ...] = ()
    seen: int
