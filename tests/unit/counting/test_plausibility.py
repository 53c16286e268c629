"""Records that fit their schema and lie: tables of what is refused, and of what must not be."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hand_made import MONDAY, TUESDAY, actor, coded, coding, event, topic
from pydantic import ValidationError

from schemas.coded import CodedArticle
from schemas.coding import Coding
from schemas.coordinates import Coordinates
from schemas.dead_letter import Reason
from schemas.plover import EventType
from schemas.tally import Counters, TableName, Tally
from schemas.wire import Malformed, decode, encode
from streams.counting.contributions import contributions_of, difference
from streams.counting.plausibility import (
    AHEAD,
    EARLIEST,
    MAX_CONTRIBUTED_BYTES,
    MAX_COUNT,
    MAX_TOLD_BYTES,
    coded_fault,
    contributed_bytes,
    is_beyond,
    is_plausible_moment,
    tally_fault,
)

NOW = datetime(2020, 6, 1, 23, 30, tzinfo=UTC)
ENDS = {0: 100, 1: 7}
STORY = coded(
    says=coding(
        actors=[actor("rus", mentions=3), actor("geo", mentions=2)],
        topics=[topic("war"), topic("oil")],
        events=[event("rus", EventType.ASSAULT, "geo"), event("geo", EventType.ACCUSE, "rus")],
    )
)


def refusal_of_coded(article: CodedArticle, *, key: bytes | None = b"a", ends: Any = ENDS) -> Reason | None:
    fault = coded_fault(article, key=key, articles_partitions=2, article_ends=ends, now=NOW)
    return fault.reason if fault else None


def saying(**parts: Any) -> CodedArticle:
    return coded(says=coding(**parts))


def at(*, partition: int = 0, offset: int = 0, article_id: str = "a") -> CodedArticle:
    return coded(article_id, partition=partition, offset=offset, says=coding())


def dated(moment: datetime | None) -> CodedArticle:
    return coded(published_at=moment, says=coding())


BELIEVED = {
    "a usual story": STORY,
    "the last offset there is": at(offset=99),
    "of the other partition": at(partition=1, offset=6),
    "without a date": dated(None),
    "of 1800": dated(EARLIEST),
    "announced for the day after tomorrow": dated(NOW + AHEAD),
    "just in time for a coder whose clock is ahead": dated(NOW + AHEAD + timedelta(minutes=5)),
    "of nobody": saying(),
    "actors without mentions": saying(actors=[actor("rus", mentions=0)]),
    "a withdrawal": at().model_copy(update={"coding": None}),
    "a thousand actors": saying(actors=[actor(f"p{n}") for n in range(1000)], topics=[topic("war")]),
}


@pytest.mark.parametrize("article", BELIEVED.values(), ids=BELIEVED)
def test_a_coded_article_that_can_be_true_passes(article: CodedArticle) -> None:
    """What a coder writes of any article that the guard lets through is never refused."""
    assert refusal_of_coded(article) is None


LIES = {
    "partition that is not there": (at(partition=2), Reason.LYING_COORDINATES),
    "offset at the log's end": (at(offset=100), Reason.LYING_COORDINATES),
    "offset at the end of its own partition": (at(partition=1, offset=7), Reason.LYING_COORDINATES),
    "offset out of this world": (at(offset=2**80), Reason.LYING_COORDINATES),
    "another article's key": (at(article_id="b"), Reason.KEY_MISMATCH),
    "before 1800": (dated(EARLIEST - timedelta(seconds=1)), Reason.DAY_OUT_OF_RANGE),
    "in the year 1": (dated(datetime(1, 1, 1, tzinfo=UTC)), Reason.DAY_OUT_OF_RANGE),
    "in three days": (dated(NOW + timedelta(days=3)), Reason.DAY_OUT_OF_RANGE),
    "a century away": (dated(datetime(2120, 1, 1, tzinfo=UTC)), Reason.DAY_OUT_OF_RANGE),
    "fewer than no mentions": (saying(actors=[actor("rus", mentions=-1)]), Reason.IMPLAUSIBLE_COUNTS),
    "too many mentions": (saying(actors=[actor("r", mentions=MAX_COUNT + 1)]), Reason.IMPLAUSIBLE_COUNTS),
    "endless mentions": (saying(actors=[actor("r", mentions=10**5000)]), Reason.IMPLAUSIBLE_COUNTS),
    "an actor twice": (saying(actors=[actor("rus"), actor("rus")]), Reason.IMPLAUSIBLE_COUNTS),
    "a topic twice": (saying(topics=[topic("war"), topic("war")]), Reason.IMPLAUSIBLE_COUNTS),
    "an actor without an id": (saying(actors=[actor("")]), Reason.IMPLAUSIBLE_COUNTS),
    "a topic without a code": (saying(topics=[topic("")]), Reason.IMPLAUSIBLE_COUNTS),
    "an event's id with a slash": (
        saying(events=[event("rus", EventType.AID, "geo", id="1/2")]),
        Reason.IMPLAUSIBLE_COUNTS,
    ),
    "an event's id of a page": (
        saying(events=[event("rus", EventType.AID, "geo", id="x" * 129)]),
        Reason.IMPLAUSIBLE_COUNTS,
    ),
    "a sentence of megabytes": (
        saying(events=[event("rus", EventType.AID, "geo", sentence="x" * MAX_TOLD_BYTES)]),
        Reason.CODED_TOO_LARGE,
    ),
    "control characters, which JSON writes sixfold": (
        saying(events=[event("rus", EventType.AID, "geo", sentence="\x01" * (MAX_TOLD_BYTES // 5))]),
        Reason.CODED_TOO_LARGE,
    ),
    "a title of megabytes": (
        STORY.model_copy(update={"title": "x" * MAX_TOLD_BYTES}),
        Reason.CODED_TOO_LARGE,
    ),
    "a huge id": (saying(actors=[actor("x" * MAX_CONTRIBUTED_BYTES)]), Reason.CODED_TOO_LARGE),
    "a huge cross of actors and topics": (
        saying(actors=[actor(f"p{n}") for n in range(500)], topics=[topic(f"t{n}") for n in range(100)]),
        Reason.CODED_TOO_LARGE,
    ),
}


@pytest.mark.parametrize(("article", "reason"), LIES.values(), ids=LIES)
def test_a_coded_article_that_lies_is_refused(article: CodedArticle, reason: Reason) -> None:
    """What no coder can have written is refused with its reason."""
    assert refusal_of_coded(article) is reason


@pytest.mark.parametrize("article_id", ["", "x" * 513])
def test_an_id_that_no_article_has_is_refused(article_id: str) -> None:
    """An id that the guard would refuse is refused here too, though the key says the same."""
    assert refusal_of_coded(at(article_id=article_id), key=article_id.encode()) is Reason.KEY_MISMATCH


@pytest.mark.parametrize("key", [None, b"", b"\xff"])
def test_a_record_without_its_articles_key_is_refused(key: bytes | None) -> None:
    """A missing or unreadable key is another article's: the record may lie in the wrong partition."""
    assert refusal_of_coded(STORY, key=key) is Reason.KEY_MISMATCH


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-1", b"1.5"])
@pytest.mark.parametrize("field", ["confidence", "score"])
def test_a_share_that_is_none_does_not_get_past_the_schema(field: str, number: bytes) -> None:
    """A score that is no number from 0 to 1 is refused where bytes become types."""
    with pytest.raises(Malformed):
        decode(
            CodedArticle,
            encode(STORY).replace(b'"%s":0.5' % field.encode(), b'"%s":%s' % (field.encode(), number)),
        )


