"""The index at a million actors: `python -m bench.index [ACTORS] [DAYS] [zipf|uniform] [--flowing]`.

`uniform` counts every actor on every day, the worst there is; `zipf` draws twice as many mentions as actors
for each day, so that few are counted often and most on few days. With `--flowing` a second thread commits
500 changes of the newest day every quarter of a second meanwhile, as tallies do. Times are told twice:
on the clock, and in this thread's own processor time, which others on the machine disturb less.
"""

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

import numpy as np
import orjson

from schemas.tally import TableName
from streams.counting.questions import DayRange, Filters, ListName, Question
from streams.index.index import Index

FIRST_DAY = date(2026, 1, 1)
AT_ONCE = 20_000
IN_A_TRANSACTION = 500
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
COUNTRIES = [f"C{number:02}" for number in range(100)]
SECTORS = ["GOV", "MIL", "BUS", "MED", "CVL", None]
PARTITION = frozenset({0})

Spent = tuple[float, float]


def named(number: int, rnd: random.Random) -> str:
    """A name like any other, of two words."""
    return " ".join("".join(rnd.choices(SYLLABLES, k=rnd.randrange(2, 4))).title() for _ in range(2)) + (
        f" {number % 97}" if number % 7 == 0 else ""
    )


class World:
    """Actors with names and labels, and their counters by day as a store has them."""

    def __init__(self, actors: int, days: int, shape: str) -> None:
        rnd = random.Random(1)
        self.days = [(FIRST_DAY + timedelta(days=number)).isoformat() for number in range(days)]
        self.names = [named(number, rnd) for number in range(actors)]
        self.keys = [
            f"person:{name.lower().replace(' ', '-')}-{number}".encode()
            for number, name in enumerate(self.names)
        ]
        self._labels = [self._label(number) for number in range(actors)]
        self._shape = shape
        self._draw = np.random.default_rng(1)

    def _label(self, number: int) -> bytes:
        country, sector = COUNTRIES[number % 100], SECTORS[number % 6]
        label = {
            "name": self.names[number],
            "kind": "person",
            "country": country,
            "sector": sector,
            "code": f"{country}{sector or ''}",
        }
        return orjson.dumps({"label": label})[:-1]

    def raw(self, number: int, articles: int) -> bytes:
        """A value of the table."""
        source, target = number % 3 == 0, number % 4 == 0
        sides = b',"source":%d' % articles * source + b',"target":%d' % articles * target
        counters = b',"counters":{"articles":%d,"mentions":%d' % (articles, articles * 3)
        return self._labels[number] + counters + sides + b"}}"

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Every key and value, day by day."""
        for day in self.days:
            numbers, articles = self._of_day()
            at = f"@{day}".encode()
            for number, count in zip(numbers.tolist(), articles.tolist(), strict=True):
                yield self.keys[number] + at, self.raw(number, count)

    def _of_day(self) -> tuple[np.ndarray, np.ndarray]:
        actors = len(self.keys)
        if self._shape == "uniform":
            return np.arange(actors), self._draw.integers(1, 20, actors)
        drawn = self._draw.zipf(1.2, 2 * actors)
        return np.unique(drawn[drawn <= actors] - 1, return_counts=True)

    def get(self, key: bytes) -> bytes:
        """A value for any key: enough for a label, and no store of a million."""
        return self.raw(int(key.rpartition(b"@")[0].rpartition(b"-")[2]), 1)


def filled(world: World) -> Index:
    """An index of all of it, and what that cost."""
    index, cells = Index(), 0
    spent: list[Spent] = []
    index.open_counts(TableName.ACTORS, 0, Empty(), world.get)
    changes: dict[bytes, bytes | None] = {}
    for key, raw in world.items():
        changes[key] = raw
        if len(changes) == AT_ONCE:
            spent.append(taken(partial(index.apply_counts, TableName.ACTORS, 0, changes)))
            cells += len(changes)
            changes = {}
    spent.append(taken(partial(index.apply_counts, TableName.ACTORS, 0, changes)))
    cells += len(changes)
    clock, processor = (sum(each) for each in zip(*spent, strict=True))
    counts = index.counts[TableName.ACTORS][0]
    keys = len(counts.things)
    print(f"{keys:,} actors, {cells:,} counts by actor and day")
    print(
        f"filled in {clock:.1f} s, {processor:.1f} s of the processor: {processor / cells * 1e6:.2f} us each"
    )
    print(f"keys {counts.things.nbytes / keys:.0f} bytes each, names {counts.names.nbytes / keys:.0f}")
    print(f"counters {counts.days.nbytes / cells:.1f} bytes by key and day; in all {counts.nbytes:,} bytes")
    print(f"process {resident():,} bytes")
    return index


class Empty:
    """A store without anything."""

    def get(self, key: bytes) -> bytes | None:
        """Nothing."""
        return None

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """None."""
        return iter(())


def resident() -> int:
    """Bytes of this process."""
    with open("/proc/self/statm") as file:  # noqa: PTH123 - no file of ours
        return int(file.read().split()[1]) * 4096


def taken(work: Callable[[], object]) -> Spent:
    """Seconds that it takes, on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.thread_time()
    work()
    return time.perf_counter() - clock, time.thread_time() - processor


