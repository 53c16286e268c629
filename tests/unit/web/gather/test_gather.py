"""Answers of several workers put together: what one with all partitions would say."""

import random
from dataclasses import replace

import pytest
from gather_fakes import CATALOGUE, FakeService, FakeWorker, in_order, random_rows, row_of

from schemas.plover import EventType
from schemas.tally import TableName
from streams.counting.questions import ALL_DAYS, NO_FILTERS, Basis, Filters, ListName, Question
from streams.index.parts import Row, SnapshotGone
from streams.web.answers import NotReady, Page, Ranked
from streams.web.gather.asks import Request
from streams.web.gather.gather import Gather
from streams.web.gather.replies import Reply
from streams.web.gather.router import partition_of

ACTORS = Question(ListName.ACTORS)
ASSAULTS = Question(ListName.ACTORS, filters=Filters(types=frozenset({EventType.ASSAULT})))


def three_workers(rows: dict[int, list[Row]]) -> FakeService:
    service = FakeService()
    for number, url in enumerate(("http://a", "http://b", "http://c")):
        service.add(url, rows, (2 * number, 2 * number + 1))
    return service


async def all_pages(gather: Gather, question: Question, *, limit: int = 7) -> list[Ranked]:
    pages = [await gather.ranked(question, Page(limit))]
    while following := pages[-1].next:
        pages.append(await gather.ranked(question, following))
    return pages


def keys_of(pages: list[Ranked]) -> list[str]:
    return [row.key for page in pages for row in page.rows]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("url", ["http://a", "http://b", "http://c"])
async def test_pages_of_any_worker_are_those_of_one_list(seed: int, url: str) -> None:
    """Rows that lie in no two partitions come in the order of one list, each once, whoever is asked."""
    rows = random_rows(random.Random(seed), 6, 100)
    pages = await all_pages(three_workers(rows).gather(url), ACTORS)
    one_list = in_order(ACTORS, (row for part in rows.values() for row in part))
    assert keys_of(pages) == [row.key for row in one_list]
    assert {page.total for page in pages} == {100}
    assert pages[0].standing.answered == tuple(range(6))
    assert pages[-1].next is None


@pytest.mark.parametrize("seed", range(5))
async def test_groups_of_several_partitions_are_summed_before_they_are_ranked(seed: int) -> None:
    """What single stories give is added up by key: the best of all may be the best of no worker."""
    draw = random.Random(seed)
    rows = {
        number: [row_of(f"k{key}", draw.randrange(1, 9)) for key in draw.sample(range(40), 20)]
        for number in range(6)
    }
    assert ASSAULTS.basis is Basis.STORIES
    pages = await all_pages(three_workers(rows).gather("http://b"), ASSAULTS)
    summed: dict[str, int] = {}
    for row in (row for part in rows.values() for row in part):
        summed[row.key] = summed.get(row.key, 0) + row.counters["articles"]
    expected = sorted(summed, key=lambda key: (-summed[key], key))
    assert keys_of(pages) == expected
    assert pages[0].total == len(expected)
    assert all(row.counters["articles"] == summed[row.key] for page in pages for row in page.rows)


@pytest.mark.parametrize("question", [ACTORS, ASSAULTS])
async def test_pages_may_be_asked_of_different_workers(question: Question) -> None:
    """A list that one worker began goes on at another, as it was when it began."""
    rows = random_rows(random.Random(1), 6, 60)
    service = three_workers(rows)
    expected = [row.key for row in in_order(question, (row for part in rows.values() for row in part))]
    page = await service.gather("http://a").ranked(question, Page(25))
    for part in rows.values():
        part.clear()
    second = await service.gather("http://b").ranked(question, page.next or Page())
    third = await service.gather("http://c").ranked(question, second.next or Page())
    assert keys_of([page, second, third]) == expected
    assert third.next is None


