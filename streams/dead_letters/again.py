"""Dead letters sent back to where they came from, or forgotten."""

from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from aiokafka.errors import MessageSizeTooLargeError

from streams.dead_letters.kept import KeptRecord, Letter
from streams.dead_letters.settlement import Fate, marker_of
from streams.dead_letters.story import headers_to_send_again


class Producer(Protocol):
    """The part of aiokafka's producer that is used here; it must wait for every replica."""

    async def send_and_wait(
        self,
        topic: str,
        value: bytes | None = ...,
        key: bytes | None = ...,
        partition: int | None = ...,
        timestamp_ms: int | None = ...,
        headers: Sequence[tuple[str, bytes]] | None = ...,
    ) -> Any:
        """Send a record; returns when the broker has it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A letter that was not sent again: why, and what would help."""

    letter: Letter
    error: str


def why_not_replayable(letter: Letter, *, articles: str, partitions: int) -> str | None:
    """Why this letter cannot go back to where it came from, with the remedy; None where it can.

    Only articles go back. A coded article or a tally is worth what whoever wrote it is worth, and by the
    time that it is sent again the very lie for which it was refused (an offset that does not exist yet)
    may have come to look true; what is counted comes from articles.
    """
    story = letter.story
    if story.kafka_topic != articles:
        return (
            f"{letter.id} came from {story.kafka_topic}, and only articles are sent again: mend what wrote "
            "it, send the article itself with 'tidings replay', then purge this letter"
        )
    home = story.first_failure.partition
    if home >= partitions:
        return (
            f"{letter.id} came from partition {home}, and {articles} has {partitions} now: send its bytes "
            f"anew, 'tidings dead-letters show {letter.id} | tidings replay -'"
        )
    return None


@dataclass(frozen=True)
class Shelf:
    """The Kafka topic of the dead letters, as it is written to."""

    kafka_topic: str
    producer: Producer
    now: Callable[[], datetime]

    async def purge(self, letters: Iterable[Letter]) -> None:
        """Forget these letters: their bytes stay until retention takes them, but nobody is shown them."""
        for letter in letters:
            await self._settle(letter, Fate.PURGED)

    async def replay(self, letters: Iterable[Letter], kept: AsyncIterable[KeptRecord]) -> list[Refusal]:
        """Send these letters back to where they came from, as they lie in `kept`; those too large to go.

        Each is marked only once the broker has it, so a crash in between sends it twice at worst.
        """
        waiting = {letter.id: letter for letter in letters}
        refused = []
        async for record in kept:
            if letter := waiting.pop(record.id, None):
                refusal = await self._send_again(letter, record)
                if refusal:
                    refused.append(refusal)
        gone = [Refusal(letter, f"{letter.id} is gone: retention took it") for letter in waiting.values()]
        return refused + gone

    async def _send_again(self, letter: Letter, record: KeptRecord) -> Refusal | None:
        first = record.story.first_failure
        try:
            await self.producer.send_and_wait(
                first.kafka_topic,
                value=record.value,
                key=record.key,
                partition=first.partition,
                headers=list(headers_to_send_again(record.story, record.headers)),
            )
        except MessageSizeTooLargeError:
            size = f"{letter.size_bytes or 0:,} bytes"
            return Refusal(
                letter, f"{letter.id} has {size}, too many for a replay: split the text and send it anew"
            )
        await self._settle(letter, Fate.REPLAYED)
        return None

    async def _settle(self, letter: Letter, fate: Fate) -> None:
        for each in letter.unsettled:
            marker = marker_of(self.kafka_topic, each, fate, self.now())
            await self.producer.send_and_wait(
                marker.kafka_topic, key=marker.key, partition=marker.partition, headers=list(marker.headers)
            )
