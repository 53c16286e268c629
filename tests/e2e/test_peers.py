"""Any worker answers for all: exactly as the plain loop does, also while one of three is killed."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import cycle
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from bench.workers import RoleProcess
from schemas.coded import CodedArticle
from schemas.plover import Quad
from schemas.wire import encode
from streams.commands.local_service import is_ready
from streams.counting.asked import answer, answer_days, answer_events
from streams.counting.questions import Basis, Filters, ListName, Question
from streams.progress import stages, wait_until_read
from streams.web.gather.router import partition_of
from tests.e2e.conftest import Service, held_by, wait_until_shown
from tests.e2e.news_at_random import News, filter_parameters, parameters

pytestmark = pytest.mark.kafka
NewService = Callable[..., Awaitable[Service]]

STORIES, PARTITIONS = 300, 5


async def produce(service: Service, versions: Sequence[CodedArticle]) -> None:
    """Put coded articles onto their Kafka topic, and wait until they are counted."""
    producer = AIOKafkaProducer(**service.options, acks="all", linger_ms=20)
    await producer.start()
    try:
        for coded in versions:
            await producer.send(service.catalogue.coded, key=coded.article_id.encode(), value=encode(coded))
    finally:
        await producer.stop()


async def wait_counted(service: Service) -> None:
    for stage in stages(service.catalogue)[1:]:
        await wait_until_read(service.options, stage, service.catalogue.partitions)
    await wait_until_shown([worker.url for worker in service.workers])


async def start_workers(service: Service, roles: Sequence[str]) -> list[RoleProcess]:
    """Workers between which the partitions have settled."""
    settings = service.settings.model_copy(update={"session_timeout_seconds": 4.0, "processes": 1})
    workers = [
        RoleProcess(f"worker-{number}", settings, service.bootstrap, role=role)
        for number, role in enumerate(roles)
    ]
    for worker in workers:
        service.workers.append(worker)
        await worker.start()
    await wait_settled(workers, service.settings.partitions)
    return workers


async def wait_settled(workers: Sequence[RoleProcess], partitions: int) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient(timeout=2) as client:
        while True:
            held = sorted([number for worker in workers for number in await held_by(worker.url)])
            ready = [await is_ready(client, worker.url) for worker in workers]
            if all(ready) and held == list(range(partitions)):
                return
            await asyncio.sleep(0.1)


async def get(client: httpx.AsyncClient, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    answered = await client.get(path, params=asked)
    assert answered.status_code == httpx.codes.OK, answered.text
    found: dict[str, Any] = answered.json()
    return found


def listed(items: Sequence[dict[str, Any]]) -> list[tuple[str, dict[str, int], dict[str, int] | None]]:
    return [(item["key"], item["counters"], item["before"]) for item in items]


async def whole_list(
    client: httpx.AsyncClient, question: Question, *, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """All pages of a list, and the total that each of them tells."""
    asked = {**parameters(question), "limit": limit, "complete": True}
    page = await get(client, f"/v1/{question.of.value}", asked)
    items, totals = list(page["items"]), {page["total"]}
    while page["next"]:
        page = await get(client, f"/v1/{question.of.value}", {**asked, "cursor": page["next"]})
        items += page["items"]
        totals.add(page["total"])
    (total,) = totals
    return items, total


async def assert_equal(
    client: httpx.AsyncClient, log: Sequence[CodedArticle], news: News, *, rounds: int
) -> None:
    """Lists, days and events of drawn questions are those of the plain loop."""
    for _ in range(rounds):
        question = news.question()
        expected = answer(log, question)
        items, total = await whole_list(client, question, limit=news.draw.choice([7, 50, 1000]))
        assert listed(items) == expected, question
        assert total == len(expected), question
        filters, days = news.filters(), news.days()
        asked = filter_parameters(filters, days)
        by_day = (await get(client, "/v1/days", {**asked, "complete": True}))["items"]
        assert {row["day"]: row["counters"] for row in by_day} == answer_days(log, filters, days), asked
        events = await whole_events(client, asked)
        assert events == answer_events(log, filters, days), asked


async def whole_events(client: httpx.AsyncClient, asked: dict[str, Any]) -> list[str]:
    keys, cursor = [], None
    while True:
        page = await get(
            client, "/v1/events", {**asked, **({"cursor": cursor} if cursor else {}), "limit": 90}
        )
        keys += [event["key"] for event in page["items"]]
        if (cursor := page["next"]) is None:
            return keys


@pytest.mark.parametrize("roles", [["count"], ["count", "count", "count"], ["count", "count", "code"]])
async def test_any_worker_answers_as_the_plain_loop(new_service: NewService, roles: list[str]) -> None:
    """Random questions to each worker, whatever it holds, are answered exactly; also after corrections."""
    service = await new_service(partitions=PARTITIONS)
    news = News(len(roles))
    log = news.stories(range(STORIES))
    workers = await start_workers(service, roles)
    await produce(service, log)
    await wait_counted(service)
    corrected = [news.correction(news.draw.randrange(STORIES), version) for version in range(1, 60)]
    await produce(service, corrected)
    await wait_counted(service)
    log += corrected
    for worker in workers:
        async with httpx.AsyncClient(base_url=worker.url, timeout=30) as client:
            await assert_equal(client, log, news, rounds=12)


async def test_answers_stay_exact_while_a_worker_is_killed(new_service: NewService) -> None:
    """Until its partitions are taken over, each answer names what is missing and is exact without it."""
    service = await new_service(partitions=PARTITIONS)
    news = News(99)
    log = news.stories(range(STORIES))
    workers = await start_workers(service, ["count", "count", "count"])
    await produce(service, log)
    await wait_counted(service)
    victim = workers[1]
    survivors = [worker for worker in workers if worker is not victim]
    asking = [
        asyncio.create_task(keep_asking(worker.url, log, News(number)))
        for number, worker in enumerate(survivors)
    ]
    await asyncio.sleep(2)
    victim.send(signal.SIGKILL)
    service.workers.remove(victim)
    await wait_settled(survivors, service.settings.partitions)
    await asyncio.sleep(1)
    for task in asking:
        task.cancel()
    seen = await asyncio.gather(*asking)
    assert all(kinds["partial"] and kinds["refused"] for kinds in seen), seen
    for worker in survivors:
        async with httpx.AsyncClient(base_url=worker.url, timeout=30) as client:
            await assert_equal(client, log, news, rounds=5)


async def keep_asking(url: str, log: Sequence[CodedArticle], news: News) -> Counter[str]:
    """Hold each answer to the plain loop over what it stands on, until cancelled; counts them by kind."""
    kinds: Counter[str] = Counter()
    async with httpx.AsyncClient(base_url=url, timeout=15) as client:
        with suppress(asyncio.CancelledError):
            while True:
                kinds[await ask_once(client, log, news)] += 1
    return kinds


async def ask_once(client: httpx.AsyncClient, log: Sequence[CodedArticle], news: News) -> str:
    question, complete = news.question(), news.draw.random() < 0.3
    asked = {**parameters(question), "limit": 1000, "complete": complete}
    began = time.monotonic()
    told = await client.get(f"/v1/{question.of.value}", params=asked)
    assert time.monotonic() - began < 8, "a dead worker was waited for too long"
    if told.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        assert told.headers["retry-after"]
        return "refused"
    assert told.status_code == httpx.codes.OK, told.text
    page, standing = told.json(), told.json()["partitions"]
    assert bool(standing["missing"]) == bool(standing["why"])
    assert sorted(standing["answered"] + standing["missing"]) == list(range(PARTITIONS))
    assert not (complete and standing["missing"])
    assert listed(page["items"]) == of_partitions(log, question, standing["answered"]), (question, standing)
    return "partial" if standing["missing"] else "whole"


def of_partitions(
    log: Sequence[CodedArticle], question: Question, answered: Sequence[int]
) -> list[tuple[str, dict[str, int], dict[str, int] | None]]:
    """What the plain loop gives where only these partitions are there."""
    if question.basis is Basis.STORIES:
        return answer(
            [coded for coded in log if partition_of(coded.article_id, PARTITIONS) in answered], question
        )
    return [
        row
        for row in answer(log, question)
        if partition_of(table_key(question, row[0]), PARTITIONS) in answered
    ]


def table_key(question: Question, key: str) -> str:
    """The key that a listed thing is counted under."""
    if question.of is ListName.ACTORS and question.filters.topic:
        return f"{key}|{question.filters.topic}"
    if question.of is ListName.TOPICS and question.filters.actor:
        return f"{question.filters.actor}|{key}"
    return key


async def test_paging_while_counts_move_gives_each_thing_once(new_service: NewService) -> None:
    """Pages of a list that changes under the reader are those of the list as it was, at any worker."""
    service = await new_service(partitions=PARTITIONS)
    news = News(7)
    log = news.stories(range(STORIES))
    workers = await start_workers(service, ["count", "count", "count"])
    await produce(service, log)
    await wait_counted(service)
    questions = [
        Question(ListName.ACTORS),
        Question(ListName.PAIRS, filters=Filters(quads=frozenset({Quad.MATERIAL_CONFLICT}))),
    ]
    expected = [answer(log, question) for question in questions]
    clients = [httpx.AsyncClient(base_url=worker.url, timeout=30) for worker in workers]
    turns = cycle(clients)
    pages = [
        await get(
            next(turns), f"/v1/{question.of.value}", {**parameters(question), "limit": 9, "complete": True}
        )
        for question in questions
    ]
    found = [list(page["items"]) for page in pages]
    corrections = (news.correction(number, 1) for number in range(STORIES))
    while any(page["next"] for page in pages):
        await produce(service, [next(corrections) for _ in range(8)])
        for number, (question, page) in enumerate(zip(questions, pages, strict=True)):
            if page["next"]:
                asked = {**parameters(question), "limit": 9, "cursor": page["next"]}
                pages[number] = await get(next(turns), f"/v1/{question.of.value}", asked)
                found[number] += pages[number]["items"]
    for client in clients:
        await client.aclose()
    assert [listed(items) for items in found] == expected


async def test_a_static_worker_that_comes_back_elsewhere_is_found(new_service: NewService) -> None:
    """A pod that restarts within its session moves no partition, but has another address."""
    service = await new_service(partitions=PARTITIONS)
    news = News(5)
    log = news.stories(range(50))
    settings = service.settings.model_copy(update={"session_timeout_seconds": 20.0})

    def member(name: str) -> RoleProcess:
        return RoleProcess(name, settings, service.bootstrap, role="count", instance_id=name)

    workers = [member("one"), member("other")]
    service.workers += workers
    for worker in workers:
        await worker.start()
    await wait_settled(workers, PARTITIONS)
    await produce(service, log)
    await wait_counted(service)
    held = await held_by(workers[1].url)
    workers[1].send(signal.SIGKILL)
    await workers[1].wait_ended()
    again = service.workers[1] = member("other")
    await again.start()
    await wait_settled([workers[0], again], PARTITIONS)
    assert await held_by(again.url) == held
    assert again.url != workers[1].url
    async with httpx.AsyncClient(base_url=workers[0].url, timeout=30) as client:
        await assert_equal(client, log, news, rounds=5)
        told = await get(client, "/v1/status", {})
    assert [worker["url"] for worker in told["workers"]] == sorted([workers[0].url, again.url])
