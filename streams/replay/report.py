"""What a replay has done: what a broker has acknowledged, and what it has refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from streams.replay.items import Note
from streams.replay.window import Fate


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a replay has done so far.

    `sent` articles and `unreadable` bytes are acknowledged, `refused` records were too large for the
    broker, and `skipped` items had been settled before an interruption. `last_offsets` holds the last
    offset acknowledged in each partition, `notes` how many of the articles sent had each note.
    """

    sent: int
    unreadable: int
    refused: int
    undated: int
    skipped: int
    sent_bytes: int
    last_offsets: Mapping[int, int]
    notes: Mapping[Note, int]


class ReplayCount:
    """The running count behind a report and a bookmark."""

    def __init__(self, *, skipped: int) -> None:
        self._skipped = skipped
        self._sent = self._unreadable = self._refused = self._undated = self._sent_bytes = 0
        self._last_offsets: dict[int, int] = {}
        self._notes: Counter[Note] = Counter()

    @property
    def settled(self) -> int:
        """How many items, counted from the first of the input, need not be sent again."""
        return self._skipped + self._sent + self._unreadable + self._refused

    def add(self, fate: Fate) -> None:
        """Count what became of one record."""
        if fate.at is None:
            self._refused += 1
            return
        self._sent += fate.sent.readable
        self._unreadable += not fate.sent.readable
        self._undated += fate.sent.undated
        self._sent_bytes += fate.sent.size_bytes
        self._notes.update([fate.sent.note] if fate.sent.note else ())
        # A batch that the broker had already may be acknowledged without its offset, as -1.
        if fate.at.offset > self._last_offsets.get(fate.at.partition, -1):
            self._last_offsets[fate.at.partition] = fate.at.offset

    def report(self) -> ReplayReport:
        """Take stock."""
        return ReplayReport(
            sent=self._sent,
            unreadable=self._unreadable,
            refused=self._refused,
            undated=self._undated,
            skipped=self._skipped,
            sent_bytes=self._sent_bytes,
            last_offsets=dict(self._last_offsets),
            notes=dict(self._notes),
        )