async def test_a_page_whose_list_is_no_longer_kept_is_gone() -> None:
    """A name that no worker has kept a list under, or that is none, raises SnapshotGone."""
    service = three_workers(random_rows(random.Random(1), 6, 60))
    page = await service.gather("http://a").ranked(ACTORS, Page(25))
    assert page.next
    fresh = three_workers(random_rows(random.Random(1), 6, 60)).gather("http://a")
    with pytest.raises(SnapshotGone):
        await fresh.ranked(ACTORS, page.next)
    with pytest.raises(SnapshotGone):
        await fresh.ranked(ACTORS, Page(25, page.next.after, "../nonsense"))


async def test_a_page_waits_for_a_worker_that_may_come_back() -> None:
    """While a worker that has frozen a part cannot be heard, its list is neither there nor gone."""
    service = three_workers(random_rows(random.Random(1), 6, 60))
    gather = service.gather("http://a")
    page = await gather.ranked(ACTORS, Page(25))
    service.workers["http://b"].dead = True
    with pytest.raises(NotReady, match="http://b"):
        await gather.ranked(ACTORS, page.next or Page())
    del service.assigned["http://b"]
    with pytest.raises(SnapshotGone):
        await service.gather("http://a").ranked(ACTORS, page.next or Page())


async def test_a_worker_that_is_gone_is_named_with_its_partitions() -> None:
    """What cannot be had is missing and told why, and the rest is exact."""
    rows = random_rows(random.Random(3), 6, 50)
    service = three_workers(rows)
    service.workers["http://b"].dead = True
    found = await service.gather("http://a").ranked(ACTORS, Page(100))
    assert found.standing.missing == (2, 3)
    assert found.standing.answered == (0, 1, 4, 5)
    assert "http://b" in found.standing.why[0]
    left = in_order(ACTORS, (row for number in (0, 1, 4, 5) for row in rows[number]))
    assert [row.key for row in found.rows] == [row.key for row in left]


async def test_later_pages_of_a_partial_list_stay_partial() -> None:
    """A partition that was missing from the first page is in none of the others, although it is back."""
    rows = random_rows(random.Random(3), 6, 50)
    service = three_workers(rows)
    service.workers["http://b"].dead = True
    gather = service.gather("http://a")
    first = await gather.ranked(ACTORS, Page(10))
    service.workers["http://b"].dead = False
    second = await gather.ranked(ACTORS, first.next or Page())
    assert second.standing.missing == (2, 3)
    assert second.total == first.total


async def test_partitions_that_have_moved_are_asked_of_their_new_worker() -> None:
    """What is known of the group may be old: whoever says 'not mine' makes it be asked anew."""
    rows = random_rows(random.Random(4), 6, 50)
    service = three_workers(rows)
    gather = service.gather("http://a")
    await gather.ranked(ACTORS, Page(5))
    moved(service, "http://b", "http://c")
    found = await gather.ranked(ACTORS, Page(100))
    assert found.standing.missing == ()
    assert found.total == 50
    assert len(found.rows) == 50


def moved(service: FakeService, giver: str, taker: str) -> None:
    """All partitions of one worker go to another."""
    both = service.assigned[giver] | service.assigned[taker]
    service.assigned |= {giver: frozenset(), taker: both}
    for url, held in ((giver, frozenset[int]()), (taker, both)):
        service.workers[url].holdings.partitions = held
        service.workers[url].holdings.generation += 1


async def test_a_worker_that_died_is_found_again_elsewhere() -> None:
    """After a takeover the group tells the new owner, and the answer is whole in the same question."""
    rows = random_rows(random.Random(4), 6, 50)
    service = three_workers(rows)
    gather = service.gather("http://a")
    await gather.ranked(ACTORS, Page(5))
    service.workers["http://b"].dead = True
    moved(service, "http://b", "http://c")
    found = await gather.ranked(ACTORS, Page(100))
    assert (found.standing.missing, found.total) == ((), 50)


