"""The counts by day of the rows of a list."""

import asyncio
from collections.abc import Sequence
from typing import Final

from schemas.tally import TableName
from streams.counting.questions import ListName, Question
from streams.web.answers import Answers, Single, Standing
from streams.web.api.shapes import Item, days_item, merged

MOST_ROWS_WITH_DAYS: Final = 100
_AT_ONCE: Final = 16


async def with_days(
    answers: Answers, question: Question, items: Sequence[Item], standing: Standing
) -> Standing:
    """Put its days to each row; gives what the whole then stands on."""
    standings = [standing]
    for first in range(0, len(items), _AT_ONCE):
        some = items[first : first + _AT_ONCE]
        singles = await asyncio.gather(*(_days(answers, question, item["key"]) for item in some))
        for item, single in zip(some, singles, strict=True):
            item["days"] = days_item(single.thing.days) if single.thing else {}
        standings += [single.standing for single in singles if single.standing.missing]
    return merged(standings) if len(standings) > 1 else standing


async def _days(answers: Answers, question: Question, key: str) -> Single:
    table, whole = _counted_as(question, key)
    return await answers.single(table, whole, question.days)


def _counted_as(question: Question, key: str) -> tuple[TableName, str]:
    """Where a row's counts stand: actors of a topic, and topics of an actor, are actors with topics."""
    filters = question.filters
    if question.of is ListName.ACTORS and filters.topic is not None:
        return TableName.ACTOR_TOPICS, f"{key}|{filters.topic}"
    if question.of is ListName.TOPICS and filters.actor is not None:
        return TableName.ACTOR_TOPICS, f"{filters.actor}|{key}"
    return TableName(question.of.value), key
