"""The tally agent: tallies to the tables of counted things, each tally once."""

from collections.abc import AsyncIterable
from dataclasses import dataclass

from schemas.counts import DayCounts
from schemas.dead_letter import Reason
from schemas.tally import TableName, Tally
from schemas.wire import Malformed, decode
from streams.agents.agent import Agent
from streams.counting.days import apply, day_key
from streams.dead_letters import DeadLetters, Fault
from streams.delivery import Batch, Delivery, Outgoing
from streams.metrics import Metrics
from streams.tables import Table

Dirty = dict[tuple[TableName, bytes], None]


@dataclass(frozen=True)
class TallyTables:
    """Applies tallies to the counts of their day."""

    counts: dict[TableName, Table[DayCounts]]
    dead_letters: DeadLetters
    metrics: Metrics

    def outgoing(self, batch: Batch) -> list[Outgoing]:
        """One changelog record for each value that the batch changed, and dead letters."""
        dirty: Dirty = {}
        refused = []
        for record in batch.records:
            try:
                tally = decode(Tally, record.value or b"")
            except Malformed as error:
                refused.append(self.dead_letters.take(Fault(Reason.NOT_A_TALLY, str(error)), batch, record))
            else:
                self._apply(tally, batch.partition, dirty)
        changed = [self.counts[table].changelog_record(batch.partition, key) for table, key in dirty]
        return changed + refused

    def _apply(self, tally: Tally, partition: int, dirty: Dirty) -> None:
        table = self.counts[tally.table]
        for day, change in tally.days.items():
            key = day_key(tally.key, day).encode()
            table.put(partition, key, apply(table.value(partition, key), tally.label, change))
            dirty[tally.table, key] = None
        self.metrics.tallies_applied.inc()


def build_tally_agent(tables: TallyTables, *, delivery: Delivery) -> Agent:
    """The function that reads batches of tallies."""

    async def tally_agent(batches: AsyncIterable[Batch]) -> None:
        async for batch in delivery.live(batches):
            tables.metrics.batch_records.labels("tally").observe(len(batch.records))
            await delivery.put(batch, tables.outgoing(batch))

    return tally_agent