async def test_no_partition_is_answered_twice() -> None:
    """Two workers that both believe to hold a partition are not both asked for it."""
    rows = random_rows(random.Random(5), 6, 50)
    service = three_workers(rows)
    service.workers["http://c"].holdings.partitions = frozenset({2, 3, 4, 5})
    found = await service.gather("http://a").ranked(ACTORS, Page(100))
    assert found.total == 50


async def test_an_answer_for_more_than_was_asked_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of a partition that somebody else answers for would be there twice."""
    service = three_workers(random_rows(random.Random(5), 6, 50))
    asked_of = FakeService.ask

    async def too_much(self: FakeService, url: str, request: Request) -> Reply:
        reply = await asked_of(self, url, request)
        return replace(reply, partitions=reply.partitions | {4}) if url == "http://b" else reply

    monkeypatch.setattr(FakeService, "ask", too_much)
    found = await service.gather("http://a").ranked(ACTORS, Page(100))
    assert found.standing.missing == (2, 3)
    assert "http://b" in found.standing.why[0]


async def test_what_changes_hands_while_it_is_read_is_read_again() -> None:
    """A generation that ends during the scan makes the worker answer anew, for what it then holds."""
    rows = random_rows(random.Random(6), 6, 50)
    service = three_workers(rows)
    worker = service.workers["http://a"]
    lose_once(worker, 1)
    found = await service.gather("http://a").ranked(ACTORS, Page(100))
    assert found.standing.missing == (1,)
    assert "http://a" in found.standing.why[0]
    assert not {row.key for row in rows[1]} & {row.key for row in found.rows}


def lose_once(worker: FakeWorker, number: int) -> None:
    """The first scan ends in another generation, without this partition."""

    def lose() -> None:
        worker.holdings.partitions -= {number}
        worker.holdings.generation = 2

    worker.index.on_read = lose


async def test_a_single_thing_is_asked_of_its_owner_alone() -> None:
    """A key is looked for where the producer has put it, and nowhere else."""
    number = partition_of("k", CATALOGUE.partitions)
    rows: dict[int, list[Row]] = {other: [] for other in range(6)}
    rows[number].append(row_of("k", 3))
    service = three_workers(rows)
    owner = next(url for url, held in service.assigned.items() if number in held)
    other = next(url for url in service.assigned if url != owner)
    found = await service.gather(other).single(TableName.ACTORS, "k", ALL_DAYS)
    assert found.thing
    assert found.thing.days == {"2012-08-02": {"articles": 3, "events": 3}}
    assert found.standing.answered == (number,)
    asked = [url for url, worker in service.workers.items() if worker.asked]
    assert asked == [owner]


async def test_nothing_at_all_is_not_ready() -> None:
    """Where no partition can be answered there is no answer, and the reasons are told."""
    service = three_workers(random_rows(random.Random(7), 6, 5))
    for worker in service.workers.values():
        worker.holdings.partitions = frozenset()
    with pytest.raises(NotReady, match="is recovering"):
        await service.gather("http://a").ranked(ACTORS, Page())


async def test_a_worker_that_only_codes_answers_through_the_others() -> None:
    """Who is no member of the count group finds all of it."""
    rows = random_rows(random.Random(8), 6, 50)
    service = three_workers(rows)
    service.add("http://coder", rows, ())
    del service.assigned["http://coder"]
    found = await service.gather("http://coder").ranked(ACTORS, Page(100))
    assert (found.total, found.standing.missing) == (50, ())


async def test_days_and_names_are_put_together() -> None:
    """Days are summed over partitions, the undated last; names are found in all of them."""
    rows = random_rows(random.Random(9), 6, 50)
    gather = three_workers(rows).gather("http://c")
    by_day = await gather.by_day(NO_FILTERS, ALL_DAYS)
    assert list(by_day.days)[-1] == "undated"
    assert by_day.days["undated"] == {"articles": 3}
    found = await gather.search("k00", limit=4)
    expected = in_order(ACTORS, (row for part in rows.values() for row in part if "k00" in row.key))
    assert [row.key for row, _ in found.rows] == [row.key for row in expected[:4]]
