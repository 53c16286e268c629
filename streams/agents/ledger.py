"""The ledger agent: coded articles to tallies; drops repeats, turns corrections into differences."""

from collections.abc import AsyncIterable, Iterator
from dataclasses import dataclass

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.dead_letter import Reason
from schemas.ledger import LedgerEntry
from schemas.wire import Malformed, decode, encode
from streams.agents.agent import Agent
from streams.counting.ledger import Settlement, settle
from streams.dead_letters import DeadLetters, Fault
from streams.delivery import Batch, Delivery, Outgoing
from streams.delivery.batch import ConsumedRecord
from streams.metrics import Metrics
from streams.tables import Table


@dataclass(frozen=True)
class Ledger:
    """Settles coded articles against what their stories have contributed before."""

    entries: Table[LedgerEntry]
    tallies: str
    dead_letters: DeadLetters
    metrics: Metrics

    def outgoing(self, batch: Batch) -> Iterator[Outgoing]:
        """Changelog records, tallies and dead letters of a batch, in the order to send them."""
        for record in batch.records:
            try:
                coded = decode(CodedArticle, record.value or b"")
            except Malformed as error:
                yield self.dead_letters.take(Fault(Reason.NOT_A_CODED_ARTICLE, str(error)), batch, record)
            else:
                yield from self._settle(batch, record, coded)

    def _settle(self, batch: Batch, record: ConsumedRecord, coded: CodedArticle) -> Iterator[Outgoing]:
        key = coded.article_id.encode()
        at = Coordinates(partition=batch.partition, offset=record.offset)
        settlement = settle(self.entries.value(batch.partition, key), coded, at=at)
        self._observe(settlement)
        if settlement.entry:
            self.entries.put(batch.partition, key, settlement.entry)
            yield self.entries.changelog_record(batch.partition, key)
        for tally in settlement.tallies:
            yield Outgoing(self.tallies, tally.key.encode(), encode(tally))

    def _observe(self, settlement: Settlement) -> None:
        self.metrics.articles_counted.labels(settlement.outcome.value).inc()
        self.metrics.tallies_sent.inc(len(settlement.tallies))


def build_ledger_agent(ledger: Ledger, *, delivery: Delivery) -> Agent:
    """The function that reads batches of coded articles."""

    async def ledger_agent(batches: AsyncIterable[Batch]) -> None:
        async for batch in delivery.live(batches):
            ledger.metrics.batch_records.labels("ledger").observe(len(batch.records))
            await delivery.put(batch, list(ledger.outgoing(batch)))

    return ledger_agent
