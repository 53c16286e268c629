"""What an article costs the ledger, in time and in bytes of changelog: `python -m bench.ledger [ARTICLES]`.

Coded articles with six events each are settled in memory: decoded, settled, and written as changelog records
and tallies, as a count worker does; nothing is sent.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.coded import CodedArticle
from schemas.coding import Actor, ActorKind, Coding, Entity, Event, Participant, Topic
from schemas.coordinates import Coordinates
from schemas.ledger import LedgerEntry
from schemas.plover import MODES, QUAD_OF, EventType
from schemas.wire import encode
from streams.agents.ledger import Ledger
from streams.dead_letters import DeadLetters
from streams.delivery import Batch
from streams.delivery.batch import ConsumedRecord
from streams.metrics import Metrics
from streams.tables import Table

START: Final = datetime(2012, 8, 1, tzinfo=UTC)
IN_A_BATCH: Final = 100
RUNS: Final = 5
WORDS: Final = "the government of that country said on Monday its troops had left two towns near border"


class Record:
    """A record as the consumer gives it."""

    def __init__(self, offset: int, key: bytes, value: bytes) -> None:
        self.offset, self.key, self.value, self.headers = offset, key, value, ()
        self.timestamp = 0


def coded(draw: random.Random, number: int) -> CodedArticle:
    """An article with eight actors, three topics and six events in sentences of the usual length."""
    actors = [f"person:someone-{draw.randrange(5000)}-{n}" for n in range(8)]
    return CodedArticle(
        article_id=f"story-{number:07}",
        article=Coordinates(partition=0, offset=number),
        content_hash=f"{number:064x}",
        coder="rules-2+encoder-1/en_core_web_sm",
        title="Troops leave two towns near the border",
        published_at=START + timedelta(minutes=number),
        source="The Example Times",
        url=f"https://news.example/2012/08/01/{number}",
        coding=Coding(
            entities=tuple(Entity(text="Someone", label="PERSON", start=n, end=n + 7) for n in range(20)),
            actors=tuple(
                Actor(id=each, name="Someone", kind=ActorKind.PERSON, country="RUS", sector="GOV", mentions=2)
                for each in actors
            ),
            events=tuple(event(draw, n, actors) for n in range(6)),
            topics=tuple(
                Topic(code=f"medtop:2000{n:04}", name="armed conflict", score=0.5) for n in range(3)
            ),
        ),
    )


def event(draw: random.Random, number: int, actors: list[str]) -> Event:
    """An event between two of the actors."""
    kind, (source, target) = draw.choice([*EventType]), draw.sample(actors, 2)
    return Event(
        id=f"{number * 120}-{kind.lower()}",
        type=kind,
        mode=draw.choice([None, *sorted(MODES[kind])]),
        quad=QUAD_OF[kind],
        cameo="0871",
        source=Participant(actor=source, code="RUSGOV", text="the government", start=10, end=24),
        target=Participant(actor=target, code="RUSGOV", text="that country", start=28, end=40),
        sentence=" ".join(draw.choices(WORDS.split(), k=24)) + ".",
        trigger="left",
        start=70,
        end=74,
        date=START.date(),
        confidence=round(draw.uniform(0.4, 1), 3),
        sentence_start=number * 120,
    )


def settled(records: list[ConsumedRecord]) -> tuple[float, int, int]:
    """Microseconds an article, and bytes of changelog and tallies."""
    metrics, table = Metrics(), Table("ledger-changelog", LedgerEntry)
    letters = DeadLetters("dead", metrics, lambda: START)
    ledger = Ledger(table, "tallies", 1, letters, metrics, lambda: START + timedelta(days=4000))
    outgoing, began = [], time.process_time()
    for at in range(0, len(records), IN_A_BATCH):
        part = tuple(records[at : at + IN_A_BATCH])
        batch = Batch("coded", 0, 1, part, at + len(part))
        outgoing += ledger.outgoing(batch, ledger.read(batch), None)
    seconds = time.process_time() - began
    changelog = [len(row.value or b"") for row in outgoing if row.kafka_topic == "ledger-changelog"]
    tallies = [len(row.value or b"") for row in outgoing if row.kafka_topic == "tallies"]
    return seconds / len(records) * 1e6, sum(changelog) // len(records), sum(tallies) // len(records)


def main() -> None:
    """Print the least of some runs: other work on the machine only adds to it."""
    draw = random.Random(7)
    articles = [coded(draw, n) for n in range(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)]
    records = [Record(n, each.article_id.encode(), encode(each)) for n, each in enumerate(articles)]
    read = sum(len(record.value) for record in records) // len(records)
    microseconds, changelog, tallies = min(settled(records) for _ in range(RUNS))
    print(
        f"{microseconds:.0f} us an article; bytes an article: {read:,} read, "
        f"{changelog:,} of changelog, {tallies:,} of tallies"
    )


if __name__ == "__main__":
    main()
