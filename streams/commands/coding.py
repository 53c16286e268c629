"""Articles coded on the spot, with no Kafka: in processes, in the order of the input."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from schemas.article import Article
from schemas.coded import CodedArticle
from schemas.coordinates import Coordinates
from schemas.wire import decode
from streams.agents.guard import content_hash
from streams.coder_pool import CoderCrashed, CoderPool, CoderTooSlow, CodingTask
from streams.replay.items import Item, Unreadable
from streams.replay.read_ahead import read_ahead
from streams.replay.sources import read_articles
from streams.settings import Settings

IN_FLIGHT_PER_PROCESS: Final = 16


@dataclass(frozen=True, slots=True)
class NotCoded:
    """An item that could not be coded: its id where it has one, and why."""

    id: str | None
    error: str


async def code_articles(
    settings: Settings, paths: Sequence[str]
) -> AsyncGenerator[CodedArticle | NotCoded, None]:
    """Code every article behind the paths, and say of each other item why not; in the order of the input."""
    async with aclosing(code_items(settings, read_articles(paths))) as coded:
        async for row in coded:
            yield row


async def code_items(
    settings: Settings, items: Iterator[Item], *, with_encoder: bool = True
) -> AsyncGenerator[CodedArticle | NotCoded, None]:
    """The same for items that were read already; without the encoder by rules alone."""
    pool = CoderPool(
        pipeline=settings.spacy_pipeline,
        processes=settings.processes,
        timeout_seconds=settings.coding_timeout_seconds,
        least_confidence=settings.least_confidence,
        with_encoder=with_encoder,
    )
    try:
        await pool.start()
        async with aclosing(_in_order(settings, pool, items)) as coded:
            async for row in coded:
                yield row
    finally:
        await pool.stop()


async def _in_order(
    settings: Settings, pool: CoderPool, items: Iterator[Item]
) -> AsyncGenerator[CodedArticle | NotCoded, None]:
    """Keep some items in flight; yield each as soon as it and all before it are done."""
    queue: asyncio.Queue[asyncio.Task[CodedArticle | NotCoded] | None] = asyncio.Queue(
        IN_FLIGHT_PER_PROCESS * settings.processes
    )

    async def feed() -> None:
        try:
            async with aclosing(read_ahead(items)) as ahead:
                number = 0
                async for item in ahead:
                    await queue.put(asyncio.create_task(_code(pool, item, number, settings.max_text_chars)))
                    number += 1
        finally:
            await queue.put(None)

    feeding = asyncio.create_task(feed())
    try:
        while (task := await queue.get()) is not None:
            yield await task
        await feeding
    finally:
        feeding.cancel()


def article_of(item: Item, max_text_chars: int) -> Article | NotCoded:
    """The article of an item, or why it has none that can be coded."""
    if isinstance(item, Unreadable):
        return NotCoded(None, item.error)
    article = item.article
    if len(article.text) > max_text_chars:
        limit = f"TIDINGS_MAX_TEXT_CHARS={max_text_chars}"
        return NotCoded(article.id, f"{item.origin}: text is longer than {limit}")
    return article


async def _code(pool: CoderPool, item: Item, number: int, max_text_chars: int) -> CodedArticle | NotCoded:
    article = article_of(item, max_text_chars)
    if isinstance(article, NotCoded):
        return article
    task = CodingTask(article, Coordinates(partition=0, offset=number), content_hash(article))
    try:
        return decode(CodedArticle, (await pool.code(task)).coded)
    except (CoderCrashed, CoderTooSlow) as error:
        return NotCoded(article.id, str(error))
