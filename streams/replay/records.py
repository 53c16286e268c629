"""An item as a record for Kafka."""

from dataclasses import dataclass

from schemas.wire import encode
from streams.replay.identity import bytes_id
from streams.replay.items import Item, Sourced

ORIGIN_HEADER = "tidings-origin"


@dataclass(frozen=True, slots=True)
class Record:
    """Key, value and headers of a record.

    It carries no timestamp, so that Kafka's own says when the article arrived. With its date as the
    timestamp, a broker would delete an article of 2012 as soon as it came, for being older than the Kafka
    topic's retention.
    """

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def record_of(item: Item) -> Record:
    """Write an article as JSON, and unreadable bytes as they are, for the coder to set aside.

    The key of unreadable bytes is a hash, which is never the id that may stand in them: a key that is not
    the article's id makes a dead letter even of what a coder could read.
    """
    headers = ((ORIGIN_HEADER, item.origin.short.encode()),)
    if isinstance(item, Sourced):
        return Record(item.article.id.encode(), encode(item.article), headers)
    return Record(bytes_id(item.raw).encode(), item.raw, headers)
