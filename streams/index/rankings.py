"""Ranked lists of one partition's things, frozen as they were when they were asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from schemas.tally import Counters
from streams.counting.questions import DayRange, ListName, Question
from streams.index.columns import Numbers, Rows
from streams.index.counts import CountsIndex
from streams.index.days import LEADING, sums
from streams.index.key_order import key_order
from streams.index.labels import Mask
from streams.index.parts import Label, Position, Row
from streams.index.things import JOINT

_BLOCK: Final = 512
_MANY: Final = 16_384
_OF_ALIKE: Final = ("topic", "topic_name")

Vectors = Mapping[str, Numbers]


@dataclass(frozen=True)
class Ranking:
    """The things of one partition that answer a question, and all their counters."""

    index: CountsIndex
    question: Question
    rows: Rows
    values: Numbers
    """What the list is ordered by."""
    counters: Vectors
    before: Vectors | None

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        vectors = (self.rows, self.values, *self.counters.values(), *(self.before or {}).values())
        return sum(vector.nbytes for vector in {id(vector): vector for vector in vectors}.values())

    def __len__(self) -> int:
        return len(self.rows)

    def best(self, limit: int, after: Position | None) -> list[tuple[int, str, int]]:
        """At most so many, best first: the value, the key, and the place to ask for it by."""
        places = None if after is None else self._after(after)
        return self._sorted(self._highest(places, limit))[:limit]

    def _after(self, after: Position) -> NDArray[np.intp]:
        below = self.values < after.value
        alike = np.flatnonzero(self.values == after.value)
        below[self._greater(alike, after.key)] = True
        return np.flatnonzero(below)

    def _greater(self, places: NDArray[np.intp], key: str) -> NDArray[np.intp]:
        """Of these places those with a greater key."""
        order, own = self._order(places), np.uint64(key_order(key.encode()))
        unsure = places[order == own]
        keys = [self.key(place) for place in unsure.tolist()]
        sure = places[order > own]
        more = [place for place, other in zip(unsure.tolist(), keys, strict=True) if other > key]
        return np.concatenate([sure, np.array(more, np.intp)])

    def _highest(self, places: NDArray[np.intp] | None, limit: int) -> NDArray[np.intp]:
        """Places of the highest values, among them those that come first by key."""
        values = self.values if places is None else self.values[places]
        likely = _likely(values, limit)
        if likely is not None:
            values = values[likely]
            places = likely if places is None else places[likely]
        elif places is None:
            places = np.arange(len(values))
        if len(values) <= limit:
            return places
        least = np.partition(values, len(values) - limit)[len(values) - limit]
        above = places[values > least]
        alike = places[values == least]
        return np.concatenate([above, self._first_by_key(alike, limit - len(above))])

    def _first_by_key(self, places: NDArray[np.intp], number: int) -> NDArray[np.intp]:
        """At least so many of these places: none that is left out has a lesser key."""
        if len(places) <= number:
            return places
        order = self._order(places)
        first: NDArray[np.intp] = places[order <= np.partition(order, number - 1)[number - 1]]
        return first

    def _sorted(self, places: NDArray[np.intp]) -> list[tuple[int, str, int]]:
        values = self.values
        found = [(int(values.item(place)), self.key(place), place) for place in places.tolist()]
        return sorted(found, key=lambda each: (-each[0], each[1]))

    def key(self, place: int) -> str:
        """The key that a reader is shown."""
        key = self.index.things.keys[self.rows.item(place)].decode()
        if self.index.table.value == self.question.of.value:
            return key
        actor, _, topic = key.rpartition(JOINT)
        return actor if self.question.of is ListName.ACTORS else topic

    def _order(self, places: NDArray[np.intp]) -> NDArray[np.uint64]:
        """Numbers in no other order than the keys; some may be equal."""
        if self.index.table.value == self.question.of.value:
            return self.index.things.order(self.rows[places])
        return np.array([key_order(self.key(place).encode()) for place in places.tolist()], np.uint64)

    def shown(self, places: Sequence[int]) -> list[Row]:
        """The rows at these places, with labels from the store."""
        days = self.index.newest_days(self.rows[list(places)], self.question.days)
        return [self._row(place, day) for place, day in zip(places, days, strict=True)]

    def _row(self, place: int, day: str | None) -> Row:
        key = self.key(place)
        whole = self.index.things.keys[self.rows.item(place)]
        label = self.index.label_of(whole, day) if day is not None else {}
        before = None if self.before is None else _counters(self.before, place)
        return Row(key, self._label(label), _counters(self.counters, place), before)

    def _label(self, label: Label) -> Label:
        if self.index.table.value == self.question.of.value:
            return label
        if self.question.of is ListName.ACTORS:
            return {name: value for name, value in label.items() if name not in _OF_ALIKE}
        return {"name": label.get("topic_name")}


def rank(index: CountsIndex, question: Question) -> Ranking:
    """Everything in one partition that answers a question."""
    rows = len(index.things)
    counters = _sums(index, question.counters, question.days, rows)
    listed = _listed(index, question, counters[LEADING])
    places = np.flatnonzero(listed).astype(np.int32)
    chosen = _chosen(counters, places)
    before = None
    if question.before is not None:
        before = _chosen(_sums(index, question.counters, question.before, rows), places)
    return Ranking(index, question, places, _values(question, chosen, before, len(places)), chosen, before)


def _sums(index: CountsIndex, counters: Sequence[str], days: DayRange, rows: int) -> Vectors:
    columns = {counter: index.days.columns(counter, days) for counter in counters}
    found = {counter: sums(own, rows) for counter, own in columns.items() if own}
    if LEADING not in found:
        found[LEADING] = np.zeros(rows, np.int8)
    return found


def _listed(index: CountsIndex, question: Question, leading: Numbers) -> Mask:
    rows = len(leading)
    listed: Mask = leading > 0
    if odd := [row for row in index.days.odd(question.days) if row < rows]:
        listed[odd] = True
    named = index.things.named(question.filters, rows)
    if named is not None:
        listed &= named
    passing = index.things.passing(question.filters, rows)
    if passing is not None:
        listed &= passing
    return listed


def _chosen(vectors: Vectors, places: Rows) -> Vectors:
    return {counter: _narrow(vector[places]) for counter, vector in vectors.items()}


def _narrow(numbers: Numbers) -> Numbers:
    if not len(numbers):
        return numbers
    least, most = int(numbers.min()), int(numbers.max())
    return numbers.astype(np.promote_types(_signed(least), _signed(most)))


def _signed(number: int) -> np.dtype[Any]:
    """The narrowest signed type: an unsigned one would turn differences into huge numbers."""
    return np.min_scalar_type(-abs(number) - 1)


def _values(question: Question, counters: Vectors, before: Vectors | None, number: int) -> Numbers:
    none = np.zeros(number, np.int8)
    values = counters.get(question.counter, none)
    if not question.by_growth or before is None:
        return values
    return _narrow(values.astype(np.int64) - before.get(question.counter, none))


def _likely(values: Numbers, limit: int) -> NDArray[np.intp] | None:
    """Places that hold all of the highest values; None where there are too few to look for them so.

    As many blocks as are asked for have a value that is no lower than the lowest of their maxima.
    """
    blocks = len(values) // _BLOCK
    if len(values) < _MANY or blocks < limit:
        return None
    maxima = values[: blocks * _BLOCK].reshape(blocks, _BLOCK).max(axis=1)
    least = np.partition(maxima, blocks - limit)[blocks - limit]
    return np.flatnonzero(values >= least)


def _counters(vectors: Vectors, place: int) -> Counters:
    found = {counter: int(vector.item(place)) for counter, vector in vectors.items()}
    return {counter: number for counter, number in found.items() if number}
