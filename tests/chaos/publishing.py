"""What is published in a run: a few stories that change often, and now and then poison."""

import asyncio
import hashlib
import random
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaProducer

from schemas.dead_letter import Reason

ACTS: Final = ("met", "accused", "threatened", "attacked", "thanked", "sued")
NAMES: Final = ("Russia", "Ukraine", "Turkey", "Greece", "Iran", "Israel", "China", "Japan")
PLACES: Final = ("London", "Geneva", "Vienna")

WITHDRAWN_SHARE: Final = 0.06
POISON_SHARE: Final = 0.05
REPEAT_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Published:
    """One record for the articles topic; `poison` says as what it must be refused."""

    key: bytes | None
    value: bytes | None
    poison: Reason | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All records of a run, and over how long they are sent in how many goes."""

    records: tuple[Published, ...]
    seconds: float
    goes: int


def draw_plan(rng: random.Random, *, versions: int, stories: int, seconds: float) -> Plan:
    """Versions of few stories: new ones, the same again, corrections, withdrawals, poison."""
    last: dict[str, Published] = {}
    records = tuple(_draw_one(rng, f"story-{rng.randrange(stories)}", last) for _ in range(versions))
    # small goes show every step; large ones fill buffers, also those of a worker that is paused then
    return Plan(records, seconds, goes=max(1, versions // rng.choice((4, 6, 12, 60))))


def _draw_one(rng: random.Random, story: str, last: dict[str, Published]) -> Published:
    chance = rng.random()
    if chance < POISON_SHARE:
        return _poison(rng, story)
    if chance < POISON_SHARE + WITHDRAWN_SHARE:
        return Published(story.encode(), None)
    if chance < POISON_SHARE + WITHDRAWN_SHARE + REPEAT_SHARE and story in last:
        return last[story]
    last[story] = _version(rng, story)
    return last[story]


def _version(rng: random.Random, story: str) -> Published:
    sentences = [_sentence(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    text, day = " ".join(sentences), f"2020-01-{rng.randrange(1, 4):02}"
    # what is neither coded nor counted comes through as it is: it tells which version was
    source = hashlib.sha256(f"{text}{day}".encode()).hexdigest()[:16]
    return Published(
        story.encode(), orjson.dumps({"id": story, "text": text, "published_at": day, "source": source})
    )


def _sentence(rng: random.Random) -> str:
    who, whom = rng.sample(NAMES, 2)
    return f"{who} {rng.choice(ACTS)} {whom} in {rng.choice(PLACES)} on Monday."


def _poison(rng: random.Random, story: str) -> Published:
    key, good = story.encode(), {"id": story, "text": "Russia met China."}
    return rng.choice(
        (
            Published(key, b"\xff\xfe\x00", Reason.NOT_UTF8),
            Published(key, b"{'id': 1", Reason.NOT_JSON),
            Published(key, b"[1, 2]", Reason.WRONG_SHAPE),
            Published(key, orjson.dumps({**good, "text": " \n"}), Reason.EMPTY_TEXT),
            Published(key, orjson.dumps({**good, "language": "fr"}), Reason.LANGUAGE),
            Published(key, orjson.dumps({**good, "id": "another"}), Reason.KEY_MISMATCH),
            Published(None, orjson.dumps(good), Reason.NO_KEY),
        )
    )


async def publish(options: dict[str, Any], kafka_topic: str, plan: Plan) -> None:
    """Send the plan, each go acknowledged before the next, however long a broker is away."""
    producer = AIOKafkaProducer(**options, acks="all", enable_idempotence=True, linger_ms=2)
    await producer.start()
    try:
        for go in range(plan.goes):
            part = _part(plan, go)
            sent = [await producer.send(kafka_topic, record.value, record.key) for record in part]
            await asyncio.gather(*sent)
            await asyncio.sleep(plan.seconds / plan.goes)
    finally:
        await producer.stop()


def _part(plan: Plan, go: int) -> tuple[Published, ...]:
    size = -(-len(plan.records) // plan.goes)
    return plan.records[go * size : (go + 1) * size]
