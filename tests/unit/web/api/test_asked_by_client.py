"""The client and the API agree: every question that the client can ask is understood, every answer read."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from api_surroundings import Surroundings
from client_bridge import Bridge
from fake_answers import NOT_READY, PARTIAL, FakeAnswers

from streams.client import AsyncTidings, CursorGone, NotFound, NotReady, PartialAnswer, Tidings, TidingsError


def asking(answers: FakeAnswers, **options: Any) -> Tidings:
    """A client of the application."""
    return Tidings(transport=Bridge(answers), sleep=lambda _: None, **options)


FILTERS: dict[str, Any] = {
    "from_": "2012-07-31",
    "to": "2012-08-01",
    "type": ["ASSAULT", "AID"],
    "quad": "material-conflict",
    "mode": "aerial",
    "least_confidence": 0.7,
    "topic": "medtop:20000056",
    "actor": "country:SYR",
    "country": "SYR",
    "sector": "GOV",
}
SIDES = {"source": "country:SYR", "target": "country:TUR"}


@pytest.mark.parametrize(
    ("ask", "more"),
    [
        (Tidings.actors, {"kind": "country"}),
        (Tidings.topics, {}),
        (Tidings.actor_topics, {"kind": "country"}),
        (Tidings.pairs, SIDES),
        (Tidings.event_types, SIDES),
    ],
)
def test_a_list_with_every_filter_is_walked(ask: Callable[..., Any], more: dict[str, Any]) -> None:
    """Every filter of the client is one of the list, and the pages join without a gap."""
    with asking(FakeAnswers()) as tidings:
        listing = ask(tidings, **FILTERS, **more, compare=True, limit=20)
        items = list(listing)
    assert [item.rank for item in items] == list(range(1, 46))
    assert listing.total == 45
    assert items[0].growth == 40
    assert items[0].name


def test_events_are_walked_with_every_filter() -> None:
    """Pages of events join too, and each event has its words marked."""
    with asking(FakeAnswers()) as tidings:
        events = list(tidings.events(**FILTERS, **SIDES, limit=10))
        one = tidings.event(events[3].key).item
    assert len(events) == 25
    assert one == events[3]
    marks = {mark.role: one.sentence[mark.start : mark.end] for mark in one.marks}
    assert marks == {"source": "Syrian jets", "trigger": "bombed", "target": "Aleppo"}


def test_every_single_question_is_read() -> None:
    """Things, portraits, days, search, codes and the state."""
    with asking(FakeAnswers()) as tidings:
        assert tidings.actor("actor:1", from_="2012-07-31").item.days
        assert tidings.topic("medtop:1").item.label.name == "armed conflict"
        assert tidings.actor_topic("actor:1|medtop:20000056").item.label.topic_name == "armed conflict"
        assert tidings.pair("country:SYR|country:TUR").item.label.source == "country:SYR"
        assert tidings.event_type("ASSAULT").item.label.quad == "material-conflict"
        assert "Syrian jets" in tidings.profile("actor:1").also_called
        assert tidings.history("country:SYR|country:TUR").events
        assert [day.day for day in tidings.days(**FILTERS, **SIDES).items] == ["2012-07-31", "2012-08-01"]
        assert tidings.search("putin", limit=1).items[0].label.name == "Vladimir Putin"
        assert len(tidings.codebook().types) == 16
        assert tidings.status().namespace == "tidings"


def test_refusals_are_told() -> None:
    """What the API refuses is the client's error, with its title and detail."""
    answers = FakeAnswers()
    with asking(answers) as tidings:
        with pytest.raises(TidingsError, match=r"422 Invalid parameter: .*ASAULT") as caught:
            tidings.pairs(type="ASAULT").page()
        assert caught.value.type == "/problems/invalid-parameter"
        with pytest.raises(NotFound):
            tidings.actor("nobody")
        pages = tidings.actors(limit=20).pages()
        next(pages)
        answers.gone.add("frozen-1")
        with pytest.raises(CursorGone):
            next(pages)
        answers.fault = NOT_READY
        with pytest.raises(NotReady, match="changelog records are left") as busy:
            tidings.days()
        assert busy.value.retry_after == 2.0


def test_missing_partitions_are_told_as_asked_for() -> None:
    """Named usually, an error where answers must be complete or the client is strict."""
    partial = FakeAnswers(standing=PARTIAL)
    with asking(partial) as tidings:
        assert tidings.actors().missing == (2,)
    with asking(partial, strict=True) as strict, pytest.raises(PartialAnswer, match="no answer within 2 s"):
        strict.actors().page()
    with asking(partial, complete=True, retries=1) as complete:
        for question in (complete.days, complete.event_types().page, lambda: complete.search("x")):
            with pytest.raises(NotReady, match="partitions 2 are missing"):
                question()
        for one in (complete.actor, complete.profile, complete.event):
            with pytest.raises(NotReady):
                one("story/3/e1")


async def test_the_asynchronous_client_is_understood_too() -> None:
    """One way through the other client."""
    transport = httpx.ASGITransport(Surroundings().api(FakeAnswers()))
    async with AsyncTidings(transport=transport) as tidings:
        assert len([item async for item in tidings.pairs(limit=20)]) == 45
        assert (await tidings.profile("actor:1")).actor.key == "actor:1"
