"""The index of counts: every list, page and single thing equals a loop over plain dicts."""

from dataclasses import replace
from random import Random

import pytest
from counts_drawn import (
    COUNTRIES,
    DAYS,
    KINDS,
    SECTORS,
    TOPICS,
    Listed,
    Naive,
    listed,
    newest,
    newest_labels,
    random_changes,
    random_days,
    random_key,
)

from schemas.tally import COUNTERS, TableName
from streams.counting.questions import Basis, DayRange, Filters, ListName, Question
from streams.index.counts import CountsIndex
from streams.index.index import Index
from streams.index.parts import Part, Position, SnapshotGone

LISTS = [each for each in ListName if each is not ListName.EVENT_TYPES]


def drawn(rnd: Random, partitions: int) -> tuple[Index, dict[TableName, list[Naive]]]:
    index, tables = Index(), {}
    for table in TableName:
        tables[table] = [Naive(table) for _ in range(partitions)]
        index.counts[table] = {number: naive.index for number, naive in enumerate(tables[table])}
    return index, tables


def change(rnd: Random, naives: list[Naive], *, number: int, things: int) -> None:
    """Random changes, each to the one partition where its key belongs."""
    for place, naive in enumerate(naives):
        changes = random_changes(rnd, naive, number=number, things=things)
        naive.apply(
            {key: value for key, value in changes.items() if sum(key[0].encode()) % len(naives) == place}
        )


def random_question(rnd: Random) -> Question:
    of = rnd.choice(LISTS)
    actors = of in (ListName.ACTORS, ListName.ACTOR_TOPICS)
    parties = actors or of is ListName.PAIRS
    some = rnd.random
    filters = Filters(
        country=rnd.choice(COUNTRIES) if parties and some() < 0.4 else None,
        sector=rnd.choice(SECTORS) if parties and some() < 0.4 else None,
        kind=rnd.choice(KINDS) if actors and some() < 0.3 else None,
        topic=rnd.choice([*TOPICS, "none"]) if of is not ListName.PAIRS and some() < 0.4 else None,
        actor=random_key(rnd, TableName.ACTORS, 6) if of is not ListName.ACTORS and some() < 0.4 else None,
    )
    question = Question(of, random_days(rnd), filters)
    before = rnd.choice([None, DayRange(DAYS[1], rnd.choice(DAYS[1:]))])
    sort = rnd.choice(["", *question.counters])
    return replace(question, before=before, by_growth=before is not None and some() < 0.5, sort=sort)


def told(part: Part) -> list[Listed]:
    return [(row.key, row.counters, row.before) for row in part.rows]


def table_of(question: Question) -> TableName:
    of_both = question.of is ListName.ACTORS and question.filters.topic is not None
    of_both |= question.of is ListName.TOPICS and question.filters.actor is not None
    return TableName.ACTOR_TOPICS if of_both else TableName(question.of.value)


@pytest.mark.parametrize("seed", range(8))
def test_lists_equal_a_plain_loop(seed: int) -> None:
    """After random changes and removals every list is the loop's: rows, order, total, period before."""
    rnd = Random(seed)
    index, tables = drawn(rnd, partitions := rnd.choice([1, 2, 3]))
    for _ in range(6):
        for naives in tables.values():
            change(rnd, naives, number=rnd.choice([1, 5, 300]), things=rnd.choice([4, 6, 400]))
        for _ in range(12):
            question = random_question(rnd)
            assert question.basis is Basis.TALLIES
            expected = listed(question, tables[table_of(question)])
            limit = rnd.choice([1, 5, 1000])
            part = index.best(question, frozenset(range(partitions)), limit=limit, snapshot="s")
            assert part.total == len(expected)
            only = set(question.counters)
            assert told(part) == [
                (key, {k: v for k, v in now.items() if k in only}, before)
                for key, now, before in expected[:limit]
            ]


@pytest.mark.parametrize("seed", range(6))
def test_labels_are_those_of_the_newest_day_in_the_range(seed: int) -> None:
    """The label shown is that of the newest day asked for; undated counts are older than any."""
    rnd = Random(seed)
    index, tables = drawn(rnd, 1)
    naive = tables[TableName.ACTORS][0]
    for _ in range(4):
        change(rnd, [naive], number=100, things=8)
        days = random_days(rnd)
        part = index.best(Question(ListName.ACTORS, days), frozenset({0}), limit=1000, snapshot="s")
        labels = newest_labels(naive, days)
        assert {row.key: row.label for row in part.rows} == labels


