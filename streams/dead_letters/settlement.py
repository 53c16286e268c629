"""How it is known what became of a dead letter: a marker after it, in the same partition.

The dead letters' Kafka topic is append-only and forgets by age, so a letter can be neither changed nor
deleted. What became of it is a record of its own: no value, and headers that name the letter (partition
and offset) and say whether it was sent again or purged. The marker stands behind its letter in the same
partition, so retention never takes a marker before its letter. (Compaction was refused: letters without a
key could not be kept, two letters of one article would replace each other, and a purge would destroy at
once what an operator may have purged by mistake.)

A letter is sent again first, and marked when the broker has that: a crash in between leaves it unmarked,
and it may be sent twice, which counts once (see streams.dead_letters.story).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from schemas.article import Moment
from schemas.base import Record
from streams.delivery import Outgoing

_SETTLED: Final = "tidings-settled"
_LETTER: Final = "tidings-letter"
_TIME: Final = "tidings-settled-time"
_NAMES: Final = frozenset({_SETTLED, _LETTER, _TIME})
_ID: Final = re.compile(r"\d{1,9}:\d{1,18}")


class Fate(StrEnum):
    """What became of a dead letter."""

    REPLAYED = "replayed"
    PURGED = "purged"


class Settlement(Record):
    """What became of which letter, and when."""

    letter: str
    fate: Fate
    time: Moment


def marker_of(kafka_topic: str, letter: str, fate: Fate, now: datetime) -> Outgoing:
    """The record that settles a letter."""
    told = ((_SETTLED, fate.value), (_LETTER, letter), (_TIME, now.isoformat()))
    return Outgoing(
        kafka_topic,
        letter.encode(),
        None,
        partition=int(letter.partition(":")[0]),
        headers=tuple((name, value.encode()) for name, value in told),
    )


def settlement_of(headers: Mapping[str, bytes]) -> Settlement | None:
    """Read a marker's headers; None where they are no marker's."""
    told = {name: headers[name].decode("utf-8", "replace") for name in _NAMES & headers.keys()}
    if told.keys() != _NAMES or not _ID.fullmatch(told[_LETTER]):
        return None
    try:
        return Settlement.model_validate(
            {"letter": told[_LETTER], "fate": told[_SETTLED], "time": told[_TIME]}
        )
    except ValueError:
        return None


def without_settlement(headers: Iterable[tuple[str, bytes]]) -> tuple[tuple[str, bytes], ...]:
    """The same headers less those of a marker: no record may pass for one."""
    return tuple((name, value) for name, value in headers if name not in _NAMES)
