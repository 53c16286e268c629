"""What a tail reads: records of a changelog by partition, from given offsets on and without end."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from streams.web.push.offsets import Offsets


class LogUnreachable(ConnectionError):
    """The changelog cannot be read now."""


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """One committed record of the ledger's changelog; without a value the entry was removed."""

    partition: int
    offset: int
    key: bytes
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Read:
    """Consecutive records of one partition, and the offset to read on from.

    `lost` says that this is not where reading should have gone on: records are gone, or never were.
    """

    partition: int
    records: tuple[LedgerRecord, ...]
    next_offset: int
    lost: bool = False


class Log(Protocol):
    """A changelog; both methods raise LogUnreachable."""

    async def ends(self) -> Offsets:
        """The offset after the last committed record, by partition."""

    def follow(self, start: Offsets) -> AsyncGenerator[list[Read], None]:
        """What there is from these offsets on, then what comes; an empty list where nothing has come."""
