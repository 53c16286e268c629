"""The whole way of an article on a real Kafka: from files to tables."""

import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import pytest

from schemas.dead_letter import Reason
from streams.dead_letters import read_dead_letters
from tests.e2e.conftest import SHARED, Service

pytestmark = pytest.mark.kafka
NewService = Callable[..., Awaitable[Service]]

SEEDS = len(list((Path(__file__).parents[2] / "seeds" / "articles").glob("*.md")))


async def test_tables_equal_the_plain_loop_and_a_second_replay_changes_nothing(
    new_service: NewService,
) -> None:
    """What the API answers is what a plain loop counts; the same files again count as duplicates only."""
    service = await new_service()
    await service.start_worker()

    await service.replay("seeds:")
    await service.wait()
    first = await service.tables()
    assert first == await service.expected()
    assert await service.metric("tidings_articles_counted_total", outcome="counted") == SEEDS
    assert all(first.values()), "a table is empty"

    await service.replay("seeds:")
    await service.wait()
    assert await service.tables() == first
    assert await service.metric("tidings_articles_counted_total", outcome="duplicate") == SEEDS
    assert await service.metric("tidings_consumer_lag_records") == 0


async def test_tables_survive_a_restart(new_service: NewService) -> None:
    """A worker that is started anew has the same tables, and counts nothing a second time."""
    service = await new_service()
    worker = await service.start_worker()
    await service.replay("seeds:")
    await service.wait()
    before = await service.tables()

    await service.stop_worker(worker)
    await service.start_worker()

    assert await service.tables() == before
    assert await service.metric("tidings_tallies_applied_total") == 0
    assert await service.metric("tidings_articles_read_total") == 0


async def test_counts_are_exact_after_a_kill(new_service: NewService) -> None:
    """A worker that is killed in the middle loses and doubles nothing once another has taken over."""
    service = await new_service()
    worker = await service.start_worker()
    await service.replay("seeds:")
    worker._running().send_signal(signal.SIGKILL)
    await service.stop_worker(worker)

    await service.start_worker()
    await service.wait()

    assert await service.tables() == await service.expected()
    assert sum(len(table) for table in (await service.tables()).values()) > SEEDS


async def test_two_workers_share_the_partitions(
    new_service: NewService,
) -> None:
    """Each partition is answered by one worker, and together they equal the plain loop."""
    service = await new_service()
    await service.start_worker()
    await service.start_worker()
    await service.replay("seeds:")
    await service.wait()

    assert await service.tables() == await service.expected()


ARTICLE = {
    "id": "good",
    "text": "Russian President Vladimir Putin met Prime Minister David Cameron in London.",
}


def _raw(**changes: object) -> bytes:
    return orjson.dumps({**ARTICLE, **changes})


BAD = {
    "not-utf8": (b"\xff\xfe\x00bad", Reason.NOT_UTF8),
    "not-json": (b"{'id': 1}", Reason.NOT_JSON),
    "deep": (b'{"id":"deep","text":' + b"[" * 100_000 + b"]" * 100_000 + b"}", Reason.TOO_DEEP),
    "list": (b"[1, 2]", Reason.WRONG_SHAPE),
    "types": (_raw(id="types", text=17), Reason.WRONG_SHAPE),
    "missing": (b'{"id":"missing"}', Reason.WRONG_SHAPE),
    "empty": (_raw(id="empty", text=" \n\t "), Reason.EMPTY_TEXT),
    "long": (_raw(id="long", text="word " * 1_000_000), Reason.TEXT_TOO_LONG),
    "french": (_raw(id="french", language="fr"), Reason.LANGUAGE),
    "klingon": (_raw(id="klingon", language="tlh-Latn"), Reason.LANGUAGE),
    "future": (_raw(id="future", published_at="2999-01-01"), Reason.DATE_OUT_OF_RANGE),
    "year-1": (_raw(id="year-1", published_at="0001-01-01T00:00:00Z"), Reason.DATE_OUT_OF_RANGE),
    "mismatch": (_raw(id="another"), Reason.KEY_MISMATCH),
}
ODD_BUT_GOOD = {
    "words": _raw(id="words", text="word\n" * 10_000),
    "control": _raw(id="control", text="Russia\x00 attacked\x07 Ukraine\x1b[31m on Monday.\u2028\ufeff"),
    "unknown": _raw(id="unknown", colour="red", nested={"a": [1]}),
    "good": _raw(),
}


async def test_bad_input_becomes_dead_letters_and_stops_nobody(new_service: NewService) -> None:
    """Every bad record is set aside with its bytes, reason and place; all others are counted."""
    service = await new_service()
    await service.start_worker()
    bad = [(key.encode(), raw) for key, (raw, _) in BAD.items()]
    good = [(key.encode(), raw) for key, raw in ODD_BUT_GOOD.items()]
    await service.produce([*bad, (None, _raw()), (b"never-there", None), *good])
    await service.wait()

    letters = {
        letter.key: letter
        async for letter in read_dead_letters(service.options, service.catalogue.dead_letters)
    }

    assert {key: letters[key.encode()].story.reason for key in BAD} == {
        key: reason for key, (_, reason) in BAD.items()
    }
    assert {key: letters[key.encode()].value for key in BAD} == {key: raw for key, (raw, _) in BAD.items()}
    assert letters[None].story.reason is Reason.NO_KEY
    assert len(letters) == len(BAD) + 1
    places = {(letter.story.partition, letter.story.offset) for letter in letters.values()}
    assert len(places) == len(letters)
    assert {letter.story.kafka_topic for letter in letters.values()} == {service.catalogue.articles}
    assert await service.metric("tidings_articles_counted_total", outcome="counted") == len(ODD_BUT_GOOD)
    assert await service.metric("tidings_unknown_fields_total") == 2
    assert await service.tables() == await service.expected()


@pytest.mark.skipif(not SHARED.exists(), reason="needs the folder of real articles beside the checkout")
@pytest.mark.parametrize(
    ("path", "articles"), [("seeds", 2), ("corpora/wikinews-2019-2020.jsonl", 294)], ids=["seeds", "wikinews"]
)
async def test_real_articles_run_through_to_the_tables(
    new_service: NewService, path: str, articles: int
) -> None:
    """Real articles, replayed twice, are all counted once."""
    service = await new_service()
    await service.start_worker()
    for _ in range(2):
        report = await service.replay(SHARED / path)
        assert report.sent == articles
        await service.wait()

    assert await service.metric("tidings_articles_counted_total", outcome="counted") == articles
    assert await service.metric("tidings_articles_counted_total", outcome="duplicate") == articles
    assert await service.metric("tidings_dead_letters_total") == 0
    assert await service.tables() == await service.expected()
