"""The tally agent: tallies to the tables of counted things."""

from collections.abc import AsyncIterable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.counts import DayCounts
from schemas.dead_letter import Fault, Reason
from schemas.tally import Counters, TableName, Tally
from schemas.wire import Malformed, decode
from streams.agents.agent import Agent
from streams.agents.log_ends import Ends, LogEnds
from streams.counting.days import apply, day_key
from streams.counting.plausibility import tally_fault
from streams.dead_letters import DeadLetters
from streams.delivery import Batch, Delivery, Outgoing
from streams.delivery.batch import ConsumedRecord
from streams.metrics import Metrics
from streams.tables import Table

Dirty = dict[tuple[TableName, bytes], None]
Read = Sequence[Tally | Fault]


@dataclass(frozen=True)
class TallyTables:
    """Applies tallies to the counts of their day."""

    counts: dict[TableName, Table[DayCounts]]
    partitions: int
    dead_letters: DeadLetters
    metrics: Metrics
    now: Callable[[], datetime]

    def read(self, batch: Batch) -> Read:
        """The tally of each record, or why there is none."""
        return [_read(record) for record in batch.records]

    def outgoing(self, batch: Batch, read: Read, coded_ends: Ends | None) -> list[Outgoing]:
        """One changelog record for each value that the batch changed, and dead letters."""
        dirty: Dirty = {}
        refused = []
        now = self.now()
        for record, tally in zip(batch.records, read, strict=True):
            fault = tally if isinstance(tally, Fault) else self._fault(batch, record, tally, coded_ends, now)
            if fault:
                refused.append(self.dead_letters.take(fault, batch, record))
            elif isinstance(tally, Tally):
                self._apply(tally, batch.partition, dirty)
        changed = [self.counts[table].changelog_record(batch.partition, key) for table, key in dirty]
        return changed + refused

    def _fault(
        self, batch: Batch, record: ConsumedRecord, tally: Tally, coded_ends: Ends | None, now: datetime
    ) -> Fault | None:
        table = self.counts[tally.table]

        def held(day: str) -> Counters:
            counts = table.value(batch.partition, day_key(tally.key, day).encode())
            return counts.counters if counts else {}

        return tally_fault(
            tally, held, key=record.key, coded_partitions=self.partitions, coded_ends=coded_ends, now=now
        )

    def _apply(self, tally: Tally, partition: int, dirty: Dirty) -> None:
        table = self.counts[tally.table]
        for day, change in tally.days.items():
            key = day_key(tally.key, day).encode()
            table.put(partition, key, apply(table.value(partition, key), tally.label, change))
            dirty[tally.table, key] = None
        self.metrics.tallies_applied.inc()


def _read(record: ConsumedRecord) -> Tally | Fault:
    try:
        return decode(Tally, record.value or b"")
    except Malformed as error:
        return Fault(Reason.NOT_A_TALLY, str(error))


def build_tally_agent(tables: TallyTables, *, delivery: Delivery, coded_ends: LogEnds) -> Agent:
    """The function that reads batches of tallies."""

    async def tally_agent(batches: AsyncIterable[Batch]) -> None:
        async for batch in delivery.live(batches):
            tables.metrics.batch_records.labels("tally").observe(len(batch.records))
            read = tables.read(batch)
            ends = await coded_ends.covering(row.coded for row in read if isinstance(row, Tally))
            if delivery.may_process(batch):  # nothing awaits between here and `put`: tables and writes agree
                await delivery.put(batch, tables.outgoing(batch, read, ends))

    return tally_agent
