"""A dead letter's story in headers, and what of it goes back with a record that is sent again.

A record that is sent again is a new record at a new offset, and yet the same version of the article. So it
carries where it failed first, goes to the same partition, and the coder takes those coordinates for the
article's own: a second replay is then nothing new to the ledger, and an old version replayed after a newer
one is superseded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from schemas.coordinates import Coordinates
from schemas.dead_letter import DeadLetter, FirstFailure
from schemas.wire import Malformed, explain
from streams.delivery import Batch
from streams.delivery.batch import ConsumedRecord

PREFIX: Final = "tidings-"
_FIRST: Final = PREFIX + "first-"
_REPLAYS: Final = PREFIX + "replays"
_ATTEMPTS: Final = PREFIX + "attempts"

Headers = tuple[tuple[str, bytes], ...]


def _names(prefix: str, fields: Iterable[str]) -> dict[str, str]:
    return {prefix + field.replace("_", "-"): field for field in fields}


_OF_FIRST: Final = _names(_FIRST, FirstFailure.model_fields)
_OF_STORY: Final = _names(PREFIX, [field for field in DeadLetter.model_fields if field != "first"])
NAMES: Final = frozenset({*_OF_FIRST, *_OF_STORY})
"""Every header that tells a story: where others have written one of these, it is dropped."""


def headers_of(story: DeadLetter) -> Headers:
    """Write a story as headers."""
    told = story.model_dump(mode="json", exclude_none=True)
    first = told.pop("first", {})
    return (*_headers(_OF_STORY, told), *_headers(_OF_FIRST, first))


def _headers(names: Mapping[str, str], fields: Mapping[str, object]) -> Headers:
    return tuple(
        (name, str(fields[field]).encode("utf-8", "replace"))
        for name, field in names.items()
        if field in fields
    )


def story_of(headers: Mapping[str, bytes]) -> DeadLetter:
    """Read the story back from a dead letter's headers; raises Malformed."""
    first = _fields(_OF_FIRST, headers)
    try:
        return DeadLetter.model_validate({**_fields(_OF_STORY, headers), "first": first or None})
    except ValidationError as error:
        raise Malformed(f"not a dead letter's headers: {explain(error)}") from error


def _fields(names: Mapping[str, str], headers: Mapping[str, bytes]) -> dict[str, str]:
    return {
        field: headers[name].decode("utf-8", "replace") for name, field in names.items() if name in headers
    }


def without_story(headers: Iterable[tuple[str, bytes]]) -> Headers:
    """The headers of others, in their order."""
    return tuple((name, value) for name, value in headers if name not in NAMES)


def headers_to_send_again(story: DeadLetter, headers: Sequence[tuple[str, bytes]]) -> Headers:
    """What a record carries back to where it came from: its own headers, and where it failed first."""
    return (
        *without_story(headers),
        *_headers(_OF_FIRST, story.first_failure.model_dump(mode="json")),
        (_REPLAYS, str(story.replays + 1).encode()),
        (_ATTEMPTS, str(story.attempts).encode()),
    )


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a record that was sent again brings along: its first failure, replays, and attempts so far."""

    first: FirstFailure
    replays: int
    attempts: int


def replayed_before(batch: Batch, record: ConsumedRecord) -> Replayed | None:
    """What a record tells of its replays; None where it tells nothing, or nothing that can be true.

    True is only an earlier offset of the very partition that the record stands in: that one exists or has
    existed, whoever wrote the headers.
    """
    told = [(name, value) for name, value in record.headers if name in NAMES]
    headers = dict(told)
    if len(headers) != len(told):
        return None
    try:
        first = FirstFailure.model_validate(_fields(_OF_FIRST, headers))
        replays, attempts = int(headers[_REPLAYS]), int(headers[_ATTEMPTS])
    except (ValidationError, KeyError, ValueError):
        return None
    here = (first.kafka_topic, first.partition) == (batch.kafka_topic, batch.partition)
    if not here or first.offset >= record.offset or not _plausible(replays, attempts):
        return None
    return Replayed(first, replays, attempts)


def _plausible(*numbers: int) -> bool:
    return all(1 <= number <= 1_000_000 for number in numbers)


def first_coordinates(batch: Batch, record: ConsumedRecord) -> Coordinates | None:
    """The coordinates that a replayed record stands for; None for every other: its own count."""
    before = replayed_before(batch, record)
    return Coordinates(partition=before.first.partition, offset=before.first.offset) if before else None
