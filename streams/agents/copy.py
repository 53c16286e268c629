"""The copy agent: records of one namespace to the same Kafka topic of another, in order, each once."""

from collections.abc import AsyncIterable, Callable

from schemas.coded import CodedArticle
from schemas.wire import Malformed, decode, encode
from streams.agents.agent import Agent
from streams.delivery import Batch, Delivery, Outgoing
from streams.delivery.ages import ARRIVED
from streams.delivery.batch import ConsumedRecord

Translate = Callable[[bytes | None], bytes | None]


def as_it_is(value: bytes | None) -> bytes | None:
    """Articles are the same wherever they are published."""
    return value


def coded_elsewhere(namespace: str) -> Translate:
    """Coded articles whose own coordinates then tell that they are of another namespace's log."""

    def translate(value: bytes | None) -> bytes | None:
        try:
            coded = decode(CodedArticle, value or b"")
        except Malformed:
            return value  # the ledger sets it aside there as it did here
        log = coded.article.log or namespace
        article = coded.article.model_copy(update={"log": log})
        return encode(coded.model_copy(update={"article": article}))

    return translate


def build_copy_agent(target: str, translate: Translate, *, delivery: Delivery) -> Agent:
    """The function that reads batches and writes each record to the Kafka topic `target`, by its key."""

    def copied(record: ConsumedRecord) -> Outgoing:
        # when a story arrived elsewhere says nothing of how quick this namespace is
        headers = tuple(header for header in record.headers if header[0] != ARRIVED)
        return Outgoing(target, record.key, translate(record.value), headers=headers)

    async def copy_agent(batches: AsyncIterable[Batch]) -> None:
        async for batch in delivery.live(batches):
            await delivery.put(batch, [copied(record) for record in batch.records])

    return copy_agent
