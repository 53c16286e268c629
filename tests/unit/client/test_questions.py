"""Single questions of the client: answers as types, faults as errors, retries that are bounded."""

import inspect
import subprocess
import sys
from datetime import date
from typing import Any

import httpx
import pytest
from api_fake import EVENT, STATUS, FakeService, problem

from streams.client import (
    AsyncTidings,
    NotFound,
    NotReady,
    PartialAnswer,
    Tidings,
    TidingsError,
    Unreachable,
    Unreadable,
)


def asking(service: FakeService, **options: Any) -> Tidings:
    """A client whose network is the fake."""
    return Tidings(transport=service.transport, sleep=service.sleep, **options)


def test_answers_are_typed() -> None:
    """Every question reads its answer, down to the last field."""
    with asking(FakeService()) as tidings:
        assert tidings.actor("country:RUS").item.days == {
            "2012-08-05": {"articles": 12, "mentions": 40, "source": 5}
        }
        assert tidings.topic("medtop:16000000").item.label.name == "armed conflict"
        assert tidings.actor_topic("country:RUS|medtop:16000000").item.name == "Russia: armed conflict"
        assert tidings.pair("country:RUS|country:GEO").item.name == "Russia → Georgia"
        assert tidings.event_type("AID").item.label.quad == "material-cooperation"
        assert tidings.days(type="ASSAULT").items[0].counters["ASSAULT"] == 2
        assert tidings.search("russian").items[0].matched == "Russian"
        codebook = tidings.codebook()
        assert (codebook.types[0].modes[0].meaning, codebook.quads[0].meaning) == ("y", "Deeds that help")


def test_a_profile_and_a_history_hold_their_parts() -> None:
    """What is known of an actor, and of a pair, comes as one object."""
    with asking(FakeService()) as tidings:
        profile = tidings.profile("country:RUS", from_="2012-08-01")
        history = tidings.history("country:RUS|country:GEO")
    assert profile.partners[0].label.source_name == "Russia"
    assert profile.types.as_source == {"ASSAULT": 3}
    assert profile.also_called == ("the Kremlin",)
    assert history.pair.counters["events"] == 14
    assert history.reverse is None
    assert history.events[0].article.title == "Jets over Gori"


def test_an_event_marks_its_sentence() -> None:
    """The marks of an event cut its trigger and its sides out of the sentence."""
    with asking(FakeService()) as tidings:
        event = tidings.event("tass-17/e1").item
    marked = {mark.role: event.sentence[mark.start : mark.end] for mark in event.marks}
    assert marked == {"source": "Russian jets", "trigger": "bombed", "target": "Gori"}
    assert event.also[0].sentence == "The town was bombed."


def test_the_state_is_typed() -> None:
    """The status names rates, lag and workers."""
    with asking(FakeService()) as tidings:
        status = tidings.status()
    assert (status.rates.articles_per_second, status.lag.records, status.days.last) == (
        12.5,
        42,
        "2012-08-05",
    )
    assert status.workers[0].partitions == (0, 1, 2, 3)


def test_a_key_stands_in_the_path_as_it_is() -> None:
    """Slashes, bars, spaces and percent signs of a key are written so that they arrive."""
    service = FakeService()
    with asking(service) as tidings:
        for key in ("a/b c", "x|y", "100%25", "é"):
            with pytest.raises(NotFound):
                tidings.actor(key, to=date(2012, 8, 2))
    assert [request.url.path for request in service.asked] == [
        "/v1/actors/a/b c",
        "/v1/actors/x|y",
        "/v1/actors/100%25",
        "/v1/actors/é",
    ]
    assert service.urls[0] == "/v1/actors/a%2Fb%20c?to=2012-08-02"


def test_a_refusal_has_the_fields_of_its_problem() -> None:
    """What the service refuses is an error with type, title, status and detail."""
    service = FakeService(problem(422, "unknown-parameter", "'colour' is no parameter"))
    with asking(service) as tidings, pytest.raises(TidingsError) as caught:
        tidings.status()
    fault = caught.value
    assert (fault.type, fault.title, fault.status, fault.detail) == (
        "/problems/unknown-parameter",
        "unknown-parameter",
        422,
        "'colour' is no parameter",
    )
    assert str(fault) == "422 unknown-parameter: 'colour' is no parameter"
    assert service.slept == []


def test_a_refusal_that_is_no_problem_is_told_too() -> None:
    """A server of another kind says something; it is repeated."""
    service = FakeService(httpx.Response(418, text="teapot"))
    with asking(service) as tidings, pytest.raises(TidingsError, match="418 I'm a teapot: teapot"):
        tidings.status()


def test_what_is_not_ready_is_asked_again_when_it_says() -> None:
    """Retry-After is kept; an answer after it is an answer."""
    busy = problem(503, "recovering", "1000 records to read", **{"Retry-After": "2"})
    service = FakeService(busy, busy)
    with asking(service) as tidings:
        assert tidings.status().ready
    assert service.slept == [2.0, 2.0]