def test_ends_that_nobody_knows_are_not_held_against_a_record() -> None:
    """Where the articles' Kafka topic was made anew, coded articles of the old one still count."""
    assert refusal_of_coded(at(offset=10**9), ends=None) is None
    assert refusal_of_coded(at(partition=2), ends=None) is Reason.LYING_COORDINATES


@pytest.mark.parametrize(
    ("partition", "offset", "beyond"), [(0, 99, False), (0, 100, True), (1, 7, True), (2, 0, True)]
)
def test_ends_are_asked_for_again_when_a_record_lies_beyond(
    partition: int, offset: int, beyond: bool
) -> None:
    """Only what stands at or after a known end, or in a partition without one, needs a newer answer."""
    assert is_beyond(Coordinates(partition=partition, offset=offset), ENDS) is beyond


def test_a_moment_is_plausible_up_to_its_limits() -> None:
    """From the first moment of 1800 to two days from now."""
    assert is_plausible_moment(EARLIEST, NOW)
    assert not is_plausible_moment(EARLIEST - timedelta(seconds=1), NOW)
    assert not is_plausible_moment(NOW + AHEAD + timedelta(seconds=1), NOW)


WIDE = coding(
    actors=[actor(f"person of a long name {n}", mentions=n) for n in range(60)],
    topics=[topic(f"medtop:2000000{n}") for n in range(5)],
    events=[
        event(f"person of a long name {n}", EventType.AID, f"person of a long name {n + 1}")
        for n in range(50)
    ],
)


