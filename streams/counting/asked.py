"""The plain loop that every answer must equal: slow, simple, over the newest versions of the articles."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from schemas.coded import UNDATED, CodedArticle
from schemas.coding import Event
from schemas.ledger import Story
from schemas.tally import Contribution, Counters, TableName
from streams.counting.contributions import contributions_of
from streams.counting.days import fuller
from streams.counting.loop import newest_versions
from streams.counting.matching import Label, is_of, known_sides, matching_events
from streams.counting.questions import Basis, DayRange, Filters, ListName, Question
from streams.counting.story import key_of_event, story_of

Listed = tuple[str, Counters, Counters | None]
"""Key, counters, and those of the period before where they are asked for; zeros are left out."""

Sums = dict[str, Counter[str]]


def answer(coded: Iterable[CodedArticle], question: Question, *, basis: Basis | None = None) -> list[Listed]:
    """The whole list in its order; `basis` reads it from stories though tallies would do."""
    versions = newest_versions(coded)
    from_stories = (basis or question.basis) is Basis.STORIES
    count: Callable[[list[CodedArticle], Question, DayRange], Sums]
    count = _count_stories if from_stories else _count_tallies
    now = count(versions, question, question.days)
    before = count(versions, question, question.before) if question.before else {}

    def place(key: str) -> tuple[int, str]:
        value = now[key][question.counter]
        return -(value - before.get(key, Counter())[question.counter] if question.by_growth else value), key

    return [
        (key, _plain(now[key]), _plain(before.get(key, Counter())) if question.before else None)
        for key in sorted(filter(lambda key: _plain(now[key]), now), key=place)
    ]


def answer_days(coded: Iterable[CodedArticle], filters: Filters, days: DayRange) -> dict[str, Counters]:
    """Matching events by the day of their story: articles, events, and one counter for each type."""
    sums: Sums = {}
    for version, story in _stories(newest_versions(coded), days):
        for number, event in enumerate(matching_events(story, filters)):
            sums.setdefault(version.day, Counter()).update(["events", event.type.value])
            sums[version.day]["articles"] += number == 0
    return {day: _plain(sums[day]) for day in sorted(sums)}


def answer_events(coded: Iterable[CodedArticle], filters: Filters, days: DayRange) -> list[str]:
    """Keys of matching events, newest first by the second, those of no date last, equals by key."""
    told = [
        (story.published_at, key_of_event(version.article_id, event))
        for version, story in _stories(newest_versions(coded), days)
        for event in matching_events(story, filters)
    ]
    return [key for _, key in sorted(told, key=lambda row: (-row[0].timestamp() if row[0] else 1e12, row[1]))]


def _stories(versions: Iterable[CodedArticle], days: DayRange) -> Iterator[tuple[CodedArticle, Story]]:
    for version in versions:
        story = story_of(version)
        if story is not None and days.holds(version.day):
            yield version, story


def _plain(counters: Counter[str]) -> Counters:
    return {name: count for name, count in counters.items() if count}


# --- from stories ------------------------------------------------------------------------------------------


def _count_stories(versions: list[CodedArticle], question: Question, days: DayRange) -> Sums:
    sums: Sums = {}
    for _, story in _stories(versions, days):
        of_story: Sums = {}
        for key, counter in _counted(story, question):
            of_story.setdefault(key, Counter())[counter] += 1
        for key, counters in of_story.items():
            sums.setdefault(key, Counter()).update({**counters, "articles": 1})
    return sums


Counting = Callable[[Story, Event, Filters], Iterator[tuple[str, str]]]
"""Key and counter of all that one matching event counts, beside the article."""


def _counted(story: Story, question: Question) -> Iterator[tuple[str, str]]:
    of_actors = question.of in (ListName.ACTORS, ListName.ACTOR_TOPICS)
    for event in matching_events(story, question.filters, by_party=not of_actors):
        yield from _COUNTED[question.of](story, event, question.filters)


def _actors(story: Story, event: Event, filters: Filters) -> Iterator[tuple[str, str]]:
    """Both sides; of those who have to do with one actor, that one is left out."""
    source, target = known_sides(story, event)
    for actor in {source, target} - {None, filters.actor}:
        if actor is not None and _is_actor(story.actors[actor], filters):
            yield actor, "events"
            yield from (
                (actor, name) for name, side in (("source", source), ("target", target)) if side == actor
            )


def _topics(story: Story, event: Event, filters: Filters) -> Iterator[tuple[str, str]]:
    for topic in story.topics:
        if filters.topic in (None, topic.code):
            yield topic.code, "events"


def _actor_topics(story: Story, event: Event, filters: Filters) -> Iterator[tuple[str, str]]:
    for actor in set(known_sides(story, event)) - {None}:
        if actor is not None and filters.actor in (None, actor) and _is_actor(story.actors[actor], filters):
            for topic, counter in _topics(story, event, filters):
                yield f"{actor}|{topic}", counter


def _pairs(story: Story, event: Event, filters: Filters) -> Iterator[tuple[str, str]]:
    source, target = known_sides(story, event)
    if source and target and source != target:
        yield f"{source}|{target}", "events"
        yield f"{source}|{target}", event.type.value


def _event_types(story: Story, event: Event, filters: Filters) -> Iterator[tuple[str, str]]:
    yield event.type.value, "events"


_COUNTED: Final[dict[ListName, Counting]] = {
    ListName.ACTORS: _actors,
    ListName.TOPICS: _topics,
    ListName.ACTOR_TOPICS: _actor_topics,
    ListName.PAIRS: _pairs,
    ListName.EVENT_TYPES: _event_types,
}


def _is_actor(label: Label, filters: Filters) -> bool:
    return is_of(label, filters) and filters.kind in (None, label.get("kind"))


# --- from tallies ------------------------------------------------------------------------------------------


def _count_tallies(versions: list[CodedArticle], question: Question, days: DayRange) -> Sums:
    rows = [row for version in versions for row in contributions_of(version)]
    rows = [row for row in rows if row.table is question.table]
    labels = _newest_labels(rows)
    sums: Sums = {}
    for row in rows:
        if _passes(row.key, labels[row.key], question):
            for day, counters in row.days.items():
                if days.holds(day):
                    key = _listed_as(row.key, labels[row.key], question)
                    sums.setdefault(key, Counter()).update(counters)
    return sums


def _newest_labels(rows: Iterable[Contribution]) -> dict[str, Label]:
    newest: dict[str, tuple[str, Label]] = {}
    for row in rows:
        for day in row.days:
            dated = "" if day == UNDATED else day
            last, held = newest.get(row.key, (dated, row.label))
            if dated >= last:
                newest[row.key] = dated, fuller(held, row.label) if dated == last else row.label
    return {key: label for key, (_, label) in newest.items()}


def _passes(key: str, label: Label, question: Question) -> bool:
    filters, table = question.filters, question.table
    if table is TableName.PAIRS:
        sides = (label["source"], label["target"])
        party = is_of(label, filters, side="source_") or is_of(label, filters, side="target_")
        return filters.actor in (None, *sides) and party
    if table is TableName.TOPICS:
        return filters.topic in (None, key)
    if table is TableName.ACTOR_TOPICS:
        actor = key.removesuffix(f"|{label['topic']}")
        right = filters.topic in (None, label["topic"]) and filters.actor in (None, actor)
        return right and _is_actor(label, filters)
    return _is_actor(label, filters)


def _listed_as(key: str, label: Label, question: Question) -> str:
    """The key of the thing that is listed: of an actor with a topic it may be either alone."""
    if question.table is not TableName.ACTOR_TOPICS or question.of is ListName.ACTOR_TOPICS:
        return key
    topic = label["topic"] or ""
    return topic if question.of is ListName.TOPICS else key.removesuffix(f"|{topic}")
