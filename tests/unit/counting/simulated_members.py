"""Whoever processes one partition: opens it, reads, writes in transactions; every step may be the last."""

import json
import zlib
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from hand_made import actor, coding, event, topic
from simulated_kafka import Place, SimulatedKafka, Transaction
from streaming_fakes import Record, batch_of

from schemas.article import Article
from schemas.coded import CodedArticle
from schemas.coding import Coding
from schemas.plover import EventType
from schemas.wire import encode
from streams.agents.code import ArticleCoder
from streams.agents.guard import Guard
from streams.agents.ledger import Ledger
from streams.agents.tally import TallyTables
from streams.coder_pool import CoderCrashed, CodingResult, CodingTask
from streams.dead_letters import DeadLetters
from streams.delivery import Batch, Outgoing
from streams.kafka_topics import Catalogue
from streams.metrics import Metrics
from streams.tables import Tables

PARTITIONS = 2
POISON = "poison"
CATALOGUE = Catalogue("sim", PARTITIONS, 1)
METRICS = Metrics()
NOW = datetime(2020, 1, 1, tzinfo=UTC)
DEAD_LETTERS = DeadLetters(CATALOGUE.dead_letters, METRICS, lambda: NOW)
STAGES = (CATALOGUE.articles, CATALOGUE.coded, CATALOGUE.tallies)

T = TypeVar("T")


@dataclass
class Build:
    """The coder of this moment: another build reads other things, a mended one takes what killed it."""

    takes_poison: bool = False
    number: int = 1

    async def code(self, task: CodingTask) -> CodingResult:
        article = task.article
        if article.text == POISON and not self.takes_poison:
            raise CoderCrashed("died 2 times")
        coded = CodedArticle(
            article_id=article.id,
            article=task.at,
            content_hash=task.content_hash,
            coder=str(self.number),
            published_at=article.published_at,
            coding=self._coding(article),
        )
        return CodingResult(encode(coded), (), 0.0)

    def _coding(self, article: Article) -> Coding:
        seed = zlib.crc32(f"{article.id}/{article.text}".encode())
        names = [["rus", "geo"], ["geo", "usa"], ["usa", "rus"]][seed % 3]
        kind = EventType.ASSAULT if seed & 4 else EventType.AID
        return coding(
            actors=[actor(name, mentions=1 + seed % 2 + self.number) for name in names],
            topics=[topic("war" if seed & 8 else "oil")],
            events=[event(names[0], kind, names[1])],
        )


def article_record(article_id: str, text: str | None, published_at: datetime | None) -> Record:
    """An article as it is published; without a text its story is withdrawn."""
    told = {"id": article_id, "text": text, "published_at": published_at and published_at.isoformat()}
    return Record(0, article_id.encode(), None if text is None else json.dumps(told).encode())


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits")


def _reaction(kafka_topic: str, tables: Tables, build: Build) -> Callable[[Batch], list[Outgoing]]:
    """The product's own code: what an agent makes of a batch."""
    if kafka_topic == CATALOGUE.coded:
        ledger = Ledger(tables.ledger, CATALOGUE.tallies, PARTITIONS, DEAD_LETTERS, METRICS, lambda: NOW)
        return lambda batch: list(ledger.outgoing(batch, ledger.read(batch), None))
    if kafka_topic == CATALOGUE.tallies:
        counts = TallyTables(tables.counts, PARTITIONS, DEAD_LETTERS, METRICS, lambda: NOW)
        return lambda batch: counts.outgoing(batch, counts.read(batch), None)
    guard = Guard(1000, "en")
    coder = ArticleCoder(guard, build, CATALOGUE.coded, DEAD_LETTERS, METRICS, "1", lambda: NOW)
    return lambda batch: [_at_once(coder.outgoing(batch, record)) for record in batch.records]


class Offsets(StrEnum):
    """When the next offset is committed."""

    WITHIN = "within the transaction"
    BEFORE = "before it"
    AFTER = "after it"


@dataclass(frozen=True)
class Rules:
    """How members behave; every rule but the default is broken."""

    looks_before_fencing: bool = False
    keeps_whatever_happened: bool = False
    recovers_uncommitted: bool = False
    reads_uncommitted: bool = False
    writes_position: bool = True
    offsets: Offsets = Offsets.WITHIN


class Phase(StrEnum):
    OPENING = "opening"
    OPEN = "open"
    ENDED = "ended"


Step = Callable[[], None]


