"""Whether those who take part are recognised: codes of events' sides, and of actors labelled as such."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.coding import Coding
from streams.evaluation.countries import country_of
from streams.evaluation.gold import LabelledParty
from streams.evaluation.scoring import Reading, Share, matched


@dataclass(frozen=True, slots=True)
class CodesRight:
    """Labelled codes that were found: to the country, and to country and sector."""

    country: Share
    code: Share


def sides_right(readings: Iterable[Reading]) -> CodesRight:
    """Of the labelled sides with a code, of events whose type was found: how many codes are right."""
    return _right(
        (labelled.code, None if coded is None else coded.code, coded is not None)
        for reading in readings
        for label, event in matched(reading)
        for labelled, coded in ((label.source, event.source), (label.target, event.target))
        if labelled is not None and labelled.code is not None
    )


def actors_right(readings: Iterable[Reading]) -> CodesRight:
    """Of the labelled actors with a code: how many words of the text lead to an actor with that code."""
    return _right(
        (actor.code, *_coded_as(actor, reading.coding))
        for reading in readings
        for actor in reading.label.labels.actors or ()
        if actor.code is not None
    )


def _right(codes: Iterable[tuple[str | None, str | None, bool]]) -> CodesRight:
    """Compare pairs of codes; whoever was not found is wrong, even where no country is labelled."""
    pairs = list(codes)
    countries = sum(found and country_of(labelled) == country_of(coded) for labelled, coded, found in pairs)
    return CodesRight(
        Share(countries, len(pairs)),
        Share(sum(labelled == coded for labelled, coded, _ in pairs), len(pairs)),
    )


def _coded_as(actor: LabelledParty, coding: Coding) -> tuple[str | None, bool]:
    """The code of the coded actor that the labelled words name, and whether there is one."""
    codes = {each.id: each.code for each in coding.actors}
    named = list(_naming(coding))
    wanted = actor.text.casefold()
    exact = [found for words, found in named if words == wanted]
    partial = [found for words, found in named if words in wanted or wanted in words]
    for found in (*exact, *partial):
        if found in codes:
            return codes[found], True
    return None, False


def _naming(coding: Coding) -> Iterator[tuple[str, str]]:
    """Words of the text, each with the id of the actor whom they name."""
    sides = (side for event in coding.events for side in (event.source, event.target) if side)
    yield from ((side.text.casefold(), side.actor) for side in sides if side.actor)
    yield from ((entity.text.casefold(), entity.actor) for entity in coding.entities if entity.actor)
    yield from ((actor.name.casefold(), actor.id) for actor in coding.actors)
