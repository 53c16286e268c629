"""Actors found by any of their names."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from streams.counting.questions import ListName, Question
from streams.index.aliases import Named, packaged_aliases
from streams.index.counts import CountsIndex
from streams.index.days import LEADING
from streams.index.name_search import fits, words_of
from streams.index.parts import Row
from streams.index.rankings import Ranking

_ARTICLE: Final = b"the"
_ACTORS: Final = Question(ListName.ACTORS)

Found = tuple[Row, str]


def found_actors(
    indexes: Iterable[CountsIndex], text: str, called: Callable[[Sequence[bytes]], list[Named]], *, limit: int
) -> tuple[Found, ...]:
    """Actors with a name that has these words, and that name; most articles first, equals by key.

    `called` finds actors by names that neither their labels nor the lexicon have.
    """
    words = words_of(text)
    words = [word for word in words if word != _ARTICLE] or words
    if not words:
        return ()
    aliases: dict[str, str] = {}
    for actor, name in (*packaged_aliases().find(words), *called(words)):
        aliases.setdefault(actor, name)
    rows = [row for index in indexes for row in _found(index, words, aliases, limit)]
    rows.sort(key=lambda row: (-row.counters.get(LEADING, 0), row.key))
    return tuple((row, _matched(row, words, aliases)) for row in rows[:limit])


def _found(index: CountsIndex, words: Sequence[bytes], aliases: Iterable[str], limit: int) -> list[Row]:
    known = len(index.things)
    listed = np.zeros(known, np.bool_)
    listed[index.names.find(words, known)] = True
    rows = (index.things.rows.get(actor.encode(), known) for actor in aliases)
    listed[[row for row in rows if row < known]] = True
    places = np.flatnonzero(listed).astype(np.int32)
    totals = {name: total.gather(places) for name, total in index.days.totals.copy().items()}
    counted = totals.get(LEADING, np.zeros(len(places), np.int8)) > 0
    totals = {name: total[counted] for name, total in totals.items()}
    if LEADING not in totals:
        return []
    ranking = Ranking(index, _ACTORS, places[counted], totals[LEADING], totals, None)
    return ranking.shown([place for _, _, place in ranking.best(limit, None)])


def _matched(row: Row, words: Sequence[bytes], aliases: dict[str, str]) -> str:
    name = row.label.get("name") or row.key
    return name if fits(words, name) else aliases.get(row.key, name)
