"""What a page shows of one actor or one pair: several questions asked at once and put together."""

import asyncio
from collections.abc import Mapping
from functools import cache
from heapq import nsmallest
from typing import Final

from schemas.tally import TableName
from streams.counting.questions import DayRange, Filters, ListName, Question
from streams.index.parts import event_order
from streams.web.answers import Answers, Page, Ranked, Recent
from streams.web.api import filters
from streams.web.api.asking import COMPLETE, JSON_ALONE, Ask, Sheet
from streams.web.api.parameters import Parameter, Values, catalogue, invalid, shown
from streams.web.api.shapes import event_item, merged, nonzero, ranked_items, thing_item
from streams.web.api.things import found

FORMATS: Final = JSON_ALONE
_PARTNERS: Final = Page(20)
_ALL_TYPES: Final = Page(100)
_EVENTS_OF_ACTOR: Final = 10
_EVENTS_OF_PAIR: Final = 20
_NAMES: Final = 20


@cache
def portrait_parameters() -> Mapping[str, Parameter]:
    """What can be asked of a profile or a history."""
    return catalogue(*filters.DAYS, COMPLETE)


def profile_of(actor: str) -> Ask:
    """What answers an actor's profile."""

    async def ask(answers: Answers, asked: Values) -> Sheet:
        days = filters.days_of(asked)
        either = Filters(actor=actor)
        single, partners, topics, types, recent, called = await asyncio.gather(
            answers.single(TableName.ACTORS, actor, days),
            answers.ranked(Question(ListName.PAIRS, days, either), _PARTNERS),
            answers.ranked(Question(ListName.ACTOR_TOPICS, days, either), _PARTNERS),
            asyncio.gather(
                answers.ranked(Question(ListName.EVENT_TYPES, days, Filters(source=actor)), _ALL_TYPES),
                answers.ranked(Question(ListName.EVENT_TYPES, days, Filters(target=actor)), _ALL_TYPES),
            ),
            answers.recent(either, days, limit=_EVENTS_OF_ACTOR, after=None),
            answers.also_called(actor),
        )
        item = found(TableName.ACTORS, actor, single)
        parts = (single, partners, topics, *types, recent, called)
        document = {
            "actor": item,
            "partners": ranked_items(Question(ListName.PAIRS), partners.rows),
            "types": {"as_source": _by_type(types[0]), "as_target": _by_type(types[1])},
            "topics": ranked_items(Question(ListName.ACTOR_TOPICS), topics.rows),
            "also_called": [name for name in called.names if name != item["label"]["name"]][:_NAMES],
            "events": [event_item(row) for row in recent.rows],
        }
        return Sheet(document, merged([part.standing for part in parts]))

    return ask


def _by_type(ranked: Ranked) -> dict[str, int]:
    return nonzero({row.key: row.counters.get("events", 0) for row in ranked.rows})


def history_of(key: str) -> Ask:
    """What answers a pair's history."""
    source, bar, target = key.partition("|")
    if not (source and bar and target):
        raise invalid("key", f"{shown(key)}: a pair is 'source|target'")

    async def ask(answers: Answers, asked: Values) -> Sheet:
        days = filters.days_of(asked)
        pair, reverse, there, back = await asyncio.gather(
            answers.single(TableName.PAIRS, key, days),
            answers.single(TableName.PAIRS, f"{target}|{source}", days),
            _between(answers, source, target, days),
            _between(answers, target, source, days),
        )
        newest = nsmallest(_EVENTS_OF_PAIR, (*there.rows, *back.rows), key=event_order)
        other = reverse.thing if reverse.thing and reverse.thing.days else None
        document = {
            "pair": found(TableName.PAIRS, key, pair),
            "reverse": thing_item(ListName.PAIRS, other) if other else None,
            "events": [event_item(row) for row in newest],
        }
        return Sheet(document, merged([part.standing for part in (pair, reverse, there, back)]))

    return ask


async def _between(answers: Answers, source: str, target: str, days: DayRange) -> Recent:
    both = Filters(source=source, target=target)
    return await answers.recent(both, days, limit=_EVENTS_OF_PAIR, after=None)
