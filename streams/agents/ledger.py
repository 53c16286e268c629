"""The ledger agent: coded articles to tallies; drops repeats, turns corrections into differences."""

from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.dead_letter import Fault, Reason
from schemas.ledger import LedgerEntry
from schemas.wire import Malformed, decode, encode
from streams.agents.agent import Agent
from streams.agents.log_ends import Ends, LogEnds
from streams.counting.ledger import Settlement, settle
from streams.counting.plausibility import coded_fault
from streams.dead_letters import DeadLetters
from streams.delivery import Batch, Delivery, Outgoing
from streams.delivery.ages import arrival_told_by
from streams.delivery.batch import ConsumedRecord
from streams.metrics import Metrics
from streams.tables import Table

Read = Sequence[CodedArticle | Fault]


@dataclass(frozen=True)
class Ledger:
    """Settles coded articles against what their stories have contributed before."""

    entries: Table[LedgerEntry]
    tallies: str
    partitions: int
    dead_letters: DeadLetters
    metrics: Metrics
    now: Callable[[], datetime]

    def read(self, batch: Batch) -> Read:
        """The coded article of each record, or why there is none."""
        return [_read(record) for record in batch.records]

    def outgoing(self, batch: Batch, read: Read, article_ends: Ends | None) -> Iterator[Outgoing]:
        """Changelog records, tallies and dead letters of a batch, in the order to send them."""
        for record, coded in zip(batch.records, read, strict=True):
            fault = coded if isinstance(coded, Fault) else self._fault(record, coded, article_ends)
            if fault:
                yield self.dead_letters.take(fault, batch, record)
            elif isinstance(coded, CodedArticle):
                yield from self._settle(batch, record, coded)

    def _fault(self, record: ConsumedRecord, coded: CodedArticle, article_ends: Ends | None) -> Fault | None:
        return coded_fault(
            coded,
            key=record.key,
            articles_partitions=self.partitions,
            article_ends=article_ends,
            now=self.now(),
        )

    def _settle(self, batch: Batch, record: ConsumedRecord, coded: CodedArticle) -> Iterator[Outgoing]:
        key = coded.article_id.encode()
        at = Coordinates(partition=batch.partition, offset=record.offset)
        settlement = settle(self.entries.value(batch.partition, key), coded, at=at)
        self._observe(settlement)
        if settlement.entry:
            self.entries.put(batch.partition, key, settlement.entry)
            yield self.entries.changelog_record(batch.partition, key)
        for tally in settlement.tallies:
            # one a story is enough: the last, as most of the others are applied by then
            arrival = arrival_told_by(record) if tally is settlement.tallies[-1] else ()
            yield Outgoing(self.tallies, tally.key.encode(), encode(tally), headers=arrival)

    def _observe(self, settlement: Settlement) -> None:
        self.metrics.articles_counted.labels(settlement.outcome.value).inc()
        self.metrics.tallies_sent.inc(len(settlement.tallies))


def _read(record: ConsumedRecord) -> CodedArticle | Fault:
    try:
        return decode(CodedArticle, record.value or b"")
    except Malformed as error:
        return Fault(Reason.NOT_A_CODED_ARTICLE, str(error))


def build_ledger_agent(ledger: Ledger, *, delivery: Delivery, article_ends: LogEnds) -> Agent:
    """The function that reads batches of coded articles."""

    async def ledger_agent(batches: AsyncIterable[Batch]) -> None:
        async for batch in delivery.live(batches):
            ledger.metrics.batch_records.labels("ledger").observe(len(batch.records))
            read = ledger.read(batch)
            ends = await article_ends.covering(row.article for row in read if isinstance(row, CodedArticle))
            if delivery.may_process(batch):  # nothing awaits between here and `put`: tables and writes agree
                await delivery.put(batch, list(ledger.outgoing(batch, read, ends)))

    return ledger_agent
