"""What a failing run leaves behind: its scenario, its logs, and all that lay on Kafka."""

import asyncio
import contextlib
from typing import Any

import httpx
import orjson
from aiokafka.errors import KafkaError

from streams.kafka_logs import read_log
from tests.chaos.arena import Arena
from tests.chaos.confession import TELL

KEEPING_SECONDS = 60.0


async def keep_evidence(arena: Arena, fault: str, scenario: str) -> None:
    """Write everything into the run's folder, beside the workers' logs."""
    (arena.folder / "what.txt").write_text(f"{scenario}\n{fault}\n")
    for worker in arena.workers:
        worker.send(TELL)
    with contextlib.suppress(TimeoutError, KafkaError, OSError):
        async with asyncio.timeout(KEEPING_SECONDS):
            await _keep_answers(arena)
            for name in sorted(arena.catalogue.names):
                await _keep_topic(arena, name)
    for broker in arena.brokers.all:
        source = broker.node.folder.server_log_path
        (arena.folder / f"broker-{broker.node_id}.log").write_text(source.read_text(errors="replace"))


async def _keep_topic(arena: Arena, kafka_topic: str) -> None:
    with (arena.folder / f"{kafka_topic}.jsonl").open("wb") as out:
        async for record in read_log(arena.options, kafka_topic):
            out.write(orjson.dumps(_told(record)) + b"\n")


def _told(record: Any) -> dict[str, Any]:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": _text(record.key),
        "value": _text(record.value),
        "headers": {name: _text(value) for name, value in record.headers},
    }


def _text(raw: bytes | None) -> str | None:
    return raw.decode("utf-8", "backslashreplace") if raw is not None else None


async def _keep_answers(arena: Arena) -> None:
    async with httpx.AsyncClient(timeout=3) as client:
        for worker in arena.workers:
            for path in ("readyz", "metrics"):
                try:
                    text = (await client.get(f"{worker.url}/{path}")).text
                except httpx.HTTPError as error:
                    text = repr(error)
                (arena.folder / f"{worker.name}.{path}").write_text(text)
