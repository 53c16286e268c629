"""An item as a record for Kafka."""

from dataclasses import dataclass

from schemas.wire import encode
from streams.dead_letters.maker import UNREADABLE_HEADER
from streams.replay.identity import bytes_id
from streams.replay.items import Item, Sourced

ORIGIN_HEADER = "tidings-origin"
MAX_HEADER_BYTES = 1000


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
    origin = (ORIGIN_HEADER, item.origin.short.encode())
    if isinstance(item, Sourced):
        return Record(item.article.id.encode(), encode(item.article), (origin,))
    why = f"{item.reason.value}: {item.error}".encode("utf-8", "replace")[:MAX_HEADER_BYTES]
    return Record(bytes_id(item.raw).encode(), item.raw, (origin, (UNREADABLE_HEADER, why)))
