"""What an article has contributed so far: the value of the ledger's table."""

from schemas.base import Record
from schemas.coordinates import Coordinates
from schemas.tally import Contribution


class LedgerEntry(Record):
    """The version of an article that counts, and what it contributed."""

    article: Coordinates
    content_hash: str
    contributions: tuple[Contribution, ...]
