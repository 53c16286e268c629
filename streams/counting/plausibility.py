"""Records that read well and cannot be true: refused before they are counted.

Whoever can write to our Kafka topics can write a coded article or a tally that fits its schema and lies.
Coordinates are the worst of it: an article offset beyond the end of the log would make every later version
of the story look old.

Known log ends grow old at once. An offset beyond them is a lie only where they were asked for after the
record was read: then everything that the record can have been made from is below them.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Final

import orjson

from schemas.article import MAX_ID_CHARS
from schemas.coded import UNDATED, CodedArticle
from schemas.coding import Coding, Event
from schemas.coordinates import Coordinates
from schemas.dead_letter import Fault, Reason
from schemas.tally import COUNTERS, Counters, TableName, Tally

EARLIEST: Final = datetime(1800, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(days=2)
"""An article is not from before the first, nor further than the second from now."""

CLOCK_SKEW: Final = timedelta(hours=1)
"""What a coder may accept as just in time, and a counter's clock may still find too far ahead."""

MAX_COUNT: Final = 2**24
"""No article has more mentions than the largest record has bytes."""

MAX_CONTRIBUTED_BYTES: Final = 4 * 1024 * 1024
"""Largest contribution of one article to the tables: the ledger's value holds it more than once, and a
value that Kafka refuses would end every worker that tries."""

MAX_TOLD_BYTES: Final = 8 * 1024 * 1024
"""Largest story of one article, which the ledger's value holds beside its contributions."""

MAX_EVENT_ID_CHARS: Final = 128

MAX_DAYS: Final = 2
"""A story's day, and in a correction the day that it had before."""

_LABELS: Final[Mapping[TableName, frozenset[str]]] = {
    TableName.ACTORS: frozenset({"name"}),
    TableName.TOPICS: frozenset({"name"}),
    TableName.ACTOR_TOPICS: frozenset({"name", "topic"}),
    TableName.PAIRS: frozenset({"source", "target"}),
}
_ROW_BYTES: Final = 200

Ends = Mapping[int, int]


def is_beyond(at: Coordinates, ends: Ends) -> bool:
    """Whether these coordinates lie at or after the known end of their partition: ask for the ends anew."""
    return at.log is None and at.offset >= ends.get(at.partition, 0)


def coded_fault(
    coded: CodedArticle,
    *,
    key: bytes | None,
    articles_partitions: int,
    article_ends: Ends | None,
    now: datetime,
) -> Fault | None:
    """Why this coded article cannot be true; None where nothing speaks against it.

    `article_ends` are the ends of the articles' partitions, asked for after the record was read; None where
    nobody can know them, as when the articles' Kafka topic has been made anew.
    """
    named = f"coded article {_shortened(coded.article_id)}"
    return (
        _id_fault(named, coded.article_id, key)
        or _coordinates_fault(named, "article", coded.article, articles_partitions, article_ends)
        or _moment_fault(named, coded.published_at, now)
        or (_coding_fault(named, coded.coding) if coded.coding else None)
        or (_size_fault(named, coded, coded.coding) if coded.coding else None)
    )


def tally_fault(
    tally: Tally,
    held: Callable[[str], Counters | None],
    *,
    key: bytes | None,
    coded_partitions: int,
    coded_ends: Ends | None,
    now: datetime,
) -> Fault | None:
    """Why this tally cannot be true; None where nothing speaks against it.

    `held` gives what the table has for a day, {} where it has nothing, and None where this tally has been
    applied to it before.
    """
    named = f"tally of {tally.table.value} {_shortened(tally.key)}"
    return (
        _key_fault(named, tally, key)
        or _coordinates_fault(named, "coded", tally.coded, coded_partitions, coded_ends)
        or _days_fault(named, tally.days, now)
        or _counters_fault(named, tally)
        or _below_zero_fault(named, tally, held)
    )


def is_plausible_moment(moment: datetime, now: datetime) -> bool:
    """Whether an article may have been published then."""
    return EARLIEST <= moment <= now + AHEAD


# --- what both may lie about -------------------------------------------------------------------------------


