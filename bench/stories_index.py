"""How fast a million events in one partition are asked and applied, and how many bytes one takes.

python bench/stories_index.py [EVENTS]
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from schemas.plover import MODES, QUAD_OF, EventType
from streams.counting.questions import ALL_DAYS, NO_FILTERS, DayRange, Filters, ListName, Question
from streams.index.stories import StoryIndex
from streams.index.story_list import ranked
from streams.index.story_lists import StoryLists
from streams.index.story_sweep import swept

EVENTS_PER_STORY: Final = 6
ACTORS: Final = 20_000
TOPICS: Final = 400
START: Final = datetime(2012, 1, 1, tzinfo=UTC)
TYPES: Final = [(kind.value, QUAD_OF[kind].value, [None, *sorted(MODES[kind])]) for kind in EventType]
RUNS: Final = 7


def story(draw: random.Random, number: int, count: int) -> tuple[bytes, bytes]:
    """Key and ledger entry of a story; few actors are in most of them, as in the news."""
    actors = [min(int(draw.paretovariate(0.6)), ACTORS) for _ in range(8)]
    moment = START + timedelta(days=365) * (number / count)
    told = {
        "title": "Something happened somewhere",
        "published_at": moment.replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "day": moment.date().isoformat(),
        "topics": [{"code": f"medtop:{n}", "name": f"topic {n}"} for n in draw.sample(range(TOPICS), 3)],
        "actors": {f"person:{n}": label(n) for n in actors},
        "events": [event(draw, n, actors) for n in range(EVENTS_PER_STORY)],
    }
    entry = {"article": {"partition": 0, "offset": number}, "content_hash": str(number), "contributions": []}
    return f"story-{number:07}".encode(), orjson.dumps({**entry, "story": told})


def label(number: int) -> dict[str, str | None]:
    """What a reader is shown of an actor."""
    country = f"C{number % 200:02}"
    return {"name": f"Person {number}", "kind": "person", "country": country, "sector": "GOV", "code": None}


def event(draw: random.Random, number: int, actors: list[int]) -> dict[str, object]:
    """An event between two actors of its story."""
    kind, quad, modes = draw.choice(TYPES)
    source, target = draw.sample(actors, 2)
    sides = [{"actor": f"person:{n}", "code": None, "text": f"President {n}"} for n in (source, target)]
    return {
        "id": f"{number * 120}-{kind.lower()}",
        "type": kind,
        "mode": draw.choice(modes),
        "quad": quad,
        "cameo": None,
        "source": sides[0],
        "target": sides[1],
        "sentence": "On Monday the president of the one called upon that of the other to stop it at once.",
        "trigger": "called upon",
        "start": 4,
        "end": 15,
        "date": None,
        "confidence": round(draw.uniform(0.4, 1.0), 3),
    }


def questions(index: StoryIndex) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured, by name."""
    year, month = DayRange("2012-01-01", "2012-12-31"), DayRange("2012-06-01", "2012-06-30")
    sure = Filters(types=frozenset({EventType.ASSAULT}), least_confidence=0.7)
    sided = Filters(actor="person:1", quads=frozenset())
    for of in ListName:
        yield f"{of}, ASSAULT at least 0.7", lambda of=of: index.ranked(Question(of, year, sure))
    yield "actors across from one", lambda: index.ranked(Question(ListName.ACTORS, year, sided))
    yield (
        "pairs of a country, a month",
        lambda: index.ranked(Question(ListName.PAIRS, month, Filters(country="C07", least_confidence=0.0))),
    )
    everything = Filters(least_confidence=0.0)
    for of in ListName:
        yield f"{of}, everything", lambda of=of: index.ranked(Question(of, year, everything))
    yield "days, everything", lambda: index.by_day(NO_FILTERS, ALL_DAYS)
    yield "days, one actor", lambda: index.by_day(sided, ALL_DAYS)
    yield "20 newest", lambda: index.recent(NO_FILTERS, ALL_DAYS, limit=20, after=None)
    yield "20 newest ASSAULT", lambda: index.recent(sure, year, limit=20, after=None)
    yield (
        "20 in the middle",
        lambda: index.recent(sure, year, limit=20, after=("2012-06-15T12:00:00Z", "story-0000000/0")),
    )
    yield "names of an actor", lambda: index.also_called("person:1")
    yield "all names", lambda: index.names()


def main() -> None:
    """Print bytes an event, stories applied a second, and milliseconds a question."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    count, draw = events // EVENTS_PER_STORY, random.Random(7)
    entries = dict(story(draw, number, count) for number in range(count))
    lists = StoryLists()
    index = lists.open(entries.get)
    keys = list(entries)
    began = time.thread_time()
    for at in range(0, count, 1000):
        index.apply({key: entries[key] for key in keys[at : at + 1000]})
    seconds = time.thread_time() - began
    print(
        f"{index.events:,} events of {index.stories:,} stories; "
        f"arrays {index.nbytes / index.events:.0f} bytes an event"
    )
    print(f"applied: {count / seconds:,.0f} stories a second, {seconds / index.events * 1e6:.1f} us an event")
    for name, ask in questions(index):
        print(f"{best_ms(ask):8.1f} ms  {name}")
    halves = [lists.open(entries.get) for _ in range(2)]
    for half, part in zip(halves, (keys[::2], keys[1::2]), strict=True):
        half.apply({key: entries[key] for key in part})
    pairs = Question(ListName.PAIRS, ALL_DAYS, Filters(types=frozenset({EventType.ASSAULT})))
    print(f"{best_ms(lambda: index.ranked(pairs)):8.1f} ms  pairs, ASSAULT, of one partition")
    together = best_ms(lambda: ranked([half.snapshot for half in halves], index.words, pairs))
    print(f"{together:8.1f} ms  the same of two with half of it each")
    began = time.thread_time()
    swept(index.snapshot, index.words)
    print(f"{(time.thread_time() - began) * 1000:8.1f} ms  leave replaced stories behind")
    small = {key: entries[key] for key in keys[:50]}
    print(f"{best_ms(lambda: index.apply(small)):8.2f} ms  apply 50 stories again")


def best_ms(ask: Callable[[], object]) -> float:
    """Milliseconds of this thread's CPU, the least of some runs: other work on the machine adds nothing."""
    times = []
    for _ in range(RUNS):
        began = time.thread_time()
        ask()
        times.append(time.thread_time() - began)
    return min(times) * 1000


if __name__ == "__main__":
    main()
