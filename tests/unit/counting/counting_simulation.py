"""Ledger and tally members on logs in memory, with crashes, re-reads and late writes drawn from a seed.

What a member writes reaches each partition as a prefix of what it sent there, partitions apart: that is
what one idempotent producer guarantees. A member that is paused instead of killed writes the rest later.
"""

import random
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hand_made import MONDAY, TUESDAY, actor, coded, coding, event, topic
from streaming_fakes import Record, batch_of

from schemas.coded import CodedArticle
from schemas.counts import DayCounts
from schemas.ledger import LedgerEntry
from schemas.plover import EventType
from schemas.tally import TableName
from schemas.wire import encode
from streams.agents.ledger import Ledger
from streams.agents.tally import TallyTables
from streams.counting.loop import Totals
from streams.dead_letters import DeadLetters
from streams.delivery import Batch, Outgoing
from streams.kafka_topics import Catalogue
from streams.metrics import Metrics
from streams.tables import Table

PARTITIONS = 2
VERSIONS = 14
WITHDRAWN = "withdrawn"
CATALOGUE = Catalogue("sim", PARTITIONS, 1)
METRICS = Metrics()
DEAD_LETTERS = DeadLetters(CATALOGUE.dead_letters, METRICS, lambda: datetime(2020, 1, 1, tzinfo=UTC))

Place = tuple[str, int]


# --- what has been coded -----------------------------------------------------------------------------------


def coded_log(seed: int, partition: int) -> list[CodedArticle]:
    """Versions of three articles: repeats, withdrawals, out of order, some of them coded twice."""
    draw = random.Random(f"{seed}/{partition}")
    log = [_version(draw, partition, offset) for offset in range(VERSIONS)]
    for _ in range(draw.randrange(4)):
        place = draw.randrange(len(log) - 1)
        log[place], log[place + 1] = log[place + 1], log[place]
    for _ in range(draw.randrange(4)):
        twice = draw.choice(log)
        log.insert(draw.randrange(len(log) + 1), _coded_again(twice))
    return log


def _version(draw: random.Random, partition: int, offset: int) -> CodedArticle:
    article_id = f"a{partition}{draw.randrange(3)}"
    content = draw.choice(["one", "two", "three", WITHDRAWN])
    if content == WITHDRAWN:
        return coded(article_id, offset=offset, partition=partition, content=content, says=None)
    return _story(random.Random(f"{article_id}/{content}"), article_id, offset, partition, content)


def _story(draw: random.Random, article_id: str, offset: int, partition: int, content: str) -> CodedArticle:
    names = draw.sample(["rus", "geo", "usa"], 2)
    return coded(
        article_id,
        offset=offset,
        partition=partition,
        content=content,
        published_at=draw.choice([MONDAY, TUESDAY, None]),
        says=coding(
            actors=[actor(name, mentions=draw.randrange(1, 4)) for name in names],
            topics=[topic(draw.choice(["war", "oil"]))],
            events=[event(names[0], draw.choice([EventType.ASSAULT, EventType.AID]), names[1])],
        ),
    )


def _coded_again(version: CodedArticle) -> CodedArticle:
    """The same version as another build of the coder reads it: with another actor."""
    if version.coding is None:
        return version
    other = coding(actors=[actor("fra", mentions=9)])
    return version.model_copy(update={"coding": other, "coder": "rules-2"})


# --- the broker --------------------------------------------------------------------------------------------


@dataclass
class Broker:
    """Logs by Kafka topic and partition, and committed offsets; writes of paused members come late."""

    logs: dict[Place, list[Record]] = field(default_factory=lambda: defaultdict(list))
    committed: dict[Place, int] = field(default_factory=lambda: defaultdict(int))
    late: list["Buffer"] = field(default_factory=list)

    def append(self, place: Place, key: bytes | None, value: bytes | None) -> None:
        self.logs[place].append(Record(len(self.logs[place]), key, value))


@dataclass
class Buffer:
    """What a member has sent and the broker has not yet: by partition in order, with its batch."""

    broker: Broker
    waiting: dict[Place, list[tuple[int, Outgoing]]] = field(default_factory=lambda: defaultdict(list))

    def put(self, batch_number: int, outgoing: list[Outgoing]) -> None:
        for record in outgoing:
            number = record.partition
            if number is None:
                number = zlib.crc32(record.key or b"") % PARTITIONS
            self.waiting[record.kafka_topic, number].append((batch_number, record))

    def write_some(self, draw: random.Random) -> None:
        for place in sorted(self.waiting):
            self._write(place, draw.randrange(len(self.waiting[place]) + 1))

    def write_all(self) -> None:
        for place in sorted(self.waiting):
            self._write(place, len(self.waiting[place]))

    def _write(self, place: Place, count: int) -> None:
        for _, record in self.waiting[place][:count]:
            self.broker.append(place, record.key, record.value)
        del self.waiting[place][:count]

    def first_unwritten_batch(self) -> int | None:
        return min((rows[0][0] for rows in self.waiting.values() if rows), default=None)


# --- members -----------------------------------------------------------------------------------------------


