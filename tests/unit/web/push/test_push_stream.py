"""GET /v1/stream: what readers are told, who is refused, and who is let go."""

import asyncio
import json

import pytest
from push_fakes import entry, event, row_of, story
from stream_fakes import service, settled, until

from schemas.ledger import Outcome


async def test_a_stream_begins_at_once_and_tells_what_is_counted() -> None:
    """The first message has an id and how soon to come again; then come events as they are counted."""
    async with service() as api:
        reader = await api.opened()
        api.log.tell(1)
        await until(lambda: len(reader.got) == 2)
        start, told = reader.got
        assert (reader.status, reader.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        assert (reader.headers["cache-control"], reader.headers["x-accel-buffering"]) == ("no-store", "no")
        assert (start.kind, start.data, start.id) == ("start", {"resumed": False}, "0.0")
        assert (told.kind, told.id, told.data["key"]) == ("event", "0.1", "p1-0/e1")
        assert told.data["source"]["name"] == "Syria"
        assert b"\nretry: 2000\n" in reader.body
        assert api.value("stream_messages_total", kind="event") == 1
        assert api.value("stream_messages_total", kind="start") == 1


async def test_an_id_by_header_or_parameter_goes_on_after_it() -> None:
    """Browsers send the header, others may write the parameter; the header is newer."""
    async with service() as api:
        for _ in range(3):
            api.log.tell(0)
        by_header = await api.opened("status=false&last_event_id=0.0", last_event_id="2.0")
        by_parameter = await api.opened("status=false&last_event_id=1.0")
        neither = await api.opened("status=false&last_event_id=")
        await until(lambda: len(by_parameter.keys()) == 2)
        assert by_header.keys() == ["p0-2/e1"]
        assert by_parameter.keys() == ["p0-1/e1", "p0-2/e1"]
        assert by_header.got[0].data == {"resumed": True}
        assert neither.got[0].data == {"resumed": False}


async def test_filters_choose_events() -> None:
    """A reader has the events that pass its filters and days, and no others."""
    async with service() as api:
        filtered = await api.opened("status=false&type=AID&type=ASSAULT&source=country:SYR&from=2012-08-02")
        everything = await api.opened()
        nothing = await api.opened("status=false&events=false")
        api.log.tell(0, event(1), event(2, "CONSULT"), event(3, "AID"), event(4, source="country:IRN"))
        api.log.append(0, entry(story(event(), day="2012-08-01")), "old")
        await until(lambda: len(everything.keys()) == 5)
        assert filtered.keys() == ["p0-0/e1", "p0-0/e3"]
        assert nothing.kinds() == ["start"]


async def test_what_becomes_of_a_story_is_told() -> None:
    """Corrections tell their events again, withdrawals the article; duplicates and old entries nothing."""
    async with service() as api:
        reader = await api.opened("status=false&type=AID")
        api.log.append(0, entry(story(event(kind="AID")), Outcome.COUNTED), "a")
        api.log.append(0, entry(story(event(kind="AID")), Outcome.DUPLICATE), "a")
        api.log.append(0, entry(story(event(kind="AID"), event(2)), Outcome.CORRECTION), "a")
        api.log.append(0, entry(story(event(kind="AID")), None), "b")
        api.log.append(0, b'{"outcome": "counted", "story": {', "broken")
        api.log.append(0, b'{"offset": 7}', "\x00")
        api.log.append(0, entry(None, Outcome.WITHDRAWAL), "a")
        api.log.append(0, None, "a")
        await until(lambda: "withdrawn" in reader.kinds())
        told = [(got.kind, got.data.get("article", {}).get("id")) for got in reader.got[1:]]
        assert told == [("event", "a"), ("corrected", "a"), ("event", "a"), ("withdrawn", "a")]
        assert [got.data.get("correction") for got in reader.got[1:4]] == [None, None, True]
        assert reader.got[2].data["events"] == 2


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("wach=top:actors", "wach"),
        ("kind=person", "kind"),
        ("type=HUG", "type"),
        ("last_event_id=never", "last_event_id"),
        ("last_event_id=1.2.3", "last_event_id"),
        ("replay=201", "replay"),
        ("events=yes", "events"),
        ("watch=actor", "watch"),
        ("watch=planet:mars", "watch"),
        ("watch=type:HUG", "watch"),
        ("watch=top:events", "watch"),
        ("watch=pair:country:SYR", "watch"),
        ("from=2012-08-03&to=2012-08-02", "from"),
        ("&".join(f"watch=actor:{number}" for number in range(21)), "watch"),
    ],
)
async def test_what_cannot_be_asked_is_refused(query: str, named: str) -> None:
    """A question with a fault gets a problem that names the parameter, and no stream."""
    async with service() as api:
        refused = api.get(query)
        await until(lambda: refused.ended)
        assert (refused.status, refused.headers["content-type"]) == (422, "application/problem+json")
        assert named in json.loads(refused.body)["detail"]
        assert api.log.open == 0