def _coordinates_fault(
    named: str, of: str, at: Coordinates, partitions: int, ends: Ends | None
) -> Fault | None:
    if at.log is not None:
        return None  # of another namespace, whose logs may be gone: a rebuild brought it along
    if at.partition >= partitions:
        return Fault(
            Reason.LYING_COORDINATES,
            f"{named}: {of} partition {at.partition} does not exist, there are {partitions}; "
            "what wrote it, and for which Kafka topic?",
        )
    if ends is not None and is_beyond(at, ends):
        return Fault(
            Reason.LYING_COORDINATES,
            f"{named}: {of} offset {at.offset} of partition {at.partition} does not exist, it ends at "
            f"{ends.get(at.partition, 0)}; what wrote it, and for which Kafka topic?",
        )
    return None


def _moment_fault(named: str, moment: datetime | None, now: datetime) -> Fault | None:
    if moment is None or is_plausible_moment(moment, now + CLOCK_SKEW):
        return None
    return Fault(
        Reason.DAY_OUT_OF_RANGE,
        f"{named}: published_at {moment.isoformat()} is before {EARLIEST.year} or in the future",
    )


def _shortened(words: str) -> str:
    return repr(words if len(words) <= 60 else words[:59] + "…")


def _implausible(named: str, what: str) -> Fault:
    return Fault(Reason.IMPLAUSIBLE_COUNTS, f"{named}: {what}")


# --- coded articles ----------------------------------------------------------------------------------------


def _id_fault(named: str, article_id: str, key: bytes | None) -> Fault | None:
    if key != article_id.encode():
        return Fault(Reason.KEY_MISMATCH, f"{named}: the record's key is another, {_shown_key(key)}")
    if not 1 <= len(article_id) <= MAX_ID_CHARS:
        return Fault(Reason.KEY_MISMATCH, f"{named}: an id has 1 to {MAX_ID_CHARS} characters")
    return None


def _shown_key(key: bytes | None) -> str:
    return "none" if key is None else _shortened(key.decode("utf-8", "backslashreplace"))


def _coding_fault(named: str, coding: Coding) -> Fault | None:
    for actor in coding.actors:
        if not 0 <= actor.mentions <= MAX_COUNT:
            return _implausible(
                named, f"actor {_shortened(actor.id)} has {_shortened_count(actor.mentions)} mentions"
            )
    for what, ids in (("actor", [a.id for a in coding.actors]), ("topic", [t.code for t in coding.topics])):
        if len(set(ids)) < len(ids):
            return _implausible(named, f"the same {what} is there twice")
        if "" in ids:
            return _implausible(named, f"there is an {what} without an id")
    return _events_fault(named, coding.events)


def _events_fault(named: str, events: Iterable[Event]) -> Fault | None:
    """An event's id is a part of its key, behind a slash, and is shown in URLs."""
    for event in events:
        if "/" in event.id or len(event.id) > MAX_EVENT_ID_CHARS:
            return _implausible(
                named,
                f"the event id {_shortened(event.id)} has a slash, or over {MAX_EVENT_ID_CHARS} characters",
            )
    return None


def _size_fault(named: str, coded: CodedArticle, coding: Coding) -> Fault | None:
    sizes = {
        "what it counts in": (contributed_bytes(coding), MAX_CONTRIBUTED_BYTES),
        "what it tells": (told_bytes(coded, coding), MAX_TOLD_BYTES),
    }
    for what, (size, most) in sizes.items():
        if size > most:
            return Fault(
                Reason.CODED_TOO_LARGE,
                f"{named}: about {size:,} bytes for {what}, at most {most:,} are kept; split the text",
            )
    return None


def told_bytes(coded: CodedArticle, coding: Coding) -> int:
    """About how many bytes the story has as JSON beside its actors and topics, found without making it."""
    told = [coded.title, coded.url, coded.source]
    for event in coding.events:
        told += (event.sentence, event.trigger, event.mode, event.cameo)
        told += [words for each in event.also for words in (each.sentence, each.trigger)]
        told += [words for side in (event.source, event.target) if side for words in (side.text, side.code)]
    return _ROW_BYTES * len(told) // 4 + sum(map(_json_bytes, filter(None, told)))


