"""Lists of the client: filters in, pages out."""

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from api_fake import FakeService, problem

from schemas.plover import EventType
from streams.client import AsyncTidings, CursorGone, PandasMissing, Tidings


def asking(service: FakeService, **options: Any) -> Tidings:
    """A client whose network is the fake."""
    return Tidings(transport=service.transport, sleep=service.sleep, **options)


def asking_later(service: FakeService, **options: Any) -> AsyncTidings:
    """The same for asyncio."""
    return AsyncTidings(transport=service.transport, sleep=service.sleep_later, **options)


def test_a_list_is_walked_page_by_page() -> None:
    """Iterating gives every item in order, and asks for a page when the one before is read."""
    service = FakeService()
    with asking(service) as tidings:
        items = iter(tidings.actors(limit=1))
        assert next(items).name == "Russia"
        assert service.urls == ["/v1/actors?limit=1"]
        assert [item.rank for item in items] == [2, 3]
    assert service.urls[1:] == ["/v1/actors?limit=1&cursor=1", "/v1/actors?limit=1&cursor=2"]


async def test_a_list_is_walked_with_asyncio_too() -> None:
    """The asynchronous client sends the same requests."""
    service = FakeService()
    async with asking_later(service) as tidings:
        listing = tidings.actors(limit=2)
        assert [item.key async for item in listing] == ["country:RUS", "country:GEO", "org:[x]"]
        assert (listing.total, listing.missing) == (3, ())
        assert listing.partitions.answered == (0, 1, 2, 3)
        first = await tidings.pairs().first()
    assert first is not None
    assert first.label.target_name == "Georgia"
    assert service.urls == ["/v1/actors?limit=2", "/v1/actors?limit=2&cursor=2", "/v1/pairs?limit=100"]


def test_as_many_pages_as_are_wanted() -> None:
    """`pages` bounds the walk; `first` and `total` need one page, which is fetched once."""
    service = FakeService()
    with asking(service) as tidings:
        listing = tidings.actors(limit=1, pages=2)
        assert listing.first() is not None
        assert listing.total == 3
        assert len(list(listing)) == 2
    assert len(service.asked) == 2


def test_filters_are_written_as_the_api_reads_them() -> None:
    """Days, several values, enums and flags become parameters; None leaves a filter out."""
    service = FakeService()
    with asking(service) as tidings:
        tidings.pairs(
            from_=date(2012, 8, 2),
            to="2012-08-05",
            type=[EventType.ASSAULT, "AID"],
            least_confidence=0.5,
            compare=True,
            sort=None,
            source="country:RUS",
        ).page()
    assert service.urls == [
        "/v1/pairs?limit=100&from=2012-08-02&to=2012-08-05&type=ASSAULT&type=AID&least_confidence=0.5"
        "&compare=true&source=country%3ARUS"
    ]


def test_a_moment_is_the_utc_day_it_falls_on() -> None:
    """A datetime of another zone is not cut off, but moved to UTC."""
    service = FakeService()
    late = datetime(2012, 8, 2, 23, 0, tzinfo=timezone(timedelta(hours=-5)))
    with asking(service) as tidings:
        tidings.topics(from_=late, to=datetime(2012, 8, 9, tzinfo=UTC)).page()
    assert service.urls == ["/v1/topics?limit=100&from=2012-08-03&to=2012-08-09"]


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ("actors", "colour"),
        ("actors", "source"),
        ("topics", "kind"),
        ("pairs", "kind"),
        ("events", "sort"),
        ("days", "limit"),
        ("stream", "limit"),
    ],
)
def test_an_unknown_filter_is_a_type_error_at_once(call: str, wrong: str) -> None:
    """What a method does not take is refused before anything is sent, with what it takes."""
    service = FakeService()
    with asking(service) as tidings, pytest.raises(TypeError, match=rf"{call}\(\) takes no '{wrong}', but "):
        getattr(tidings, call)(**{wrong: "x"})
    assert service.asked == []


def test_a_list_that_is_gone_is_told() -> None:
    """A cursor that the service has let go of raises CursorGone with what the service says."""
    service = FakeService()
    with asking(service) as tidings:
        pages = tidings.actors(limit=1).pages()
        next(pages)
        service.script = [problem(410, "gone", "ask for the list anew")]
        with pytest.raises(CursorGone, match="410 gone: ask for the list anew"):
            next(pages)


def test_a_partial_list_says_so() -> None:
    """Missing partitions raise nothing; the list tells of them."""
    with asking(FakeService(missing=(2,))) as tidings:
        listing = tidings.actors()
        assert listing.missing == (2,)
        assert listing.partitions.why == ("partition 2: nobody holds it",)


def lacking(partition: int) -> httpx.Response:
    """A last page that lacks a partition."""
    partitions = {"answered": [0], "missing": [partition]}
    return httpx.Response(200, json={"items": [], "total": 3, "next": None, "partitions": partitions})


async def test_a_later_page_may_lack_more() -> None:
    """What any page lacks, the list lacks: `missing` tells of all pages read so far."""
    service, later = FakeService(missing=(2,)), FakeService(missing=(2,))
    with asking(service) as tidings:
        listing = tidings.actors(limit=1)
        assert listing.missing == (2,)
        service.script = [lacking(3)]
        assert len(list(listing)) == 1
        assert listing.missing == (2, 3)
    async with asking_later(later) as asked:
        same = asked.actors(limit=1)
        await same.page()
        later.script = [lacking(3)]
        assert len([item async for item in same]) == 1
        assert same.missing == (2, 3)


async def test_nothing_is_told_before_anything_was_asked() -> None:
    """An asynchronous list cannot fetch in a property, and says what to do."""
    async with asking_later(FakeService()) as tidings:
        with pytest.raises(RuntimeError, match=r"await page\(\)"):
            _ = tidings.actors().total


def test_a_list_becomes_a_data_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """frame() has a row for each item, its label and counters as columns, the period before beside them."""
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=list))
    with asking(FakeService()) as tidings:
        rows = tidings.actors(compare=True, limit=2, pages=1).frame()
        events = tidings.events().frame()
    assert rows[0] == {
        "rank": 1,
        "key": "country:RUS",
        "name": "Russia",
        "kind": "country",
        "country": "RUS",
        "sector": "GOV",
        "code": "RUSGOV",
        "articles": 12,
        "mentions": 40,
        "source": 5,
        "before_articles": 4,
        "growth": 0,
    }
    assert len(rows) == 2
    assert events[0]["source_name"] == "Russia"
    assert events[0]["article_day"] == "2012-08-05"
    assert events[0]["topics"] == "medtop:16000000"


async def test_a_data_frame_without_pandas_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """pandas is no dependency: who asks for a frame without it is told what to install."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    async with asking_later(FakeService()) as tidings:
        with pytest.raises(PandasMissing, match="pip install pandas"):
            await tidings.topics().frame()
