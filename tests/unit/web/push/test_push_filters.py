"""Filters of a stream mean what they mean to the plain loop."""

import pytest
from push_fakes import read_frames
from stories_drawn import Drawn, Settled

from schemas.coded import CodedArticle
from streams.counting.asked import answer_events
from streams.web.push.log import LedgerRecord
from streams.web.push.offsets import Cursor, Place
from streams.web.push.outbox import Outbox
from streams.web.push.readers import Reader, Readers
from streams.web.push.told import Interest, messages_of


class Table:
    """What somebody has who does as the stream says."""

    def __init__(self, interest: Interest) -> None:
        self.interest = interest
        self.reader = Reader(interest, Outbox(), None)
        self.events: dict[str, set[str]] = {}

    def read(self) -> None:
        for message in read_frames(b"".join(self.reader.outbox._frames)):
            article = message.data["article"]["id"]
            if message.kind == "event":
                self.events.setdefault(article, set()).add(message.data["key"])
            else:
                self.events.pop(article, None)
        self.reader.outbox._frames.clear()

    def keys(self) -> set[str]:
        return set().union(*self.events.values())


@pytest.mark.parametrize("seed", range(30))
def test_a_reader_that_does_as_told_has_what_the_plain_loop_has(seed: int) -> None:
    """Through counts, repeats, corrections and withdrawals, under any filters and days."""
    drawn, ledger, tail = Drawn(seed), Settled(), Cursor(Place((0,)))
    readers = Readers()
    tables = [Table(Interest(drawn.filters(), drawn.days())) for _ in range(12)]
    for table in tables:
        readers.add(table.reader, tail)
    versions: list[CodedArticle] = []
    for _ in range(60):
        versions.append(drawn.version())
        for key, value in ledger.settle(versions[-1:]).items():
            record = LedgerRecord(0, tail.offsets[0], key, value)
            readers.tell(record, messages_of(record), tail)
        for table in tables:
            table.read()
    for table in tables:
        expected = answer_events(versions, table.interest.filters, table.interest.days)
        assert table.keys() == set(expected), table.interest
