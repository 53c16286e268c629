"""Server-sent events: events as they are counted, changes of what is watched, the state of the service."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from streams.metrics import Metrics
from streams.web.answers import Answers
from streams.web.push.broadcast import Broadcast, Status
from streams.web.push.kafka_log import KafkaLog
from streams.web.push.routes import routes_of

__all__ = ["Push", "build_push"]


class Push:
    """The streams of a worker: their route, and their end."""

    def __init__(self, broadcast: Broadcast, *, partitions: int) -> None:
        self._broadcast = broadcast
        self.router: APIRouter = routes_of(broadcast, partitions=partitions)

    async def close(self) -> None:
        """End every stream; to be awaited in the loop that serves them, before the server stops."""
        await self._broadcast.close()


def build_push(
    *,
    answers: Answers,
    client_options: Mapping[str, Any],
    changelog: str,
    partitions: int,
    status: Status,
    metrics: Metrics,
) -> Push:
    """Streams of a ledger's changelog; nothing runs before the first reader comes."""
    log = KafkaLog(client_options, changelog, partitions)
    broadcast = Broadcast(answers=answers, changelog=log, status=status, metrics=metrics)
    return Push(broadcast, partitions=partitions)
