"""Where a reader of the ledger's changelog stands: event ids, and how they move with what is told."""

import re
from dataclasses import dataclass
from typing import Final

Offsets = tuple[int, ...]
"""For each partition of the changelog the offset of the next record."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER: Final = r"[0-9a-z]{1,12}"  # 36 ** 12 is less than Kafka's largest offset
_ID: Final = re.compile(rf"({_NUMBER}(?:\.{_NUMBER})*)((?:~{_NUMBER}\.{_NUMBER})*)")


class NotAnEventId(ValueError):
    """A text that no stream of this service has sent as an id."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the changelog, over all partitions; its text is an event id.

    `within` has the partitions of records that are told in part, whose offset is then that record's own,
    each with how many of the record's messages are told.
    """

    offsets: Offsets
    within: tuple[tuple[int, int], ...] = ()

    def __str__(self) -> str:
        """Offsets in base 36, divided by points; '~partition.messages' for each record told in part."""
        text = ".".join(map(_base36, self.offsets))
        return text + "".join(f"~{_base36(partition)}.{_base36(told)}" for partition, told in self.within)


def place_of(event_id: str, *, partitions: int) -> Place:
    """The place that an event id names; raises NotAnEventId."""
    shown = repr(event_id[:80])
    found = _ID.fullmatch(event_id) if len(event_id) <= partitions * 3 * 13 else None
    if found is None:
        raise NotAnEventId(f"{shown} is no event id; give one that this stream has sent, or none")
    offsets = tuple(int(number, 36) for number in found[1].split("."))
    within = tuple(_pair(pair) for pair in found[2].split("~")[1:])
    if len(offsets) != partitions or any(partition >= partitions for partition, _ in within):
        raise NotAnEventId(
            f"{shown} is an id of {len(offsets)} partitions, and here are {partitions}; "
            "leave it out to read from now on"
        )
    return Place(offsets, within)


def _pair(text: str) -> tuple[int, int]:
    partition, told = text.split(".")
    return int(partition, 36), int(told, 36)


class Cursor:
    """A place that moves on as records are told."""

    def __init__(self, place: Place) -> None:
        self._offsets = list(place.offsets)
        self._within = dict(place.within)

    @property
    def offsets(self) -> Offsets:
        """The next offset of each partition."""
        return tuple(self._offsets)

    @property
    def place(self) -> Place:
        """Where it is now."""
        return Place(tuple(self._offsets), tuple(self._within.items()))

    @property
    def is_between_records(self) -> bool:
        """Whether no record is told in part."""
        return not self._within

    def has_passed(self, partition: int, offset: int) -> bool:
        """Whether all of this record is told."""
        return offset < self._offsets[partition]

    def told_of(self, partition: int, offset: int) -> int:
        """How many messages of a record that has not been passed are told."""
        return self._within.get(partition, 0) if self._offsets[partition] == offset else 0

    def move_within(self, partition: int, offset: int, messages: int) -> None:
        """So many messages of this record are told, and there are more."""
        self._offsets[partition] = offset
        self._within[partition] = messages

    def move_to(self, partition: int, next_offset: int) -> None:
        """All before this offset is told; back, too, where a partition has become shorter."""
        if next_offset != self._offsets[partition]:
            self._within.pop(partition, None)
        self._offsets[partition] = next_offset

    def is_at_or_after(self, other: Offsets) -> bool:
        """Whether it is so in every partition."""
        return all(mine >= theirs for mine, theirs in zip(self._offsets, other, strict=True))


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits
