"""The three stages on a Kafka in memory, with crashes, pauses and take-overs drawn from a seed."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from hand_made import MONDAY, TUESDAY
from simulated_kafka import Fenced, Place, SimulatedKafka
from simulated_members import (
    CATALOGUE,
    PARTITIONS,
    POISON,
    STAGES,
    Build,
    Member,
    Phase,
    Rules,
    article_record,
)
from streaming_fakes import Record

from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.dead_letter import DeadLetter
from schemas.ledger import Story
from schemas.tally import TableName
from schemas.wire import decode
from streams.counting import loop
from streams.counting.loop import Totals
from streams.counting.story import story_of
from streams.dead_letters import story_of as failure_of
from streams.dead_letters.story import headers_to_send_again
from streams.state.store import RESERVED
from streams.tables import Tables

VERSIONS = 16
STEPS = 400
PLACES = tuple((kafka_topic, number) for kafka_topic in STAGES for number in range(PARTITIONS))
CHANGELOGS = (CATALOGUE.ledger_changelog, *(CATALOGUE.table_changelog(name) for name in TableName))
DEAD: Place = (CATALOGUE.dead_letters, 0)


@dataclass
class Happened:
    """How often each kind of trouble came."""

    killed: int = 0
    paused: int = 0
    returned: int = 0
    fenced: int = 0
    expired: int = 0
    compacted: int = 0
    replayed: int = 0


@dataclass
class Simulation:
    """One run; everything that happens is drawn from the seed."""

    seed: int
    rules: Rules = field(default_factory=Rules)
    kafka: SimulatedKafka = field(default_factory=SimulatedKafka)
    build: Build = field(default_factory=Build)
    zombies: list[Member] = field(default_factory=list)
    published: list[tuple[Coordinates, Record]] = field(default_factory=list)
    happened: Happened = field(default_factory=Happened)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.unpublished = [self._version() for _ in range(VERSIONS)]
        self.members = {place: self._fresh(place) for place in PLACES}

    def _version(self) -> tuple[int, Record]:
        number = self.draw.randrange(PARTITIONS)
        text = self.draw.choice(["one", "two", POISON, None])
        day = None if text is None else self.draw.choice([MONDAY, TUESDAY, None])
        return number, article_record(f"a{number}{self.draw.randrange(2)}", text, day)

    def _fresh(self, place: Place) -> Member:
        member = Member(self.kafka, place, self.build, self.rules)
        member.begin()
        return member

    def run(self) -> None:
        """Trouble for a while, then everything to its end."""
        for _ in range(STEPS):
            self._something()
        self._finish()

    # --- trouble -------------------------------------------------------------------------------------------

    def _something(self) -> None:
        what = self.draw.random()
        if what < 0.70:
            paused = bool(self.zombies) and self.draw.random() < 0.3
            self._advance(self.draw.choice(self.zombies if paused else [*self.members.values()]))
        elif what < 0.82:
            self.kafka.show_some(self.draw)
        elif what < 0.87:
            self._publish()
        elif what < 0.95:
            self._take_over(self.draw.choice(PLACES))
        elif what < 0.98:
            self._compact()
        elif what < 0.983:
            self._expire()
        else:
            self._change_coder()

    def _advance(self, member: Member) -> None:
        try:
            self._step(member)
        except Fenced:
            self.happened.fenced += 1
            self._on_fenced(member)

    def _step(self, member: Member) -> None:
        if member.phase is Phase.OPENING:
            member.open_further()
        elif len(member.waiting) < 3 and self.draw.random() < 0.4:
            member.read(self.draw.randrange(1, 4))
        else:
            for _ in range(self.draw.randrange(1, 8)):
                member.write_further(self.draw.randrange(1, 4))

    def _on_fenced(self, member: Member) -> None:
        """A doubt ends the process; whoever held the partition then is started again."""
        member.end()
        if member in self.zombies:
            self.zombies.remove(member)
        else:
            self.members[member.place] = self._fresh(member.place)

    def _publish(self) -> None:
        if self.unpublished:
            number, record = self.unpublished.pop()
            offset = self.kafka.append((CATALOGUE.articles, number), record)
            self.published.append((Coordinates(partition=number, offset=offset), record))
        elif self.build.takes_poison:
            self._replay(self.draw.sample(self._dead_letters(), k=min(1, len(self._dead_letters()))))

    def _replay(self, letters: Iterable[tuple[DeadLetter, Record]]) -> None:
        for told, record in letters:
            self.happened.replayed += 1
            headers = headers_to_send_again(told, record.headers)
            again = Record(0, record.key, record.value, headers=headers)
            self.kafka.append((told.kafka_topic, told.partition), again)

    def _take_over(self, place: Place) -> None:
        """Another process, or one that held the partition before, or the same one in a new generation."""
        before = self.members[place]
        returning = [zombie for zombie in self.zombies if zombie.place == place and zombie.is_idle]
        if returning and self.draw.random() < 0.7:
            self._leave_behind(before)
            self._return(self.draw.choice(returning))
        elif before.is_idle and self.draw.random() < 0.3:
            before.leave()
            before.begin()
        else:
            self._leave_behind(before)
            self.members[place] = self._fresh(place)

    def _return(self, member: Member) -> None:
        self.happened.returned += 1
        self.zombies.remove(member)
        member.leave()
        member.begin()
        self.members[member.place] = member

    def _leave_behind(self, member: Member) -> None:
        if self.draw.random() < (0.1 if member.is_idle else 0.4):
            self.happened.killed += 1
            member.end()
        else:
            self.happened.paused += 1
            self.zombies.append(member)

    def _compact(self) -> None:
        self.happened.compacted += 1
        self.kafka.compact((self.draw.choice(CHANGELOGS), self.draw.randrange(PARTITIONS)))

    def _expire(self) -> None:
        self.happened.expired += 1
        place = self.draw.choice(PLACES)
        self.kafka.forget_offset(place)
        self._take_over(place)

    def _change_coder(self) -> None:
        if self.draw.random() < 0.15:
            self.build.takes_poison = True
        else:
            self.build.number += 1

    # --- the end -------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Publish the rest, let zombies do their worst, mend the coder, replay all, and come to rest."""
        while self.unpublished:
            self._publish()
        for zombie in list(self.zombies):
            while zombie in self.zombies and (zombie.writing or zombie.waiting):
                self._advance(zombie)
        self.zombies.clear()
        self._drain()
        self.build.takes_poison = True
        self._replay(self._dead_letters())
        self._drain()

    def _drain(self) -> None:
        moved = True
        while moved:
            self.kafka.complete_all()
            moved = any(self._run_on(place) for place in PLACES)

    def _run_on(self, place: Place) -> bool:
        """Everything that one partition has to do now."""
        moved = False
        for _ in range(10_000):
            member = self.members[place]
            try:
                if not self._can_move(member):
                    return moved
                moved = True
            except Fenced:
                self._on_fenced(member)
        raise AssertionError(f"{place} never comes to rest")

    def _can_move(self, member: Member) -> bool:
        if member.phase is Phase.OPENING:
            member.open_further()
            return True
        return member.write_further(3) or member.read(3)

    # --- what came of it -----------------------------------------------------------------------------------

    def _dead_letters(self) -> list[tuple[DeadLetter, Record]]:
        records, _ = self.kafka.read(DEAD, 0)
        return [(failure_of(dict(record.headers)), record) for record in records]

    def coded(self) -> list[CodedArticle]:
        """All committed coded articles, partition by partition."""
        return [
            decode(CodedArticle, record.value or b"")
            for number in range(PARTITIONS)
            for record in self.kafka.read((CATALOGUE.coded, number), 0)[0]
        ]

    def tables_held(self) -> Totals:
        """The counters that the living members hold."""
        return _totals(self.members[CATALOGUE.tallies, number].tables for number in range(PARTITIONS))

    def tables_recovered(self) -> Totals:
        """The counters that new members read from the changelogs."""
        members = [self._fresh((CATALOGUE.tallies, number)) for number in range(PARTITIONS)]
        for member in members:
            while member.phase is Phase.OPENING:
                member.open_further()
        return _totals(member.tables for member in members)

    def stories_held(self) -> dict[str, Story | None]:
        """The stories in the ledgers of the living members."""
        ledgers = [self.members[CATALOGUE.coded, number].tables.ledger for number in range(PARTITIONS)]
        return {
            key.decode(): entry.story
            for ledger in ledgers
            for key, entry in ledger.items(frozenset(range(PARTITIONS)))
            if not key.startswith(RESERVED)
        }

    def _told(self, coded: Iterable[CodedArticle]) -> dict[str, Story | None]:
        return {version.article_id: story_of(version) for version in loop.newest_versions(coded)}

    def faults(self) -> list[str]:
        """What is not as it must be, after a run."""
        coded = self.coded()
        expected = loop.count(coded)
        wrong = {
            "an article lost": {version.article for version in coded} != {at for at, _ in self.published},
            "an older version counted": self._newest(coded) != self._published_last(),
            "an article coded twice": not self.happened.expired and self._is_coded_twice(coded),
            "tables held": self.tables_held() != expected,
            "stories held": self.stories_held() != self._told(coded),
            "tables recovered": self.tables_recovered() != expected,
        }
        return [what for what, is_so in wrong.items() if is_so]

    def _newest(self, coded: Iterable[CodedArticle]) -> dict[str, Coordinates]:
        return {version.article_id: version.article for version in loop.newest_versions(coded)}

    def _published_last(self) -> dict[str, Coordinates]:
        return {(record.key or b"").decode(): at for at, record in self.published}

    def _is_coded_twice(self, coded: Iterable[CodedArticle]) -> bool:
        replayed = {
            (told.first_failure.partition, told.first_failure.offset) for told, _ in self._dead_letters()
        }
        once = [at for each in coded if (at := (each.article.partition, each.article.offset)) not in replayed]
        return len(once) != len(set(once))


def run_of(seed: int, rules: Rules | None = None, kafka: SimulatedKafka | None = None) -> Simulation:
    """A run to its end."""
    run = Simulation(seed, rules or Rules(), kafka or SimulatedKafka())
    run.run()
    return run


def _totals(held: Iterable[Tables]) -> Totals:
    """Counters by table and by thing and day; values that came down to nothing are left out."""
    totals: Totals = {name: {} for name in TableName}
    for tables in held:
        for name, table in tables.counts.items():
            for key, counts in table.items(frozenset(range(PARTITIONS))):
                if counts.counters:
                    totals[name][key.decode()] = counts.counters
    return totals