async def test_there_are_no_more_readers_than_may_be() -> None:
    """One reader too many is told when to come again; a place that becomes free is given away."""
    async with service(most_readers=2) as api:
        readers = [await api.opened() for _ in range(2)]
        refused = api.get()
        await until(lambda: refused.ended)
        assert (refused.status, refused.headers["retry-after"]) == (503, "2")
        readers[0].leaves.set()
        await until(lambda: api.value("stream_readers") == 1)
        assert (await api.opened()).status == 200
        assert api.value("stream_dropped_total", reason="limit") == 1
        assert api.value("stream_dropped_total", reason="gone") == 1


async def test_without_kafka_there_is_no_stream() -> None:
    """A reader who comes while Kafka is away is told to come again, and takes no place."""
    async with service(most_readers=1) as api:
        api.log.away = True
        refused = api.get()
        await until(lambda: refused.ended)
        assert (refused.status, refused.headers["retry-after"]) == (503, "2")
        api.log.away = False
        assert (await api.opened()).status == 200


async def test_a_slow_reader_is_let_go_and_a_fast_one_goes_on() -> None:
    """Who takes nothing is dropped when too much waits, is told so, and misses nothing when it resumes."""
    async with service() as api:
        fast, slow = await api.opened(), await api.opened()
        slow.takes.clear()
        for _ in range(1100):
            api.log.tell(0)
        await until(lambda: fast.body.count(b"event: event\n") == 1100)
        slow.takes.set()
        await until(lambda: slow.ended)
        assert slow.body.endswith(b": more waits than is kept for a reader; come again with the last id\n\n")
        await until(lambda: api.value("stream_dropped_total", reason="slow") == 1)
        again = await api.opened(last_event_id=slow.got[-1].id)
        slow_told = len(slow.keys())
        await until(lambda: again.body.count(b"event: event\n") + slow_told == 1100)
        assert slow.keys() + again.keys() == fast.keys()


async def test_the_end_of_the_worker_ends_every_stream() -> None:
    """Streams end at once and in good order, also that of a reader that takes nothing; none begins."""
    async with service() as api:
        readers = [await api.opened() for _ in range(3)]
        readers[2].takes.clear()
        closing = asyncio.create_task(api.broadcast.close())
        await until(lambda: readers[0].ended and readers[1].ended)
        assert readers[0].body.endswith(b": this worker stops streaming; come again with the last id\n\n")
        late = api.get()
        await until(lambda: late.ended)
        assert late.status == 503
        readers[2].takes.set()
        await closing
        assert (api.value("stream_readers"), api.log.open) == (0, 0)
        assert api.value("stream_dropped_total", reason="shutdown") == 3


async def test_the_tail_ends_a_while_after_the_last_reader() -> None:
    """Who reloads a page finds the tail; when nobody reads, nothing is read."""
    async with service() as api:
        first = await api.opened()
        first.leaves.set()
        await until(lambda: api.value("stream_readers") == 0)
        await api.clock.move(20)
        second = await api.opened()
        assert len(api.log.followed_from) == 1
        second.leaves.set()
        await until(lambda: api.value("stream_readers") == 0)
        await api.clock.move(40)
        assert api.log.open == 0
        third = await api.opened()
        api.log.tell(0)
        await until(lambda: third.keys() == ["p0-0/e1"])


async def test_the_state_of_the_service_is_asked_for_once_for_all() -> None:
    """Each reader has the state at once and then every two seconds, unless it wants none."""
    async with service() as api:
        readers = [await api.opened("events=false") for _ in range(3)]
        without = await api.opened("status=false")
        await until(lambda: all("status" in reader.kinds() for reader in readers))
        assert api.asked_status == 1
        await api.clock.move(4)
        await until(lambda: all(reader.kinds().count("status") == 3 for reader in readers))
        assert api.asked_status == 3
        assert without.kinds() == ["start"]
        assert readers[0].got[-1].data == {"ready": True, "number": 3}


async def test_an_opened_page_has_something_to_show() -> None:
    """The last events come first, oldest before newest; the tail does not tell them again."""
    async with service() as api:
        rows = [row_of(f"p0-{number}") for number in (1, 0)]
        api.answers.recent_rows = tuple(rows)
        reader = await api.opened("status=false&replay=5")
        for _ in range(3):
            api.log.tell(0)
        await until(lambda: len(reader.keys()) == 3)
        assert reader.keys() == ["p0-0/e1", "p0-1/e1", "p0-2/e1"]
        assert [got.id for got in reader.got] == ["0.0", None, None, "3.0"]
        await api.clock.move(10)
        api.log.tell(1, key="p0-1")
        await until(lambda: len(reader.keys()) == 4)


async def test_a_resumed_stream_replays_nothing() -> None:
    """Who comes back with an id wants what it has missed, and nothing else."""
    async with service() as api:
        api.answers.recent_rows = (row_of("x"),)
        reader = await api.opened("status=false&replay=5", last_event_id="0.0")
        await settled()
        assert (reader.kinds(), api.answers.asked) == (["start"], [])


async def test_openapi_describes_the_stream() -> None:
    """Every parameter, the header and the media type are in the document."""
    async with service() as api:
        described = api.app.openapi()["paths"]["/v1/stream"]["get"]
        names = {parameter["name"] for parameter in described["parameters"]}
        assert {"type", "from", "watch", "events", "status", "replay", "Last-Event-ID"} <= names
        assert "kind" not in names
        assert "text/event-stream" in described["responses"]["200"]["content"]
        assert {"200", "422", "503"} <= described["responses"].keys()