@pytest.mark.parametrize("says", [WIDE, STORY.coding], ids=["wide", "small"])
def test_the_size_of_what_is_counted_is_found_without_counting(says: Coding) -> None:
    """The estimate is never below the true size, and not far above."""
    true = sum(len(encode(row)) for row in contributions_of(coded(says=says)))
    assert true <= contributed_bytes(says) <= 3 * true


# --- tallies -----------------------------------------------------------------------------------------------

TOLD = {row.table: row for row in contributions_of(STORY)}
ACTORS, TOPICS, ACTOR_TOPICS, PAIRS = TableName
AT = Coordinates(partition=0, offset=50)


def tally(of: TableName = ACTORS, **changes: Any) -> Tally:
    return Tally.model_validate({**TOLD[of].model_dump(), "coded": AT, **changes})


def refusal_of_tally(
    told: Tally,
    *,
    held: Mapping[str, Counters | None] | None = None,
    key: bytes | None = None,
    ends: Any = ENDS,
) -> Reason | None:
    fault = tally_fault(
        told,
        lambda day: (held or {}).get(day, {}),
        key=told.key.encode() if key is None else key,
        coded_partitions=2,
        coded_ends=ends,
        now=NOW,
    )
    return fault.reason if fault else None


def of_day(day: str, counters: Counters | None = None) -> Tally:
    return tally(days={day: counters or {"articles": 1}})


@pytest.mark.parametrize("table", TableName)
def test_a_tally_of_the_ledger_passes(table: TableName) -> None:
    """What the ledger sends for a story is never refused."""
    assert refusal_of_tally(tally(table)) is None


@pytest.mark.parametrize("later", [MONDAY, TUESDAY, None], ids=["same day", "next day", "undated"])
def test_the_tallies_of_a_correction_pass(later: datetime | None) -> None:
    """A difference takes away what was counted, on the old day and the new one."""
    old = contributions_of(STORY)
    new = contributions_of(coded(says=coding(actors=[actor("rus")]), published_at=later))
    held = {(row.table, row.key): row.days for row in old}
    for row in difference(new, old):
        told = Tally.model_validate({**row.model_dump(), "coded": AT})
        assert refusal_of_tally(told, held=held.get((row.table, row.key), {})) is None


@pytest.mark.parametrize("day", ["undated", "1800-01-01", "2020-06-01", "2020-06-03", "2020-06-04"])
def test_days_within_limits_pass(day: str) -> None:
    """A tally may be of any day that an article may have, at the coder's clock or ours."""
    assert refusal_of_tally(of_day(day)) is None


@pytest.mark.parametrize(
    "day",
    [
        "",
        "yesterday",
        "20200601",
        "2020-W23-1",
        "2020-6-1",
        "2020-02-30",
        "1799-12-31",
        "2020-06-05",
        "2120-01-01",
        "2020-06-01@2020-06-01",
        "x" * 100_000,
        "٢٠٢٠-٠٦-٠١",
    ],
)
def test_a_day_that_no_article_can_have_is_refused(day: str) -> None:
    """A day that is no date, or far away, would be a row that nobody ever finds or clears."""
    assert refusal_of_tally(of_day(day)) is Reason.DAY_OUT_OF_RANGE