def _json_bytes(words: str) -> int:
    """Bytes of a string as JSON, where a control character takes up to six."""
    return len(orjson.dumps(words))


def _shortened_count(count: int) -> str:
    return str(count) if abs(count) < 10**20 else "far too many"


def contributed_bytes(coding: Coding) -> int:
    """About how many bytes the article's contributions have as JSON, found without making them."""
    actors = [_ROW_BYTES + 2 * _bytes(actor.id) + _bytes(actor.name) for actor in coding.actors]
    topics = [_ROW_BYTES + 2 * _bytes(topic.code) + _bytes(topic.name) for topic in coding.topics]
    crossed = sum(actors) * len(topics) + sum(topics) * len(actors)
    sizes = {actor.id: size for actor, size in zip(coding.actors, actors, strict=True)}
    named = {
        (event.source and event.source.actor, event.target and event.target.actor) for event in coding.events
    }
    pairs = [sizes.get(source or "", 0) + sizes.get(target or "", 0) for source, target in named]
    return sum(actors) + sum(topics) + crossed + sum(pairs)


def _bytes(words: str) -> int:
    return len(words.encode())


# --- tallies -----------------------------------------------------------------------------------------------


def _key_fault(named: str, tally: Tally, key: bytes | None) -> Fault | None:
    if key != tally.key.encode():
        return Fault(Reason.KEY_MISMATCH, f"{named}: the record's key is another, {_shown_key(key)}")
    missing = _LABELS[tally.table] - tally.label.keys()
    if missing:
        return Fault(Reason.KEY_MISMATCH, f"{named}: its label has no {', '.join(sorted(missing))}")
    if not tally.key or tally.key != _key_of_label(tally):
        return Fault(Reason.KEY_MISMATCH, f"{named}: its label is another thing's")
    return None


def _key_of_label(tally: Tally) -> str:
    """The key as far as the label tells it; the rest is taken from the key itself."""
    label = tally.label
    if tally.table is TableName.PAIRS:
        return f"{label['source']}|{label['target']}"
    if tally.table is TableName.ACTOR_TOPICS:
        return f"{tally.key.rpartition('|')[0]}|{label['topic']}"
    return tally.key


def _days_fault(named: str, days: Iterable[str], now: datetime) -> Fault | None:
    days = tuple(days)
    if len(days) > MAX_DAYS:
        return _implausible(named, f"{len(days)} days, and an article has one, a correction two")
    first, last = EARLIEST.date(), (now + AHEAD + CLOCK_SKEW).date()
    for day in days:
        moment = None if day == UNDATED else _day(day)
        if day != UNDATED and (moment is None or not first <= moment <= last):
            return Fault(
                Reason.DAY_OUT_OF_RANGE,
                f"{named}: day {_shortened(day)} is not a date as in 2012-08-02 from {EARLIEST.year} to now",
            )
    return None


def _day(words: str) -> date | None:
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if day.isoformat() == words else None  # '20120802' would be another day's key


def _counters_fault(named: str, tally: Tally) -> Fault | None:
    unknown = set(chain.from_iterable(tally.days.values())).difference(COUNTERS[tally.table])
    if unknown:
        return _implausible(named, f"{_shortened(min(unknown))} is no counter of {tally.table.value}")
    for counters in tally.days.values():
        for name, change in counters.items():
            if abs(change) > MAX_COUNT:
                return _implausible(named, f"{name} changes by {_shortened_count(change)}")
    return None


def _below_zero_fault(named: str, tally: Tally, held: Callable[[str], Counters | None]) -> Fault | None:
    for day, change in tally.days.items():
        counters = held(day)
        if counters is None:
            continue
        for name, number in change.items():
            if counters.get(name, 0) + number < 0:
                return Fault(
                    Reason.BELOW_ZERO,
                    f"{named}: {name} of {day} is {counters.get(name, 0)}, and would be "
                    f"{counters.get(name, 0) + number}",
                )
    return None