@pytest.mark.parametrize("seed", range(6))
def test_pages_of_a_frozen_list_do_not_move(seed: int) -> None:
    """Turned page by page while counts change, a list is the one of its first page, every row once."""
    rnd = Random(seed)
    index, tables = drawn(rnd, 2)
    for naives in tables.values():
        change(rnd, naives, number=400, things=60)
    for number in range(5):
        question = random_question(rnd)
        expected = listed(question, tables[table_of(question)])
        limit = rnd.choice([3, 20])
        page = index.best(question, frozenset({0, 1}), limit=limit, snapshot=str(number))
        found = list(page.rows)
        while page.rows:
            change(rnd, tables[table_of(question)], number=5, things=60)
            last = page.rows[-1]
            value = last.counters.get(question.counter, 0)
            if question.by_growth:
                value -= (last.before or {}).get(question.counter, 0)
            page = index.further(str(number), limit=limit, after=Position(value, last.key))
            found += page.rows
        assert [row.key for row in found] == [key for key, *_ in expected]
        assert [row.before for row in found] == [before for *_, before in expected]
        only = set(question.counters)
        assert [row.counters for row in found] == [
            {name: number for name, number in now.items() if name in only} for _, now, _ in expected
        ]


@pytest.mark.parametrize("seed", range(6))
def test_single_things_equal_a_plain_loop(seed: int) -> None:
    """One thing by day has the counters that are held, oldest first, and the newest label."""
    rnd = Random(seed)
    for table in TableName:
        naive = Naive(table)
        for _ in range(5):
            change(rnd, [naive], number=200, things=10)
            days = random_days(rnd)
            for key in {key for key, _ in naive.values} | {"nothing"}:
                held = {
                    day: naive.values[key, day][1]
                    for day in DAYS
                    if (key, day) in naive.values and naive.values[key, day][1] and days.holds(day)
                }
                found = naive.index.thing(key, days)
                assert (found.days if found else {}) == held
                assert found is None or (list(found.days), found.label) == (
                    list(held),
                    newest(naive, key, days),
                )


def test_an_index_made_from_a_store_equals_one_that_followed_it() -> None:
    """What is rebuilt from all values at once answers as what took every change."""
    rnd = Random(5)
    index, tables = drawn(rnd, 1)
    for naives in tables.values():
        for _ in range(5):
            change(rnd, naives, number=300, things=50)
    anew = Index()
    for table, (naive,) in tables.items():
        anew.open_counts(table, 0, Held(naive.raw), naive.raw.get)
    for _ in range(60):
        question = random_question(rnd)
        parts = [each.best(question, frozenset({0}), limit=1000, snapshot="s").rows for each in (index, anew)]
        assert parts[0] == parts[1]


class Held:
    """Values as a store has them."""

    def __init__(self, values: dict[bytes, bytes]) -> None:
        self._values = values

    def get(self, key: bytes) -> bytes | None:
        return self._values.get(key)

    def items(self):
        return iter(list(self._values.items()))


def test_reserved_keys_are_no_things() -> None:
    """What the service tells itself in a changelog is counted nowhere."""
    index = CountsIndex(TableName.ACTORS, {}.get)
    index.apply({b"\xffposition": b"12"})
    assert len(index.things) == 0


def test_a_list_of_a_closed_partition_is_gone() -> None:
    """Another worker may hold the partition by then: no page of it is answered from here."""
    rnd = Random(1)
    index, tables = drawn(rnd, 1)
    change(rnd, tables[TableName.ACTORS], number=50, things=20)
    question = Question(ListName.ACTORS)
    index.best(question, frozenset({0}), limit=5, snapshot="s")
    assert index.further("s", limit=5, after=None).rows
    index.close_counts(TableName.ACTORS, 0)
    with pytest.raises(SnapshotGone):
        index.further("s", limit=5, after=None)
    assert index.best(question, frozenset({0}), limit=5, snapshot="t") == Part()


def test_counters_are_those_of_their_table() -> None:
    """Every counter that a table may have comes back; one that nobody has costs no column."""
    naive = Naive(TableName.PAIRS)
    counters = {name: number + 1 for number, name in enumerate(COUNTERS[TableName.PAIRS])}
    naive.apply({("a|b", DAYS[1]): ({"source": "a", "target": "b"}, counters)})
    naive.apply({("a|b", DAYS[2]): ({"source": "a", "target": "b"}, {"articles": 1})})
    found = naive.index.thing("a|b", DayRange())
    assert found is not None
    assert found.days == {DAYS[1]: counters, DAYS[2]: {"articles": 1}}
    assert set(naive.index.days.by_name[DAYS[2]].columns) == {"articles"}
