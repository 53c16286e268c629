"""What the index must answer, by a loop over plain dicts; and random changes to put to both."""

from dataclasses import dataclass, field
from random import Random

import orjson

from schemas.tally import COUNTERS, Counters, TableName
from streams.counting.days import day_key
from streams.counting.questions import DayRange, Filters, ListName, Question
from streams.index.counts import CountsIndex

DAYS = ["undated", *(f"2026-0{month}-{day:02}" for month in (2, 3) for day in range(1, 29))]
COUNTRIES = ["USA", "RUS", "FRA", None]
SECTORS = ["GOV", "MIL", None]
KINDS = ["person", "country"]
TOPICS = ["01", "02", "03"]

Label = dict[str, str | None]
Value = tuple[Label, Counters]


@dataclass
class Naive:
    """One partition of one table as a dict, and the index of the same."""

    table: TableName
    values: dict[tuple[str, str], Value] = field(default_factory=dict)
    raw: dict[bytes, bytes] = field(default_factory=dict)
    index: CountsIndex = field(init=False)

    def __post_init__(self) -> None:
        self.index = CountsIndex(self.table, lambda key: self.raw.get(key))

    def apply(self, changes: dict[tuple[str, str], Value | None]) -> None:
        written: dict[bytes, bytes | None] = {}
        for (key, day), value in changes.items():
            raw_key = day_key(key, day).encode()
            if value is None:
                self.values.pop((key, day), None)
                self.raw.pop(raw_key, None)
                written[raw_key] = None
            else:
                self.values[key, day] = value
                self.raw[raw_key] = orjson.dumps({"label": value[0], "counters": value[1]})
                written[raw_key] = self.raw[raw_key]
        self.index.apply(written)


Listed = tuple[str, Counters, Counters | None]


def listed(question: Question, tables: list[Naive]) -> list[Listed]:
    """The whole list over partitions."""
    now: dict[str, Counters] = {}
    before: dict[str, Counters] = {}
    for table in tables:
        labels = newest_labels(table, DayRange())
        passing = {key for key, label in labels.items() if _passes(table.table, key, label, question)}
        for (key, day), (_, counters) in table.values.items():
            if key not in passing:
                continue
            shown = _shown(table.table, key, question.of)
            if question.days.holds(day):
                _add(now, shown, counters)
            if question.before and question.before.holds(day):
                _add(before, shown, counters)
    now = {key: counters for key, counters in now.items() if counters}

    def place(key: str) -> tuple[int, str]:
        value = now[key].get(question.counter, 0)
        return -(value - before.get(key, {}).get(question.counter, 0) if question.by_growth else value), key

    return [
        (key, now[key], before.get(key, {}) if question.before else None) for key in sorted(now, key=place)
    ]


def _add(sums: dict[str, Counters], key: str, counters: Counters) -> None:
    own = sums.setdefault(key, {})
    for name, number in counters.items():
        own[name] = own.get(name, 0) + number


def _shown(table: TableName, key: str, of: ListName) -> str:
    if table.value == of.value:
        return key
    actor, _, topic = key.rpartition("|")
    return actor if of is ListName.ACTORS else topic


def newest(table: Naive, key: str, days: DayRange) -> Label:
    """The label of the newest of these days."""
    return newest_labels(table, days).get(key, {})


def newest_labels(table: Naive, days: DayRange) -> dict[str, Label]:
    """For each thing the label of the newest of these days."""
    found: dict[str, tuple[str, Label]] = {}
    for (key, day), (label, counters) in table.values.items():
        age = "" if day == "undated" else day
        if counters and days.holds(day) and (key not in found or age > found[key][0]):
            found[key] = age, label
    return {key: label for key, (_, label) in found.items()}


def _passes(table: TableName, key: str, label: Label, question: Question) -> bool:
    filters = question.filters
    if table is TableName.PAIRS:
        return _passes_pair(label, key, filters)
    if table is TableName.TOPICS:
        return filters.topic in (None, key)
    wanted = {"country": filters.country, "sector": filters.sector, "kind": filters.kind}
    if any(value is not None and label.get(name) != value for name, value in wanted.items()):
        return False
    actor, _, topic = key.rpartition("|")
    of_both = filters.actor in (None, actor) and filters.topic in (None, topic)
    return table is TableName.ACTORS or of_both


def _passes_pair(label: Label, key: str, filters: Filters) -> bool:
    def is_of(side: str) -> bool:
        return filters.country in (None, label.get(f"{side}_country")) and filters.sector in (
            None,
            label.get(f"{side}_sector"),
        )

    return filters.actor in (None, *key.split("|")) and (is_of("source") or is_of("target"))


def random_label(rnd: Random, table: TableName, key: str) -> Label:
    actor: Label = {
        "name": f"Name {key} {rnd.randrange(2)}",
        "kind": rnd.choice(KINDS),
        "country": rnd.choice(COUNTRIES),
        "sector": rnd.choice(SECTORS),
        "code": None,
    }
    if table is TableName.TOPICS:
        return {"name": f"Topic {key}"}
    if table is TableName.ACTOR_TOPICS:
        topic = key.rpartition("|")[2]
        return {**actor, "topic": topic, "topic_name": f"Topic {topic}"}
    if table is TableName.ACTORS:
        return actor
    source, target = key.split("|")
    sides = {f"{side}_{name}": rnd.choice(SECTORS) for side in ("source", "target") for name in ("sector",)}
    countries = {f"{side}_country": rnd.choice(COUNTRIES) for side in ("source", "target")}
    return {"source": source, "target": target, **sides, **countries}


def random_key(rnd: Random, table: TableName, things: int) -> str:
    actor = rnd.choice(["person:p", "country:", "x", "person:a|b-"]) + str(rnd.randrange(things))
    if table is TableName.ACTORS:
        return actor.replace("|", "")
    if table is TableName.TOPICS:
        return rnd.choice(TOPICS)
    actor = actor.replace("|", "")
    if table is TableName.ACTOR_TOPICS:
        return f"{actor}|{rnd.choice(TOPICS)}"
    return f"{actor}|country:{rnd.randrange(things)}"


def random_changes(
    rnd: Random, table: Naive, *, number: int, things: int
) -> dict[tuple[str, str], Value | None]:
    changes: dict[tuple[str, str], Value | None] = {}
    for _ in range(number):
        key = random_key(rnd, table.table, things), rnd.choice(DAYS[: rnd.choice([2, 10, len(DAYS)])])
        if rnd.random() < 0.2 and table.values:
            key = rnd.choice(list(table.values))
            changes[key] = None
        else:
            changes[key] = random_label(rnd, table.table, key[0]), random_counters(rnd, table.table)
    return changes


def random_counters(rnd: Random, table: TableName) -> Counters:
    if rnd.random() < 0.03:
        return {}
    most = rnd.choice([2, 5, 5, 300, 100_000, 3_000_000_000])
    names = COUNTERS[table]
    counters = {name: rnd.randrange(most) for name in rnd.sample(names, rnd.randrange(len(names)))}
    counters = {name: number for name, number in counters.items() if number}
    return counters if rnd.random() < 0.03 else {"articles": 1 + rnd.randrange(most), **counters}


def random_days(rnd: Random) -> DayRange:
    first, last = sorted(rnd.choice(DAYS[1:]) for _ in range(2))
    return rnd.choice([DayRange(), DayRange(first, None), DayRange(None, last), DayRange(first, last)])