@dataclass
class Member:
    """One worker's hold of one partition, from its opening to its end; a paused one knows of nothing."""

    kafka: SimulatedKafka
    place: Place
    build: Build
    rules: Rules
    tables: Tables = field(default_factory=lambda: Tables(CATALOGUE, now=lambda: 0.0))
    phase: Phase = Phase.ENDED
    epoch: int = 0
    position: int = 0
    offset: int = 0
    left_at: int | None = None
    looked: int | None = None
    opening: deque[Step] = field(default_factory=deque)
    waiting: deque[tuple[int, list[Outgoing]]] = field(default_factory=deque)
    writing: deque[Step] = field(default_factory=deque)

    @property
    def transactional_id(self) -> str:
        return f"{self.place[0]}.{self.place[1]}"

    @property
    def is_idle(self) -> bool:
        """Whether all that it has read is committed, as far as it knows."""
        return self.phase is Phase.OPEN and not (self.waiting or self.writing)

    def begin(self) -> None:
        """Start to open the partition."""
        steps = [self._fence, self._look, self._recover]
        if self.rules.looks_before_fencing:
            steps = [self._look, self._fence, self._recover]
        self.phase, self.opening = Phase.OPENING, deque(steps)

    def leave(self) -> None:
        """The generation ends: remember where, in case this partition comes back."""
        self.left_at = self.offset
        self.phase = Phase.ENDED

    def end(self) -> None:
        """The process ends."""
        self.phase = Phase.ENDED
        self.left_at = None

    # --- opening -------------------------------------------------------------------------------------------

    def open_further(self) -> None:
        self.opening.popleft()()

    def _fence(self) -> None:
        self.epoch = self.kafka.take_over(self.transactional_id)

    def _look(self) -> None:
        self.looked = self.kafka.committed().get(self.place)

    def _recover(self) -> None:
        if not (self.rules.keeps_whatever_happened and self.left_at is not None):
            self._read_changelogs()
        told = self.tables.told_position(*self.place)
        self.position = max((offset for offset in (self.looked, told) if offset is not None), default=0)
        self.offset, self.phase = self.position, Phase.OPEN

    def _read_changelogs(self) -> None:
        for table in self.tables.fed_by(self.place[0]):
            values = table.of_partition(self.place[1])
            values.discard_uncommitted()
            log = (table.changelog, self.place[1])
            records, end = self.kafka.read(
                log, values.store.position or 0, uncommitted=self.rules.recovers_uncommitted
            )
            changes = {record.key or b"": record.value for record in records}
            values.restore(changes, position=end, as_of=0.0)

    # --- at work -------------------------------------------------------------------------------------------

    def read(self, most: int) -> bool:
        """Read and process what comes next; False where there is nothing."""
        records, after = self.kafka.read(
            self.place, self.position, most=most, uncommitted=self.rules.reads_uncommitted
        )
        if after == self.position:
            return False
        kafka_topic, number = self.place
        batch = batch_of(*records, kafka_topic=kafka_topic, partition=number, next_offset=after)
        self.waiting.append((after, _reaction(kafka_topic, self.tables, self.build)(batch)))
        self.position = after
        return True

    def write_further(self, batches: int) -> bool:
        """One step of a transaction over at most so many batches; raises Fenced."""
        if not self.writing and self.waiting:
            gathered = [self.waiting.popleft() for _ in range(min(batches, len(self.waiting)))]
            self.writing.extend(
                self._transaction(gathered[-1][0], [row for _, rows in gathered for row in rows])
            )
        if not self.writing:
            return False
        step = self.writing.popleft()
        step()
        return True

    def _transaction(self, next_offset: int, written: list[Outgoing]) -> list[Step]:
        position = self.tables.position_record(*self.place, next_offset)
        if position and self.rules.writes_position:
            written = [*written, position]
        begun: list[Transaction] = []
        ends: dict[Place, int] = {}

        def send(outgoing: Outgoing) -> None:
            place = place_of(outgoing)
            record = Record(0, outgoing.key, outgoing.value, headers=outgoing.headers)
            ends[place] = self.kafka.send(begun[0], place, record) + 1

        def learn() -> None:
            self.offset = next_offset
            self.tables.committed(written, ends)

        def commit_offset_alone() -> None:
            self.kafka.offsets[self.place] = next_offset

        steps: list[Step] = [lambda: begun.append(self.kafka.begin(self.transactional_id, self.epoch))]
        steps += [lambda outgoing=outgoing: send(outgoing) for outgoing in written]  # type: ignore[misc]
        if self.rules.offsets is Offsets.WITHIN:
            steps.append(lambda: self.kafka.send_offset(begun[0], self.place, next_offset))
        steps += [lambda: self.kafka.commit(begun[0]), learn]
        if self.rules.offsets is Offsets.BEFORE:
            steps.insert(0, commit_offset_alone)
        if self.rules.offsets is Offsets.AFTER:
            steps.append(commit_offset_alone)
        return steps


def place_of(outgoing: Outgoing) -> Place:
    """Where a record goes: the same key always to the same partition."""
    if outgoing.kafka_topic == CATALOGUE.dead_letters:
        return outgoing.kafka_topic, 0
    number = outgoing.partition
    return outgoing.kafka_topic, zlib.crc32(outgoing.key or b"") % PARTITIONS if number is None else number