LYING_TALLIES = {
    "partition that is not there": (
        tally(coded=Coordinates(partition=2, offset=0)),
        Reason.LYING_COORDINATES,
    ),
    "offset at the log's end": (tally(coded=Coordinates(partition=1, offset=7)), Reason.LYING_COORDINATES),
    "a counter of another table": (of_day("undated", {"events": 1}), Reason.IMPLAUSIBLE_COUNTS),
    "a counter of no table": (of_day("undated", {"x" * 10**6: 1}), Reason.IMPLAUSIBLE_COUNTS),
    "too much": (of_day("undated", {"mentions": MAX_COUNT + 1}), Reason.IMPLAUSIBLE_COUNTS),
    "too little": (of_day("undated", {"mentions": -MAX_COUNT - 1}), Reason.IMPLAUSIBLE_COUNTS),
    "endless": (of_day("undated", {"mentions": 10**5000}), Reason.IMPLAUSIBLE_COUNTS),
    "three days": (
        tally(days={f"2020-01-0{n}": {"articles": 1} for n in (1, 2, 3)}),
        Reason.IMPLAUSIBLE_COUNTS,
    ),
    "no thing": (tally(key=""), Reason.KEY_MISMATCH),
    "no label": (tally(label={}), Reason.KEY_MISMATCH),
    "a pair of others": (tally(PAIRS, key="rus|usa"), Reason.KEY_MISMATCH),
    "a pair without a source": (
        tally(PAIRS, label={"target": "rus"}),
        Reason.KEY_MISMATCH,
    ),
    "an actor in place of a pair": (tally(ACTORS, table=PAIRS), Reason.KEY_MISMATCH),
    "another topic's label": (tally(ACTOR_TOPICS, key="rus|peace"), Reason.KEY_MISMATCH),
    "a topic in place of an actor with one": (tally(TOPICS, table=ACTOR_TOPICS), Reason.KEY_MISMATCH),
}


@pytest.mark.parametrize(("told", "reason"), LYING_TALLIES.values(), ids=LYING_TALLIES)
def test_a_tally_that_lies_is_refused(told: Tally, reason: Reason) -> None:
    """What no ledger can have sent is refused with its reason."""
    assert refusal_of_tally(told) is reason


def test_a_tally_under_another_key_is_refused() -> None:
    """A tally under another thing's key may lie in a partition that its thing does not belong to."""
    assert refusal_of_tally(tally(), key=b"somebody") is Reason.KEY_MISMATCH


@pytest.mark.parametrize(
    ("held", "change", "reason"),
    [
        ({"articles": 2}, {"articles": -2}, None),
        ({"articles": 2, "mentions": 5}, {"articles": -1, "mentions": -5}, None),
        ({"articles": 2}, {"articles": -3}, Reason.BELOW_ZERO),
        ({}, {"articles": -1}, Reason.BELOW_ZERO),
        ({"articles": 2}, {"articles": 1, "mentions": -1}, Reason.BELOW_ZERO),
        (None, {"articles": -1}, None),
    ],
    ids=["to zero", "partly", "below", "from nothing", "another counter", "applied before"],
)
def test_no_count_goes_below_zero(held: Counters | None, change: Counters, reason: Reason | None) -> None:
    """What takes away more than there is is refused, unless it is not going to be applied at all."""
    assert refusal_of_tally(of_day("2020-06-01", change), held={"2020-06-01": held}) is reason


def test_a_tally_of_two_days_is_refused_as_a_whole() -> None:
    """The second day is looked at before anything of the first is applied."""
    told = tally(days={"2020-05-01": {"articles": 1}, "2020-05-02": {"articles": -1}})
    assert refusal_of_tally(told) is Reason.BELOW_ZERO


@pytest.mark.parametrize("number", ["1.5", "NaN", '"many"', "null"])
def test_a_count_that_is_no_number_does_not_get_past_the_schema(number: str) -> None:
    """A count is a whole number, or the record is no tally."""
    raw = tally().model_dump_json().replace('"articles":1', f'"articles":{number}')
    with pytest.raises((Malformed, ValidationError)):
        decode(Tally, raw.encode())


@pytest.mark.parametrize("told", [LYING_TALLIES["endless"][0], LYING_TALLIES["a counter of no table"][0]])
def test_a_fault_is_told_in_few_words(told: Tally) -> None:
    """However large the lie, what is said of it is not."""
    fault = tally_fault(
        told, lambda _: {}, key=told.key.encode(), coded_partitions=2, coded_ends=ENDS, now=NOW
    )
    assert fault is not None
    assert len(fault.error) < 300
