"""What every agent is: a function over the batches of one Kafka topic."""

from collections.abc import AsyncIterable, Awaitable, Callable

from streams.delivery import Batch

Agent = Callable[[AsyncIterable[Batch]], Awaitable[None]]