@dataclass
class Member:
    """Whoever processes one partition of one Kafka topic: memory, position, and writes on their way."""

    broker: Broker
    place: Place
    tables: tuple[Table[LedgerEntry], ...] | tuple[Table[DayCounts], ...]
    react: Callable[[Batch], list[Outgoing]]
    known_committed: int = 0
    position: int = 0
    ends: list[int] = field(default_factory=list)
    buffer: Buffer = field(init=False)

    def __post_init__(self) -> None:
        self.buffer = Buffer(self.broker)
        for table in self.tables:
            restore(table, self.broker, self.place[1])
        self.position = self.known_committed = self.broker.committed[self.place]

    def step(self, count: int) -> bool:
        """Read and process the next records; False where there are none."""
        records = self.broker.logs[self.place][self.position : self.position + count]
        if not records:
            return False
        batch = batch_of(*records, kafka_topic=self.place[0], partition=self.place[1])
        self.buffer.put(len(self.ends), self.react(batch))
        self.position = batch.next_offset
        self.ends.append(self.position)
        return True

    def commit(self) -> None:
        """Commit the end of the last batch that is wholly written with all before it."""
        unwritten = self.buffer.first_unwritten_batch()
        done = self.ends if unwritten is None else self.ends[:unwritten]
        if done:
            self.broker.committed[self.place] = self.known_committed = max(self.known_committed, done[-1])


def restore(table: Table[LedgerEntry] | Table[DayCounts], broker: Broker, partition: int) -> None:
    for record in broker.logs[table.changelog, partition]:
        table.restore(partition, record.key or b"", record.value)


def ledger_member(broker: Broker, partition: int) -> Member:
    """Whoever runs the ledger of one coded partition, restored from its changelog."""
    entries = Table(CATALOGUE.ledger_changelog, LedgerEntry)
    ledger = Ledger(entries, CATALOGUE.tallies, DEAD_LETTERS, METRICS, lambda *_: member.known_committed)
    member = Member(
        broker, (CATALOGUE.coded, partition), (entries,), lambda batch: list(ledger.outgoing(batch))
    )
    return member


def tally_member(broker: Broker, partition: int) -> Member:
    """Whoever holds the tables of one tallies partition, restored from their changelogs."""
    counts = {name: Table(CATALOGUE.table_changelog(name), DayCounts) for name in TableName}
    tables = TallyTables(counts, DEAD_LETTERS, METRICS)
    return Member(broker, (CATALOGUE.tallies, partition), tuple(counts.values()), tables.outgoing)


# --- a run -------------------------------------------------------------------------------------------------

_BUILDERS = {CATALOGUE.coded: ledger_member, CATALOGUE.tallies: tally_member}


class Simulation:
    """One run of the protocol; everything that happens is drawn from the seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.broker = Broker()
        self.coded: list[CodedArticle] = []
        for partition in range(PARTITIONS):
            for version in coded_log(seed, partition):
                key = version.article_id.encode()
                self.broker.append((CATALOGUE.coded, partition), key, encode(version))
                self.coded.append(version)
        self.members = {
            (kafka_topic, partition): build(self.broker, partition)
            for kafka_topic, build in _BUILDERS.items()
            for partition in range(PARTITIONS)
        }
        self.crashes = 0

    def run(self) -> None:
        """Faults for a while, then everything to its end."""
        for _ in range(60):
            self._something(self.draw.choice(sorted(self.members)))
        self._finish()

    def _something(self, place: Place) -> None:
        member = self.members[place]
        what = self.draw.random()
        if what < 0.55:
            member.step(self.draw.randrange(1, 5))
        elif what < 0.75:
            member.buffer.write_some(self.draw)
        elif what < 0.85:
            member.commit()
        elif self.broker.late and what < 0.9:
            self.draw.choice(self.broker.late).write_some(self.draw)
        else:
            self._replace(place, killed=what < 0.95)

    def _replace(self, place: Place, *, killed: bool) -> None:
        """Another member takes over from the committed offset; a paused one writes the rest later."""
        member = self.members[place]
        member.buffer.write_some(self.draw)
        if not killed:
            self.broker.late.append(member.buffer)
        self.members[place] = _BUILDERS[place[0]](self.broker, place[1])
        self.crashes += 1

    def _finish(self) -> None:
        """Everything to its end, then the last late writes, then to the end again."""
        self._drain()
        for buffer in self.broker.late:
            buffer.write_all()
        self._drain()

    def _drain(self) -> None:
        while any(
            member.step(5) or member.buffer.first_unwritten_batch() is not None
            for member in self.members.values()
        ):
            for member in self.members.values():
                member.buffer.write_all()
                member.commit()

    # --- what came of it -----------------------------------------------------------------------------------

    def tables_held(self) -> Totals:
        """The counters that the living members hold."""
        return _totals(self.members[CATALOGUE.tallies, number].tables for number in range(PARTITIONS))

    def tables_recovered(self) -> Totals:
        """The counters that new members read from the changelogs."""
        return _totals(tally_member(self.broker, number).tables for number in range(PARTITIONS))


def _totals(held: Iterator[tuple[Table[DayCounts], ...]]) -> Totals:
    """Counters by table and by thing and day; values that came down to nothing are left out."""
    totals: Totals = {name: {} for name in TableName}
    for tables in held:
        for name, table in zip(TableName, tables, strict=True):
            for key, counts in table.items(frozenset(range(PARTITIONS))):
                if counts.counters:
                    totals[name][key.decode()] = counts.counters
    return totals
