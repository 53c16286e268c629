"""Streams of the client: bytes become messages, and lost connections are taken up where they were."""

from typing import Any

import httpx
import pytest
from api_fake import EVENT, ROWS, STATUS, FakeService, message, problem, streamed

from streams.client import (
    AsyncTidings,
    Change,
    Corrected,
    EventTold,
    Gap,
    Started,
    StatusTold,
    Tidings,
    TidingsError,
    Unreachable,
    Unreadable,
    Withdrawn,
)
from streams.client.messages import Decoder

FIRST = message("event", EVENT, id_="0:5,1:7")
STATE = message("status", STATUS)


def asking(service: FakeService, **options: Any) -> Tidings:
    """A client whose network is the fake."""
    return Tidings(transport=service.transport, sleep=service.sleep, **options)


def test_messages_are_typed() -> None:
    """Events, changes of things and of lists, and the state come as what they are, with their ids."""
    actor = {"watch": "actor:country:RUS", "item": ROWS["actors"][0]}
    top = {"watch": "top:pairs", "items": ROWS["pairs"]}
    service = FakeService(streamed(FIRST, message("change", actor), message("change", top), STATE))
    with asking(service) as tidings:
        stream = tidings.stream(watch=["actor:country:RUS", "top:pairs"], type="ASSAULT", events=True)
        event, one, many, state = (next(stream) for _ in range(4))
    assert isinstance(event, EventTold)
    assert (event.event.type, event.id) == ("ASSAULT", "0:5,1:7")
    assert isinstance(one, Change)
    assert one.item is not None
    assert (one.watch, one.item.name) == ("actor:country:RUS", "Russia")
    assert isinstance(many, Change)
    assert [item.name for item in many.items] == ["Russia → Georgia"]
    assert isinstance(state, StatusTold)
    assert state.status.dead_letters == 3
    assert service.urls == [
        "/v1/stream?watch=actor%3Acountry%3ARUS&watch=top%3Apairs&type=ASSAULT&events=true"
    ]


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_chunks_may_end_anywhere(size: int) -> None:
    """Messages are the same however the bytes are cut, with either line end, comments passed over."""
    told = b": keep\r\n\r\n" + FIRST.replace(b"\n", b"\r\n") + b"retry: 1500\n\n" + STATE
    decoder = Decoder()
    chunks = [told[start : start + size] for start in range(0, len(told), size)]
    messages = [each for chunk in chunks for each in decoder.feed(chunk)]
    assert [type(each) for each in messages] == [EventTold, StatusTold]
    assert (decoder.last_id, decoder.retry_seconds) == ("0:5,1:7", 1.5)


def test_a_line_end_of_unicode_is_a_character() -> None:
    """A sentence with U+2028 or U+0085 in it stays one line."""
    odd = {**EVENT, "sentence": "one\u2028two\x85three"}
    raw = message("event", odd).decode().encode().decode("unicode_escape").encode()
    (told,) = Decoder().feed(raw)
    assert isinstance(told, EventTold)
    assert told.event.sentence == "one\u2028two\x85three"


def test_a_lost_connection_is_taken_up_again() -> None:
    """After a break the stream goes on after the last message it had, and the caller is told of the break."""
    broken = streamed(FIRST, b"event: status\nda", error=httpx.ReadError("reset"))
    service = FakeService(
        broken, httpx.ConnectError("refused"), problem(503, "recovering", "x"), streamed(STATE)
    )
    lost: list[TidingsError] = []
    with asking(service, retries=0) as tidings:
        stream = tidings.stream(on_lost=lost.append)
        assert [type(next(stream)) for _ in range(2)] == [EventTold, StatusTold]
    assert [request.headers.get("Last-Event-ID") for request in service.asked] == [None] + ["0:5,1:7"] * 3
    assert ["reset" in str(lost[0]), "refused" in str(lost[1]), "503" in str(lost[2])] == [True] * 3
    assert service.slept == [0.25, 0.5, 1.0]


async def test_the_asynchronous_stream_goes_on_too() -> None:
    """The same with asyncio; an end that the service makes is a break like any other."""
    service = FakeService(streamed(b"retry: 3000\n", FIRST), streamed(STATE))
    async with AsyncTidings(transport=service.transport, sleep=service.sleep_later) as tidings:
        stream = tidings.stream(last_event_id="0:4,1:7")
        assert [type(await anext(stream)) for _ in range(2)] == [EventTold, StatusTold]
    assert [request.headers["Last-Event-ID"] for request in service.asked] == ["0:4,1:7", "0:5,1:7"]
    assert service.slept == [3.0]


def test_a_stream_that_never_began_is_told() -> None:
    """Where nobody answers from the start, the retries end."""
    service = FakeService(*[httpx.ConnectError("refused") for _ in range(9)])
    with asking(service, retries=1) as tidings, pytest.raises(Unreachable):
        next(tidings.stream())
    assert len(service.asked) == 2


def test_a_refused_stream_is_not_asked_for_again() -> None:
    """What the service refuses for good is raised, also by a later connection."""
    service = FakeService(streamed(FIRST), problem(422, "unknown-parameter", "no such list"))
    with asking(service) as tidings:
        stream = tidings.stream(watch=["top:weather"])
        next(stream)
        with pytest.raises(TidingsError, match="422 unknown-parameter: no such list"):
            next(stream)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"event: event\ndata: {\n\n", "message 'event' of the stream: no JSON"),
        (b"event: gap\ndata: []\n\n", r"message 'gap' of the stream: \[\] is no object"),
        (b'event: change\ndata: {"watch": "moon"}\n\n', "'moon' is nothing that can be watched"),
        (b"event: status\ndata: {}\n\n", "there is no 'ready'"),
    ],
)
def test_a_message_that_cannot_be_read_is_told(raw: bytes, said: str) -> None:
    """A stream of another version names what is wrong."""
    with pytest.raises(Unreadable, match=said):
        list(Decoder().feed(raw))


def test_what_becomes_of_stories_is_told() -> None:
    """A beginning, a correction with its events, a withdrawal and a gap are messages of their own."""
    told = message("start", {"resumed": True}, id_="4.3c") + message("corrected", {"article": {"id": "a"}})
    told += message("event", {**EVENT, "correction": True}) + message("withdrawn", {"article": {"id": "b"}})
    start, corrected, event, withdrawn, gap = Decoder().feed(told + message("gap", {"why": "gone"}))
    assert start == Started(resumed=True, id="4.3c")
    assert corrected == Corrected("a", "4.3c")
    assert isinstance(event, EventTold)
    assert event.correction
    assert withdrawn == Withdrawn("b", "4.3c")
    assert gap == Gap("gone", "4.3c")


def test_messages_of_a_newer_service_are_passed_over() -> None:
    """A name that this client does not know is no fault."""
    (told,) = Decoder().feed(b"event: weather\ndata: {}\n\n" + STATE)
    assert isinstance(told, StatusTold)