def told(what: str, spent: list[Spent]) -> None:
    """Print medians and 99th percentiles."""
    texts = []
    for seconds in map(sorted, zip(*spent, strict=True)):
        p50, p99 = (seconds[int(len(seconds) * part)] * 1000 for part in (0.5, 0.99))
        texts.append(f"p50 {p50:8.3f} ms  p99 {p99:8.3f} ms")
    print(f"{what:<34} {texts[0]}   processor {texts[1]}   ({len(spent)})", flush=True)


def measure(index: Index, world: World) -> None:
    """Ask everything, again and again."""
    rnd = random.Random(2)

    def days() -> DayRange:
        first, last = sorted(rnd.choices(world.days, k=2))
        return DayRange(first, last)

    def listing(question: Question) -> object:
        return index.best(question, PARTITION, limit=20, snapshot=str(rnd.random()))

    def single() -> object:
        return index.thing(TableName.ACTORS, rnd.choice(world.keys).decode(), DayRange(), PARTITION)

    def searched() -> str:
        return " ".join(word[: rnd.randrange(1, 8)] for word in rnd.choice(world.names).split())

    told("single, all days", [taken(single) for _ in range(5000)])
    told(
        "top 20, random range",
        [taken(lambda: listing(Question(ListName.ACTORS, days()))) for _ in range(200)],
    )
    told(
        "top 20, range, country and sector",
        [
            taken(
                lambda: listing(
                    Question(ListName.ACTORS, days(), Filters(country=rnd.choice(COUNTRIES), sector="GOV"))
                )
            )
            for _ in range(200)
        ],
    )
    told(
        "top 20, growth",
        [
            taken(lambda: listing(Question(ListName.ACTORS, days(), by_growth=True, before=days())))
            for _ in range(100)
        ],
    )
    told("top 20, all days", [taken(lambda: listing(Question(ListName.ACTORS))) for _ in range(100)])
    index.search("x", PARTITION, limit=10)
    told("search", [taken(lambda: index.search(searched(), PARTITION, limit=10)) for _ in range(500)])
    told("search of one letter", [taken(lambda: index.search("b", PARTITION, limit=10)) for _ in range(50)])


def flow(index: Index, world: World, stop: threading.Event) -> None:
    """Commit changes as a worker does."""
    rnd = random.Random(3)
    took = []
    while not stop.wait(0.25):
        numbers = rnd.choices(range(len(world.keys)), k=IN_A_TRANSACTION)
        changes: dict[bytes, bytes | None] = {
            world.keys[number] + f"@{world.days[-1]}".encode(): world.raw(number, rnd.randrange(1, 50))
            for number in numbers
        }
        took.append(taken(partial(index.apply_counts, TableName.ACTORS, 0, changes)))
    told("a commit of 500 changes", took)


def main() -> None:
    """Fill, then ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("actors", type=int, nargs="?", default=1_000_000)
    parser.add_argument("days", type=int, nargs="?", default=30)
    parser.add_argument("shape", choices=["zipf", "uniform"], nargs="?", default="zipf")
    parser.add_argument("--flowing", action="store_true")
    asked = parser.parse_args()
    world = World(asked.actors, asked.days, asked.shape)
    index = filled(world)
    stop = threading.Event()
    writer = threading.Thread(target=flow, args=(index, world, stop))
    if asked.flowing:
        writer.start()
    try:
        measure(index, world)
    finally:
        stop.set()
        if asked.flowing:
            writer.join()


if __name__ == "__main__":
    sys.exit(main())