@pytest.mark.parametrize(("wait", "slept"), [("2", [2.0, 2.0]), ("600", [])])
def test_retries_end(wait: str, slept: list[float]) -> None:
    """After the retries, or where the wait would be too long, the caller is told when to come again."""
    busy = [problem(503, "recovering", "wait", **{"Retry-After": wait}) for _ in range(5)]
    service = FakeService(*busy)
    with asking(service) as tidings, pytest.raises(NotReady, match="503 recovering: wait") as caught:
        tidings.status()
    assert caught.value.retry_after == float(wait)
    assert service.slept == slept


def test_nobody_there_is_unreachable() -> None:
    """A refused connection is tried again with growing pauses, then told with the address and a remedy."""
    service = FakeService(*[httpx.ConnectError("refused") for _ in range(3)])
    said = r"http://127\.0\.0\.1:8650/v1/status: no answer \(refused\)"
    with asking(service) as tidings, pytest.raises(Unreachable, match=said):
        tidings.status()
    assert service.slept == [0.25, 0.5]


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (httpx.Response(200, text="<html>"), "no JSON; is this a Tidings service"),
        (httpx.Response(200, json=[1]), r"the answer: \[1\] is no object"),
        (httpx.Response(200, json={"namespace": "x"}), "the answer: there is no 'ready'"),
        (httpx.Response(200, json={**STATUS, "workers": [{"url": 5}]}), r"workers\.0\.url: 5 is no str"),
    ],
)
def test_another_service_is_told_by_the_field_that_does_not_fit(response: httpx.Response, said: str) -> None:
    """An answer that is not this API's names what is wrong in it."""
    with asking(FakeService(response)) as tidings, pytest.raises(Unreadable, match=said):
        tidings.status()


def test_a_newer_service_may_say_more() -> None:
    """Fields that this client does not know are left aside."""
    newer = httpx.Response(200, json={"item": {**EVENT, "mood": "grim"}, "partitions": {}})
    with asking(FakeService(newer)) as tidings:
        assert tidings.event("tass-17/e1").item.type == "ASSAULT"


def test_a_strict_client_refuses_a_partial_answer() -> None:
    """`strict` turns missing partitions into an error that says which; the state is told."""
    with asking(FakeService(missing=(2,)), strict=True) as tidings:
        with pytest.raises(PartialAnswer, match=r"lacks partitions 2 .*nobody holds it") as caught:
            tidings.actors().page()
        assert tidings.status().ready
    assert caught.value.partitions.missing == (2,)


def test_a_complete_answer_can_be_asked_for() -> None:
    """`complete` goes to the questions that stand on partitions, and to no others."""
    service = FakeService()
    with asking(service, complete=True) as tidings:
        tidings.days()
        tidings.status()
        tidings.codebook()
    assert service.urls == ["/v1/days?complete=true", "/v1/status", "/v1/codebook"]


async def test_both_clients_ask_the_same() -> None:
    """For every question the asynchronous client sends what the plain one sends, and reads the same."""
    plain, later = FakeService(), FakeService()
    with asking(plain) as tidings:
        told = [tidings.actor("country:RUS"), tidings.profile("country:RUS"), tidings.search("x", limit=3)]
        told += [tidings.history("country:RUS|country:GEO"), tidings.days(), tidings.status()]
        told += [
            tidings.event("e"),
            tidings.codebook(),
            tidings.event_type("AID"),
            tidings.topic("medtop:16000000"),
        ]
    async with AsyncTidings(transport=later.transport, sleep=later.sleep_later) as asked:
        same = [await asked.actor("country:RUS"), await asked.profile("country:RUS")]
        same += [await asked.search("x", limit=3), await asked.history("country:RUS|country:GEO")]
        same += [await asked.days(), await asked.status(), await asked.event("e"), await asked.codebook()]
        same += [await asked.event_type("AID"), await asked.topic("medtop:16000000")]
    assert told == same
    assert plain.urls == later.urls


async def test_the_asynchronous_client_retries_too() -> None:
    """Pauses of the asynchronous client are awaited."""
    service = FakeService(httpx.ReadTimeout("slow"), problem(503, "busy", "wait"))
    async with AsyncTidings(transport=service.transport, sleep=service.sleep_later) as tidings:
        assert (await tidings.status()).ready
    assert service.slept == [0.25, 0.5]


def test_both_clients_have_the_same_methods() -> None:
    """A question that one client learns, the other one learns too, with the same keywords."""

    def methods(client: type) -> dict[str, list[str]]:
        found = inspect.getmembers(client, inspect.isfunction)
        return {name: [*inspect.signature(each).parameters] for name, each in found if name[0] != "_"}

    plain, later = methods(Tidings), methods(AsyncTidings)
    plain["aclose"] = plain.pop("close")
    assert plain == later


def test_the_client_is_light() -> None:
    """Importing it loads neither Kafka's, Faust's nor spaCy's world, nor pydantic or pandas."""
    heavy = "{'faust', 'mode', 'aiokafka', 'spacy', 'numpy', 'pydantic', 'pandas', 'fastapi'}"
    code = f"import sys, streams.client; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
