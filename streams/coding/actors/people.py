"""Which person a name means in this story."""

from typing import Final

from schemas.coding import Actor, ActorKind
from streams.coding.actors.person_names import NameSpan
from streams.coding.actors.reading import Reading
from streams.coding.actors.setting import place_in_sentence
from streams.coding.actors.titles import Title, country_of_title
from streams.coding.actors.word_classes import AT

_LEAST_WEIGHT: Final = 6
_LEAST_WEIGHT_UNTAGGED: Final = {False: 10, True: 8}


def identify(reading: Reading, span: NameSpan, title: Title) -> Actor | None:
    """The person: known in the story, listed, or new; None for a stray word that names nobody."""
    story = reading.story
    by_name = _by_full_name if len(span.pieces) > 1 or span.listed else _by_surname
    actor = by_name(reading, span, title)
    if actor is None:
        return None
    story.remember_person(actor, span.pieces)
    if title.office:
        story.office_of[title.office] = actor.id
    return story.actors[actor.id]


def _by_full_name(reading: Reading, span: NameSpan, title: Title) -> Actor | None:
    story = reading.story
    known = story.name_of_person.get(span.pieces)
    if known is not None:
        return _told_more(reading, story.actors[known], title)
    listed = span.listed or tuple(_listed_variants(reading, span))
    if listed:
        return story.person(_likeliest(reading, listed, title), title.office)
    if span.pieces in reading.lexicon.by_surname:
        return _by_surname(reading, span, title)
    return _newcomer(reading, span, title) if span.tagged or span.titled else None


def _by_surname(reading: Reading, span: NameSpan, title: Title) -> Actor | None:
    story = reading.story
    known = story.name_of_person.get(span.pieces)
    if known is not None:
        return _told_more(reading, story.actors[known], title)
    bearers = reading.lexicon.by_surname.get(span.pieces, [])
    likeliest = _likeliest(reading, tuple(bearers), title) if bearers else None
    if likeliest and (_befits(reading, likeliest, title) or _stands_out(reading, span, title, bearers)):
        return story.person(likeliest, title.office)
    if span.titled or (span.tagged and title.start == span.start and _acts(reading, span)):
        return _newcomer(reading, span, title)
    return None


def _newcomer(reading: Reading, span: NameSpan, title: Title) -> Actor | None:
    """A person whom only the text knows; what stands behind 'in' is rather a place."""
    if title.role is None and span.start > 0 and reading.words.lower[span.start - 1] in AT:
        return None
    country = country_of_title(reading, title) or _country_around(reading, span)
    return reading.story.unlisted(ActorKind.PERSON, _spelt(reading, span), country, title.sector)


def _country_around(reading: Reading, span: NameSpan) -> str | None:
    """Where an unknown person is taken to belong: where the sentence is set, or all that the text names."""
    named = reading.story.named
    return place_in_sentence(reading, span.start) or (next(iter(named)) if len(named) == 1 else None)


def _likeliest(reading: Reading, people: tuple[str, ...], title: Title) -> str:
    offices = reading.lexicon.offices
    country_of = reading.lexicon.people

    def fit(person: str) -> tuple[bool, bool, int, bool]:
        same_country = title.country is None or country_of[person].country == title.country
        titled = title.office is None or any(title.office == office.key for office in offices.of(person))
        named = country_of[person].country in reading.story.named
        return same_country, titled, offices.weight(person, reading.story.on), named

    return max(people, key=fit)


def _befits(reading: Reading, person: str, title: Title) -> bool:
    """Whether a title may be that of a listed person: by country, by office or by sector."""
    if title.role is None:
        return False
    offices = reading.lexicon.offices.of(person)
    if title.country is not None:
        return title.country in {
            reading.lexicon.people[person].country,
            *(each.row.country for each in offices),
        }
    return any(title.office == each.key or title.sector == each.row.sector for each in offices)


def _stands_out(reading: Reading, span: NameSpan, title: Title, bearers: list[str]) -> bool:
    """Whether a bare surname means its likeliest bearer: known enough, the more so where spaCy saw no person.

    Of two who weigh the same (father and son Assad) either has the right country, else the text must name
    the country of one of them.
    """
    if title.role is not None:
        return False
    weights = {person: reading.lexicon.offices.weight(person, reading.story.on) for person in bearers}
    least = _LEAST_WEIGHT if span.tagged else _LEAST_WEIGHT_UNTAGGED[reading.story.on is None]
    people = reading.lexicon.people
    most = max(weights.values())
    countries = {people[each].country for each in bearers if weights[each] == most}
    return most >= least and (len(countries) == 1 or len(countries & reading.story.named) == 1)


def _listed_variants(reading: Reading, span: NameSpan) -> list[str]:
    """Listed people whose given name is spelt a little differently: 'Sergey' for 'Sergei'."""
    bearers = reading.lexicon.by_surname.get(span.pieces[-1:], [])
    return [person for person in bearers if _alike(span.pieces[0], reading.lexicon.people[person].name)]


def _alike(given: str, name: str) -> bool:
    other = name.split()[0].lower()
    return len(given) > 3 and len(other) > 3 and given[:4] == other[:4] and abs(len(given) - len(other)) < 2


def _told_more(reading: Reading, actor: Actor, title: Title) -> Actor:
    if (
        actor.sector is None
        and title.sector
        and actor.id.removeprefix("person:") not in reading.lexicon.people
    ):
        return reading.story.unlisted(
            ActorKind.PERSON, actor.name, title.country or actor.country, title.sector
        )
    return actor


def _acts(reading: Reading, span: NameSpan) -> bool:
    words = reading.words
    return words.dep[span.end - 1] in ("nsubj", "nsubjpass") and words.entity[span.end - 1] == "PERSON"


def _spelt(reading: Reading, span: NameSpan) -> str:
    words = reading.words.text[span.start : span.end]
    return " ".join(words).replace(" - ", "-").replace(" 's", "'s")
